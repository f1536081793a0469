"""The page about a core of one's own shows the port as it is."""

import inspect

from tests.docs.manual import page
from watchword.features.cores.ports import BankingCore


def test_what_it_shows_runs_and_fills_the_port() -> None:
    blocks = page("how-to/connect-a-core-of-your-own.md").blocks
    room: dict[str, type] = {}
    exec(next(each.text for each in blocks if each.language == "python"), room)  # noqa: S102 - ours

    for name, method in inspect.getmembers(BankingCore, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(getattr(room["MyCore"], name)) == inspect.signature(method)
