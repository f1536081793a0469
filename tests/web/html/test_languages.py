"""How pages speak of time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from watchword.web.html.languages import LANGUAGES

NOW = datetime(2030, 1, 1, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "german", "english"),
    [
        (timedelta(seconds=59), None, None),
        (timedelta(minutes=1), "vor 1 Minute", "1 minute ago"),
        (timedelta(minutes=44), "vor 44 Minuten", "44 minutes ago"),
        (timedelta(hours=5), "vor 5 Stunden", "5 hours ago"),
        (timedelta(days=1), "vor 1 Tag", "1 day ago"),
    ],
)
def test_it_is_said_how_long_ago_something_was(
    before: timedelta, german: str | None, english: str | None
) -> None:
    assert LANGUAGES["de"].ago(NOW - before, NOW) == german
    assert LANGUAGES["en"].ago(NOW - before, NOW) == english


def test_the_time_of_today_needs_no_day_and_any_other_does() -> None:
    yesterday = NOW - timedelta(days=1)

    assert LANGUAGES["de"].clock(NOW, NOW) == "12:00:30 UTC"
    assert LANGUAGES["de"].clock(yesterday, NOW) == "31.12.2029, 12:00:30 UTC"
    assert LANGUAGES["en"].clock(yesterday, NOW) == "Dec 31, 2029, 12:00:30 UTC"


def test_whoever_has_a_zone_reads_their_own_clock_and_their_own_day() -> None:
    berlin = replace(LANGUAGES["de"], zone=ZoneInfo("Europe/Berlin"))
    late = NOW.replace(hour=23, minute=30)

    assert berlin.clock(NOW, NOW) == "13:00:30"
    assert berlin.clock(late, NOW) == "02.01.2030, 00:30:30"
    assert berlin.stamp(late) == "02.01.2030, 00:30"
    assert berlin.hour(NOW.replace(month=7)) == "14:00"
    assert berlin.zone_name == "Mitteleuropäische Zeit"


@pytest.mark.parametrize(
    ("days", "said"), [(30, "30 Tage"), (10, "10 Tage"), (14, "2 Wochen"), (1, "1 Tag")]
)
def test_thirty_days_are_no_four_weeks(days: int, said: str) -> None:
    assert LANGUAGES["de"].span(timedelta(days=days)) == said


def test_countries_stand_in_the_order_of_their_names_umlauts_with_their_letters() -> None:
    assert LANGUAGES["de"].countries(["CH", "XX", "AT", "FR"]) == [
        *("Frankreich", "Österreich", "Schweiz", "XX")
    ]
