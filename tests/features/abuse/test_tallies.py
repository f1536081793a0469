"""How much there was within a span, counted in parts of it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from tests.stores import NOON
from watchword.features.abuse.tallies import (
    FRESH,
    PARTS,
    Tally,
    begins,
    count,
    counted,
    packed,
    room_at,
    unpacked,
)

HOUR = 3600
gaps = some.lists(
    some.sampled_from([0, 1, 599, 600, 601, 1800, 3599, 3600, 3601, 4200]) | some.integers(0, 5000),
    max_size=40,
)
spans = some.sampled_from([60, 600, HOUR, 86_400])


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@given(spans, gaps)
def test_nothing_within_the_span_is_left_out_and_nothing_much_older_is_counted(
    span: int, gaps: list[int]
) -> None:
    tally, now, moments = FRESH, NOON, []
    for gap in gaps:
        now += seconds(gap)
        tally = counted(tally, span, now, 1)
        moments.append(now)

        found = count(tally, span, now)
        assert found >= sum(now - moment <= seconds(span) for moment in moments)
        assert found <= sum(now - moment <= seconds(span + span / PARTS) for moment in moments)


@given(spans, gaps)
def test_a_tally_holds_no_more_parts_than_a_span_touches(span: int, gaps: list[int]) -> None:
    tally, now = FRESH, NOON
    for gap in gaps:
        now += seconds(gap)
        tally = counted(tally, span, now, 3)

    assert len(tally.parts) <= PARTS + 1
    assert [*tally.parts] == sorted(tally.parts, key=lambda part: part.number)


@given(spans, gaps.filter(bool), some.integers(1, 60))
def test_there_is_room_at_the_named_moment_and_not_before(
    span: int, gaps: list[int], amount: int
) -> None:
    tally, now = FRESH, NOON
    for gap in gaps:
        now += seconds(gap)
        tally = counted(tally, span, now, 1)
    there = count(tally, span, now)
    amount = min(amount, there)

    room = room_at(tally, span, now, amount)

    assert now < room <= now + seconds(span + span / PARTS)
    assert count(tally, span, room) <= there - amount
    assert count(tally, span, room - seconds(0.001)) > there - amount


def test_where_there_is_room_it_is_now() -> None:
    assert room_at(counted(FRESH, HOUR, NOON, 5), HOUR, NOON, 0) == NOON


def test_the_clock_of_another_process_may_be_a_little_ahead() -> None:
    ahead = counted(FRESH, 60, NOON + seconds(10), 1)

    both = counted(ahead, 60, NOON + seconds(9.9), 1)

    assert count(both, 60, NOON + seconds(10)) == 2


@given(spans, gaps, some.integers(0, 10**15))
def test_a_tally_is_kept_as_it_is(span: int, gaps: list[int], amount: int) -> None:
    tally, now = FRESH, NOON
    for gap in gaps:
        now += seconds(gap)
        tally = counted(tally, span, now, amount)

    assert Tally(unpacked(packed(tally))) == tally


@given(spans, some.integers(0, 10**6))
def test_a_span_begins_no_later_than_it_is_long(span: int, later: int) -> None:
    now = NOON + seconds(later)

    assert seconds(span) <= now - begins(span, now) < seconds(span + span / PARTS)
