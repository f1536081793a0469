"""What the doctor says of what should have gone."""

from datetime import timedelta

import pytest

from tests.stores import NOON
from watchword.cli.checks_retention import check_retention
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.privacy.retention.rules import SWEEPS, Run
from watchword.foundation.ids import OrganisationId, new_id

DAY = timedelta(days=1)
SHOP = Organisation(
    id=OrganisationId(new_id()),
    slug="shop",
    name="Shop",
    mode=Mode.LIVE,
    country="DE",
    locale="de",
    created_at=NOON,
)


def runs(age: timedelta) -> list[Run]:
    return [Run(name=sweep.name, ran_at=NOON - age, found=0) for sweep in SWEEPS]


def test_what_was_swept_today_is_well() -> None:
    finding = check_retention(runs(timedelta(hours=1)), [SHOP], NOON + DAY)

    assert finding.state == "ok"
    assert "2030-01-01 11:00:00" in finding.detail


@pytest.mark.parametrize("there", [[], [SHOP]])
def test_where_nothing_is_old_nothing_is_late(there: list[Organisation]) -> None:
    assert check_retention([], there, NOON + timedelta(hours=1)).state == "ok"


@pytest.mark.parametrize("ran", [[], runs(3 * DAY)])
def test_what_was_not_swept_for_long_is_named(ran: list[Run]) -> None:
    finding = check_retention(ran, [SHOP], NOON + 2 * DAY)

    assert finding.state == "warning"
    assert SWEEPS[0].name in finding.detail
    assert "watchword work" in (finding.remedy or "")
