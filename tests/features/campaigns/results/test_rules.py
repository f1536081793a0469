"""Results are counts: a funnel whose shares are of all, and a course without gaps."""

from datetime import UTC, datetime, timedelta

from watchword.features.campaigns.results.rules import (
    DAY,
    DAYS_AT_MOST,
    HOUR,
    HOURS_AT_MOST,
    Hourly,
    Results,
    Stage,
)
from watchword.features.campaigns.rules import LASTS_AT_MOST, LINKS_LIVE_AT_MOST

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_funnel_is_of_all_recipients_and_nobody_is_no_share() -> None:
    results = Results(counts={Stage.RECIPIENTS: 8, Stage.SENT: 6, Stage.OPENED: 2})

    assert {each.stage: each.share for each in results.funnel}[Stage.OPENED] == 0.25
    assert [each.share for each in Results(counts={}).funnel] == [0.0] * 7


def test_a_course_has_hours_in_which_nothing_happened() -> None:
    hours = (Hourly(Stage.SENT, NOON, 5), Hourly(Stage.OPENED, NOON + 3 * HOUR, 2))
    results = Results(counts={}, hours=hours)

    assert not results.is_by_day
    assert [part.of(Stage.SENT) for part in results.course] == [5, 0, 0, 0]
    assert [part.of(Stage.OPENED) for part in results.course] == [0, 0, 0, 2]


def test_a_course_is_never_cut_off() -> None:
    assert DAYS_AT_MOST * DAY > LASTS_AT_MOST + LINKS_LIVE_AT_MOST + 2 * DAY


def test_what_goes_on_for_long_is_told_by_the_day_and_adds_up() -> None:
    hours = [Hourly(Stage.SENT, NOON + number * HOUR, 1) for number in range(HOURS_AT_MOST + 1)]
    results = Results(counts={}, hours=hours)

    assert results.is_by_day
    assert [part.starts for part in results.course] == [
        NOON.replace(hour=0) + number * DAY for number in range(3)
    ]
    assert sum(part.of(Stage.SENT) for part in results.course) == HOURS_AT_MOST + 1
    assert results.course[1].starts - results.course[0].starts == timedelta(days=1)
