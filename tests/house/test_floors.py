"""The house stands on its floors: an import runs down, never up.

A fault here is not mended by moving an import into a function. Either the code stands
on the wrong floor, or the lower floor should say what it needs as a port.
"""

from collections.abc import Iterator

import pytest

from tests.house.source import Source, faults, of_the_house, source

FLOORS = [
    *("foundation", "features", "providers", "migrations", "settings", "wiring"),
    *("web workers telephone", "cli"),  # those on one floor do not know each other
]
FEATURES = [  # each may use those before it
    *("audit", "limits", "organisations", "approvals", "idempotency", "clients", "ledger"),
    *("contacts", "templates"),
    *("webhooks", "delivery", "prices", "abuse", "routing", "challenges", "schemes", "crossings"),
    *("figures", "staff"),
    *("letters", "cores", "customers", "pins", "cards", "imports"),
    *("points", "rewards", "tills", "redemptions", "vouchers", "statements", "wallet"),
    *("consents", "audiences", "pages", "campaigns", "gates"),
    *("activation", "calls"),
    *("sandbox", "census", "privacy", "restores"),
]
OUTSIDE = {"__init__", "__main__"}  # the house as a whole, seen from the street
BESIDE = "client"  # of which tests/house/test_beside_the_house.py knows all


def upward_imports(file: Source) -> Iterator[str]:
    if file.floor == BESIDE:
        return
    for parts in file.own_imports():
        target = ".".join(parts)
        if file.floor in OUTSIDE and len(file.path.parts) == 1:
            if file.floor == "__init__":
                yield f"{target} from the front door"
        elif not parts[0].startswith("__") and not _may_use(file, parts):
            yield target


def rooms_without_a_place(file: Source) -> Iterator[str]:
    if _height(file.floor) is None and file.floor not in {*OUTSIDE, BESIDE}:
        yield f"{file.floor} stands on no floor"
    if file.feature and file.feature not in FEATURES:
        yield f"{file.feature} has no place among the features"


def _may_use(file: Source, parts: list[str]) -> bool:
    here, there = _height(file.floor), _height(parts[0])
    if here is None or there is None or there > here:
        return False
    if there < here:
        return True
    if parts[0] != file.floor:
        return False
    if file.feature is None or len(parts) < len(("features", "x")):
        return True
    return parts[1] in FEATURES[: FEATURES.index(file.feature) + 1]


def _height(floor: str) -> int | None:
    return next((number for number, names in enumerate(FLOORS) if floor in names.split()), None)


def test_every_room_has_a_place() -> None:
    assert faults(rooms_without_a_place, of_the_house()) == {}


def test_imports_run_down() -> None:
    assert faults(upward_imports, of_the_house()) == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("foundation/clock.py", "from watchword.features.audit import rules"),
        ("foundation/storage/sql.py", "import watchword.wiring"),
        ("features/audit/rules.py", "from watchword import wiring"),
        ("features/audit/rules.py", "from watchword.features.challenges.rules import Challenge"),
        ("features/audit/rules.py", "from watchword.features import challenges"),
        ("features/audit/service.py", "from ...features.challenges import rules"),
        ("features/delivery/service.py", "def f():\n    from watchword.web.api import doors"),
        ("providers/channels/sms.py", "from watchword.settings import Settings"),
        ("settings.py", "from watchword.wiring import Parts"),
        ("web/api/doors.py", "from watchword.workers.delivery import work"),
        ("web/api/doors.py", "from watchword.cli import main"),
        ("__init__.py", "from watchword.cli import main"),
    ],
)
def test_an_upward_import_is_found(path: str, text: str) -> None:
    assert [*upward_imports(source(path, text))]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("foundation/storage/sql.py", "from watchword.foundation.storage import faults"),
        ("features/challenges/rules.py", "from watchword.features.delivery.rules import Message"),
        ("features/challenges/service.py", "from watchword.features.challenges import rules"),
        ("cli/__init__.py", "from watchword import __version__\nimport re, watchword.wiring"),
        ("__main__.py", "from watchword.cli import main"),
    ],
)
def test_a_downward_import_is_right(path: str, text: str) -> None:
    assert [*upward_imports(source(path, text))] == []


@pytest.mark.parametrize("path", ["cellar.py", "attic/box.py", "features/gossip/rules.py"])
def test_a_room_without_a_place_is_found(path: str) -> None:
    assert [*rooms_without_a_place(source(path, ""))]
