"""What the doctor says of the ledger, and of the key that signs it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.desk import NOON, Desk
from watchword.cli.checks_ledger import check_copies, check_sealing
from watchword.cli.findings import State
from watchword.features.census.rules import Inventory
from watchword.features.ledger.rules import OVERDUE
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.keyring import KeyKind, new_keyring
from watchword.foundation.keyring_files import KeyringFile
from watchword.settings import Settings, parse

SECOND = timedelta(seconds=1)
NOTHING = Inventory(organisations=[], waiting={})
LIVE = Organisation(
    id=OrganisationId(new_id()),
    slug="bank",
    name="Bank",
    mode=Mode.LIVE,
    country="DE",
    locale="de",
    created_at=NOON,
)


def settings(copies: Path | None, database: str = "sqlite:////nowhere/else.db") -> Settings:
    ledger = {} if copies is None else {"copies": str(copies)}
    return parse({"ledger": ledger, "database": {"url": database}})


@pytest.mark.parametrize(
    ("waits", "state"), [(None, State.OK), (OVERDUE, State.OK), (OVERDUE + SECOND, State.WRONG)]
)
def test_entries_that_nobody_seals_are_found(waits: timedelta | None, state: State) -> None:
    inventory = replace(NOTHING, unsealed_since=None if waits is None else NOON - waits)

    assert check_sealing(inventory, NOON).state is state


def test_who_is_live_without_a_second_place_is_warned() -> None:
    alone = settings(None)

    assert check_copies(alone, NOTHING, NOON).state is State.OK
    found = check_copies(alone, replace(NOTHING, organisations=[LIVE]), NOON)
    assert found.state is State.WARNING
    assert "bank" in found.detail


def test_a_folder_that_takes_the_copies_is_fine(tmp_path: Path) -> None:
    assert check_copies(settings(tmp_path), NOTHING, NOON).state is State.OK


def test_a_folder_that_is_not_there_is_found(tmp_path: Path) -> None:
    found = check_copies(settings(tmp_path / "gone"), NOTHING, NOON)

    assert (found.state, "no folder" in found.detail) == (State.WRONG, True)


def test_copies_that_are_late_are_found(tmp_path: Path) -> None:
    late = replace(NOTHING, uncopied_since=NOON - OVERDUE - SECOND)

    found = check_copies(settings(tmp_path), late, NOON)

    assert (found.state, "ledger.not_copied" in str(found.remedy)) == (State.WRONG, True)


def test_copies_beside_the_database_are_warned_of(tmp_path: Path) -> None:
    beside = settings(tmp_path / "copies", f"sqlite:///{tmp_path}/own.db")
    (tmp_path / "copies").mkdir()

    assert check_copies(beside, NOTHING, NOON).state is State.WARNING


def test_a_keyring_of_an_older_version_is_told_what_to_do(bare_desk: Desk) -> None:
    whole = new_keyring(NOON)
    older = replace(whole, keys=tuple(key for key in whole.keys if key.kind is not KeyKind.LEDGER))
    KeyringFile(bare_desk.keyring_path).save(older)
    bare_desk.type("database upgrade")

    refused = bare_desk.type("organisations list")
    doctor = bare_desk.type("doctor")
    added = bare_desk.ask("keys create")["added"]

    assert refused.exit_code == 1
    assert refused.stderr == "The keyring holds no ledger key. Add it: watchword keys create\n"
    assert "lacks keys: ledger" in doctor.stdout
    assert added == ["ledger"]
    assert bare_desk.type("organisations list").exit_code == 0


@pytest.mark.parametrize("copies", ["copies", "./copies", "~/copies"])
def test_a_folder_is_named_by_its_whole_path(bare_desk: Desk, copies: str) -> None:
    desk = replace(bare_desk, environment={"WATCHWORD_LEDGER__COPIES": copies})

    result = desk.type("keys list")

    assert result.exit_code == 1
    assert "ledger.copies is the whole path" in result.stderr
