"""When advertising may be sent, by the clock of whoever gets it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.consents.quiet.hours import STRICTER, USUAL, Hours
from watchword.features.consents.quiet.rules import hours_of, is_open, next_open

BERLIN, NEW_YORK, HONOLULU, APIA = map(
    ZoneInfo, ("Europe/Berlin", "America/New_York", "Pacific/Honolulu", "Pacific/Apia")
)
ZONES = [BERLIN, NEW_YORK, HONOLULU, APIA, *map(ZoneInfo, ("Australia/Lord_Howe", "Asia/Kolkata"))]
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001 - given below
    lambda moment: moment.replace(tzinfo=UTC)
)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-11-23 07:59:59", "2026-11-23 08:00"),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-23 20:59:59", "2026-11-23 20:59:59"),
        ("2026-11-23 21:00", "2026-11-24 08:00"),
        # The clocks go forward and back in these nights; 8 o'clock stays 8 o'clock.
        ("2026-03-28 23:00", "2026-03-29 08:00"),
        ("2026-10-24 23:00", "2026-10-25 08:00"),
    ],
)
def test_what_comes_at_night_leaves_in_the_morning(moment: str, leaves: str) -> None:
    assert next_open(at(moment), [BERLIN], USUAL) == at(leaves)


def test_an_hour_that_the_clocks_leave_out_begins_behind_it() -> None:
    early = Hours(time(2, 30), time(5))

    assert next_open(at("2026-03-29 00:00"), [BERLIN], early) == at("2026-03-29 03:30")


def test_a_number_of_several_zones_is_written_to_when_it_is_day_in_all_of_them() -> None:
    morning_in_berlin = at("2026-11-23 09:00")

    leaves = next_open(morning_in_berlin, [BERLIN, NEW_YORK], USUAL)

    assert leaves == at("2026-11-23 08:00", NEW_YORK)


def test_where_it_is_never_day_in_all_zones_there_is_no_moment() -> None:
    far_apart = [ZoneInfo("Europe/Berlin"), HONOLULU, ZoneInfo("Asia/Kolkata")]

    assert next_open(at("2026-11-23 09:00"), far_apart, USUAL) is None


def test_a_country_may_be_stricter_and_rest_on_a_sunday() -> None:
    paris = ZoneInfo("Europe/Paris")
    saturday_evening = at("2026-11-21 20:00", paris)

    assert next_open(saturday_evening, [paris], hours_of("FR")) == at("2026-11-23 08:00", paris)
    assert hours_of("DE") == USUAL
    assert hours_of("DE", {"DE": STRICTER["FR"]}) == STRICTER["FR"]


@given(
    MOMENTS,
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3),
    st.sampled_from([USUAL, STRICTER["FR"]]),
)
def test_what_leaves_leaves_at_a_good_hour_and_not_later_than_it_must(
    now: datetime, zones: list[ZoneInfo], hours: Hours
) -> None:
    leaves = next_open(now, zones, hours)

    minutes = (now + timedelta(minutes=15 * n) for n in range(4 * 24 * 4))
    good = next(
        (each for each in minutes if all(is_open(each, zone, hours) for zone in zones)), None
    )
    if leaves is None:
        assert good is None
    else:
        assert leaves >= now
        assert all(is_open(leaves, zone, hours) for zone in zones)
        assert good is None or leaves <= good
