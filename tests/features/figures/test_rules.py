"""What codes count as, and what hours come to: for any messages, in any order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName, Receipt, State
from watchword.features.figures.counting.rules import (
    AGES,
    LIVE_EVERY,
    MONEY_SETTLES,
    has_settled,
    merged,
    next_count,
)
from watchword.features.figures.rules import (
    Hour,
    Line,
    Span,
    Sum,
    Trip,
    Way,
    added,
    begins,
    counted,
    hour_of,
    report,
    total,
    window,
)
from watchword.features.prices.rules import Money

SMS = Way(Channel.SMS, ProviderName("texts"))
CHAT = Way(Channel.WHATSAPP, ProviderName("chats"))
NOW = datetime(2026, 11, 22, 9, 12, tzinfo=UTC)
HOUR = hour_of(NOW)

ways = st.sampled_from([SMS, CHAT, Way(Channel.SMS, ProviderName("others"))])
trips = st.builds(
    Trip, ways, st.sampled_from(list(State)), st.none() | st.sampled_from(list(Receipt))
)
counts = st.integers(0, 10**6)
lines = st.builds(
    Line,
    sent=counts,
    delivered=counts,
    failed=counts,
    verified=counts,
    blocked=counts,
    cost=counts,
)
figures = st.dictionaries(ways, lines, max_size=3)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(its=st.lists(trips, max_size=6), is_verified=st.booleans())
def test_each_part_of_the_funnel_is_a_part_of_the_one_before_it(
    its: list[Trip], *, is_verified: bool
) -> None:
    for line in counted(its, is_verified=is_verified).values():
        assert 1 >= line.sent >= line.delivered >= line.verified >= 0
        assert line.failed + line.delivered <= 1


@given(st.lists(trips, min_size=1, max_size=6))
def test_a_code_comes_back_once_and_by_the_way_it_went_last(its: list[Trip]) -> None:
    found = counted(its, is_verified=True)

    assert total(found.values()).verified == 1
    assert found[its[-1].way].verified == 1


def test_what_nobody_sent_counts_for_nothing() -> None:
    assert counted([], is_verified=True) == {}


def test_what_was_tried_again_after_a_failure_and_arrived_has_not_failed() -> None:
    its = [Trip(SMS, State.SENT, Receipt.FAILED), Trip(SMS, State.SENT, Receipt.DELIVERED)]

    assert counted(its, is_verified=False)[SMS] == Line(sent=1, delivered=1)


@given(figures, figures, figures)
def test_lines_are_added_in_any_order(
    one: dict[Way, Line], two: dict[Way, Line], three: dict[Way, Line]
) -> None:
    assert added(one, two) == added(two, one)
    assert added(added(one, two), three) == added(one, added(two, three))
    assert total(added(one, two).values()) == total(one.values()) + total(two.values())


@given(before=figures, found=figures, settled=st.booleans())
def test_codes_never_grow_fewer(
    before: dict[Way, Line], found: dict[Way, Line], *, settled: bool
) -> None:
    after = merged(before, found, has_settled=settled)

    for way, line in before.items():
        assert after[way].sent >= line.sent
        assert after[way].delivered >= line.delivered
        assert after[way].verified >= line.verified
        assert after[way].blocked >= line.blocked


@given(before=figures, found=figures, settled=st.booleans())
def test_counting_twice_changes_nothing(
    before: dict[Way, Line], found: dict[Way, Line], *, settled: bool
) -> None:
    once = merged(before, found, has_settled=settled)

    assert merged(once, found, has_settled=settled) == once


def test_money_that_came_back_is_taken_off_until_the_hour_has_settled() -> None:
    before, found = {SMS: Line(sent=1, cost=75)}, {SMS: Line(sent=1, cost=0)}

    assert merged(before, found, has_settled=False)[SMS].cost == 0
    assert merged(before, found, has_settled=True)[SMS].cost == 75


def test_an_hour_whose_rows_are_gone_keeps_its_figures() -> None:
    before = {SMS: Line(sent=3, delivered=2, failed=1, verified=1, blocked=4, cost=75)}

    assert merged(before, {}, has_settled=True) == before


@given(st.integers(0, 10**7), st.integers(0, 2 * 31 * 24 * 60))
def test_an_hour_is_counted_ever_more_rarely_and_in_the_end_no_more(
    codes: int, minutes: int
) -> None:
    now = begins(HOUR) + timedelta(minutes=minutes)

    following = next_count(HOUR, codes, now)

    if following is None:
        assert now >= begins(HOUR + 1) + AGES[-1]
    else:
        assert following > now
        assert following - now <= max(timedelta(days=23), codes * timedelta(microseconds=200))


def test_a_live_hour_is_counted_every_minute_unless_it_is_long() -> None:
    assert next_count(HOUR, 10, NOW) == NOW + LIVE_EVERY
    assert next_count(HOUR, 3_000_000, NOW) == NOW + timedelta(seconds=600)


def test_what_an_hour_cost_settles_after_three_days() -> None:
    end = begins(HOUR + 1)

    assert not has_settled(HOUR, end + MONEY_SETTLES - timedelta(seconds=1))
    assert has_settled(HOUR, end + MONEY_SETTLES)


@given(moments, st.sampled_from(list(Span)))
def test_a_window_ends_with_the_present_and_has_no_gap(now: datetime, span: Span) -> None:
    frame = window(span, now)

    starts = frame.starts
    each = timedelta(hours=frame.hours_each)
    assert all(after - before == each for before, after in pairwise(starts))
    assert starts[-1] <= now < starts[-1] + each
    assert len(starts) == {Span.DAY: 24, Span.WEEK: 7, Span.MONTH: 30}[span]


@given(st.lists(st.tuples(st.integers(0, 23), ways, lines), max_size=10))
def test_a_report_comes_to_the_same_by_channel_and_by_time(
    its: list[tuple[int, Way, Line]],
) -> None:
    sums = [Sum(part=part, way=way, line=line, currency="EUR") for part, way, line in its]

    told = report(Span.DAY, window(Span.DAY, NOW), sums)

    assert told.line == total(part.line for part in told.parts)
    assert told.line == total(line for _, _, line in its)
    assert sum(money.micros for money in told.cost) == told.line.cost


def test_what_two_currencies_come_to_nobody_knows() -> None:
    sums = [
        Sum(part=0, way=SMS, line=Line(cost=1), currency="EUR"),
        Sum(part=1, way=SMS, line=Line(cost=2), currency="USD"),
        Sum(part=2, way=CHAT, line=Line(cost=4), currency="EUR"),
        Sum(part=2, way=CHAT, line=Line(sent=1), currency=None),
    ]

    told = report(Span.DAY, window(Span.DAY, NOW), sums)

    assert told.cost == (Money(5, "EUR"), Money(2, "USD"))


def test_hours_begin_where_they_say() -> None:
    assert begins(HOUR) == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert hour_of(begins(Hour(0))) == 0
