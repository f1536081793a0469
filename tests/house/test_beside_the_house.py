"""The client for programs in Python stands beside the house: neither knows the other.

Whoever takes it up must not load a server, and the server must not grow on what is made for others.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.house.source import Source, faults, of_the_house, source

BESIDE = "client"
LIGHT = {"httpx", "msgspec"}
"""All that it needs besides Python."""
OFFLINE = ("client", "offline")
"""A till without a line checks signatures by itself. It is taken up by name alone."""


def strangers(file: Source) -> Iterator[str]:
    """Find what a file imports from over the fence."""
    is_beside = file.floor == BESIDE and len(file.path.parts) > 1
    for parts in file.imports():
        is_own = parts[0] == "watchword" and parts[1:2] == [BESIDE]
        if is_beside:
            known = LIGHT | ({"cryptography"} if file.path.parts[:2] == OFFLINE else set())
            is_known = parts[0] in known or parts[0] in sys.stdlib_module_names
            if not (is_own or is_known):
                yield ".".join(parts)
        elif is_own:
            yield ".".join(parts)


def test_house_and_client_do_not_know_each_other() -> None:
    assert faults(strangers, of_the_house()) == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("client/acts.py", "from watchword.features.clients.rules import Scope"),
        ("client/acts.py", "def f():\n    import watchword.settings"),
        ("client/acts.py", "from ..foundation import ids"),
        ("client/synchronous.py", "import litestar"),
        ("web/api/tills.py", "from watchword.client import Client"),
        ("cli/demo.py", "from watchword import client"),
    ],
)
def test_a_look_over_the_fence_is_found(path: str, text: str) -> None:
    assert [*strangers(source(path, text))]


def test_taking_up_the_client_loads_nothing_of_the_server() -> None:
    asked = (
        "import sys, watchword.client;"
        "print(*sorted(name for name in sys.modules if name.startswith('watchword.')"
        " and not name.startswith('watchword.client')),"
        " *{'litestar', 'sqlalchemy', 'jinja2', 'cryptography'} & {*sys.modules})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert loaded.stdout.split() == []
