"""Banking cores in the settings."""

from typing import Any

import pytest

from watchword.features.cores.rules import CoreName
from watchword.foundation.storage.moments import LocalTime
from watchword.providers.cores.demo.core import DemoCore
from watchword.providers.cores.sql.core import SqlCore
from watchword.settings import SettingsWrong, parse
from watchword.wiring.cores import open_cores

SQL: dict[str, Any] = {
    "kind": "sql",
    "url": "sqlite:///core.db",
    "table": "people",
    "columns": {"account": "acct", "phones": ["home", "work"]},
    "pin_columns": {"account": "acct", "pin": "pin"},
}


@pytest.mark.parametrize(
    ("cores", "says"),
    [
        ({"lakeside": {"kind": "dmeo"}}, "lakeside"),
        ({"lakeside": {"kind": "demo", "tries": 0}}, "cores.lakeside"),
        ({"Lake Side": {"kind": "demo"}}, "a-z, 0-9 and hyphens"),
        ({"lakeside": {"kind": "demo", "timeout_seconds": 21}}, "20 at most"),
        ({"bank": SQL | {"columns": {"acount": "acct"}}}, "cores.bank"),
        ({"bank": SQL | {"scheme": "md5"}}, "md5"),
    ],
)
def test_a_core_that_cannot_work_is_told_of_by_its_name(cores: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsWrong, match=says):
        parse({"cores": cores})


async def test_each_kind_is_opened_by_its_class_and_nothing_is_shown() -> None:
    secret = SQL | {"url": "postgresql://me:pa55@127.0.0.1:9/core"}
    settings = parse({"cores": {"lakeside": {"kind": "demo"}, "bank": secret}})

    cores = open_cores(settings, LocalTime().now)

    assert isinstance(cores[CoreName("lakeside")], DemoCore)
    assert isinstance(cores[CoreName("bank")], SqlCore)
    assert "pa55" not in repr(settings)
    for core in cores.values():
        await core.close()
