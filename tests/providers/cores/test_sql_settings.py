"""Settings of a core in a table: what cannot work is told before anybody calls."""

from pathlib import Path
from typing import Any

import pytest

from tests.providers.cores.test_sql import BARE, settings, sql_core
from watchword.foundation.secret import Secret
from watchword.providers.cores.pin_facts import PinFact
from watchword.providers.cores.sql.rooms import DriverMissing
from watchword.providers.cores.sql.settings import PersonColumn, PinColumn


def contents(folder: Path) -> list[Path]:
    return [*folder.iterdir()]


async def test_a_file_that_is_not_there_is_told_of_and_not_made(tmp_path: Path) -> None:
    core = sql_core(settings(f"sqlite:///{tmp_path / 'core.db'}"))

    is_well = await core.is_well()
    await core.close()

    assert not is_well
    assert core.ailment == "there is no such file"
    assert contents(tmp_path) == []


@pytest.mark.parametrize("url", ["nosuchbase://me@core/x", "oracle://me@core/x", "sqlite://:x:y"])
def test_a_database_that_nobody_here_speaks_to_is_told_of(url: str) -> None:
    with pytest.raises(DriverMissing, match="driver"):
        sql_core(settings(url))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"url": Secret("nowhere")}, "no address of a database"),
        ({"columns": {PersonColumn.SSN: "tax"}}, "where the account stands"),
        ({"pin_columns": {PinColumn.ACCOUNT: "acct"}}, "where the pin stands"),
        ({"pin_columns": BARE}, "needs the columns failures and locked"),
        ({"pin_lengths": (6, 4)}, "the shortest and the longest"),
        ({"connections": 0}, "1 to 64"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        settings("sqlite:///any.db", **wrong)


def test_a_table_of_pins_may_have_all_that_any_core_tells_of_a_pin() -> None:
    assert {str(each) for each in PinFact} <= {str(each) for each in PinColumn}
