"""How often is too often, for sendings and for guesses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from watchword.features.limits.rules import (
    DAY,
    HOUR,
    Allowed,
    Budget,
    Cap,
    Disabled,
    Leave,
    Limits,
    NotBefore,
    charge_send,
    charge_wrong,
    forgive,
    guesses_left,
    may_guess,
    may_send,
    network_of,
)

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LIMITS = Limits()
FRESH = Budget()


def after_wrong(count: int, *, every: timedelta = HOUR, limits: Limits = LIMITS) -> Budget:
    """A budget after so many wrong guesses; the last of them was at noon."""
    budget = FRESH
    for number in reversed(range(count)):
        budget = charge_wrong(budget, limits, NOON - number * every)
    return budget


def after_sends(*moments: datetime) -> Budget:
    budget = FRESH
    for moment in moments:
        budget = charge_send(budget, LIMITS, moment)
    return budget


class TestASending:
    def test_is_allowed_at_first(self) -> None:
        assert may_send(FRESH, LIMITS, NOON) == Allowed()

    def test_is_allowed_five_times_in_an_hour_and_then_waits_for_the_first_to_be_an_hour_old(
        self,
    ) -> None:
        budget = after_sends(*(NOON + number * MINUTE for number in range(5)))

        assert may_send(budget, LIMITS, NOON + 5 * MINUTE) == NotBefore(NOON + HOUR)
        assert may_send(budget, LIMITS, NOON + HOUR - SECOND) == NotBefore(NOON + HOUR)
        assert may_send(budget, LIMITS, NOON + HOUR) == Allowed()

    def test_is_allowed_ten_times_in_a_day_however_far_apart(self) -> None:
        budget = after_sends(*(NOON + number * HOUR for number in range(10)))

        assert may_send(budget, LIMITS, NOON + 10 * HOUR) == NotBefore(NOON + DAY)

    def test_does_not_wait_for_the_stroke_of_the_hour(self) -> None:
        late = NOON - MINUTE

        budget = after_sends(*([late] * 5))

        assert may_send(budget, LIMITS, NOON + MINUTE) == NotBefore(late + HOUR)

    def test_costs_no_guess_and_a_guess_costs_no_sending(self) -> None:
        assert charge_send(FRESH, LIMITS, NOON).wrong == ()
        assert charge_wrong(FRESH, LIMITS, NOON).sends == ()

    def test_without_a_cap_is_always_allowed_and_leaves_no_trace(self) -> None:
        free = replace(LIMITS, sends=())

        assert charge_send(FRESH, free, NOON) == FRESH
        assert may_send(FRESH, free, NOON) == Allowed()

    def test_that_was_made_under_a_higher_cap_counts_under_a_lower_one(self) -> None:
        budget = after_sends(*(NOON + number * MINUTE for number in range(5)))
        stricter = replace(LIMITS, sends=(Cap(2, HOUR),))

        assert may_send(budget, stricter, NOON + HOUR) == NotBefore(NOON + 3 * MINUTE + HOUR)


class TestAGuess:
    def test_is_allowed_at_first(self) -> None:
        assert may_guess(FRESH, LIMITS, NOON) == Allowed()

    def test_may_be_wrong_ten_times_in_an_hour(self) -> None:
        budget = after_wrong(10, every=MINUTE)

        assert may_guess(budget, LIMITS, NOON) == NotBefore(NOON - 9 * MINUTE + HOUR)

    @pytest.mark.parametrize(
        ("in_a_row", "wait"),
        [
            (19, timedelta()),
            (20, 30 * SECOND),
            (21, MINUTE),
            (22, 2 * MINUTE),
            (23, 4 * MINUTE),
            (24, 8 * MINUTE),
            (25, 16 * MINUTE),
            (26, 32 * MINUTE),
            (27, HOUR),
            (28, HOUR),
            (99, HOUR),
        ],
    )
    def test_after_many_wrong_ones_waits_twice_as_long_each_time_and_never_more_than_an_hour(
        self, in_a_row: int, wait: timedelta
    ) -> None:
        budget = after_wrong(in_a_row)

        assert may_guess(budget, LIMITS, NOON + wait) == Allowed()
        if wait:
            assert may_guess(budget, LIMITS, NOON + wait - SECOND) == NotBefore(NOON + wait)

    def test_is_never_allowed_again_after_a_hundred_wrong_ones_in_a_row(self) -> None:
        assert may_guess(after_wrong(100), LIMITS, NOON + 1000 * DAY) == Disabled()

    @given(some.integers(0, 150))
    def test_that_is_right_forgives_all_wrong_ones_and_no_sending(self, wrong: int) -> None:
        budget = replace(after_wrong(wrong), sends=(NOON,))

        assert forgive(budget) == Budget(sends=(NOON,))
        assert may_guess(forgive(budget), LIMITS, NOON) == Allowed()


spans = some.sampled_from(
    [timedelta(), SECOND, 30 * SECOND, MINUTE, 10 * MINUTE, HOUR - SECOND, HOUR, 5 * HOUR]
) | some.timedeltas(timedelta(), 2 * HOUR)

limits = some.builds(
    Limits,
    sends=some.lists(
        some.builds(Cap, some.integers(1, 6), some.sampled_from([MINUTE, HOUR, DAY])), max_size=3
    ).map(tuple),
    wrong=some.builds(Cap, some.integers(1, 12), some.just(HOUR)),
    free_in_a_row=some.integers(1, 20),
    most_in_a_row=some.integers(1, 40),
)


def played(limits: Limits, gaps: list[timedelta]) -> tuple[Limits, Budget, datetime]:
    """Guess wrong as often as it is allowed, with gaps of any length."""
    budget, now = FRESH, NOON
    for gap in gaps:
        now += gap
        if may_guess(budget, limits, now) == Allowed():
            budget = charge_wrong(budget, limits, now)
    return limits, budget, now


histories = some.builds(played, limits, some.lists(spans, max_size=45))


class TestWhateverOneTries:
    @given(limits, some.lists(spans, max_size=60))
    def test_no_span_of_time_holds_more_sendings_than_its_cap(
        self, limits: Limits, gaps: list[timedelta]
    ) -> None:
        budget, now, sent = FRESH, NOON, list[datetime]()
        for gap in gaps:
            now += gap
            if may_send(budget, limits, now) == Allowed():
                budget = charge_send(budget, limits, now)
                sent.append(now)

        for cap in limits.sends:
            assert all(_within(sent, end, cap.within) <= cap.most for end in sent)

    @given(limits, some.lists(spans | some.just(None), max_size=60))
    def test_no_hour_holds_more_wrong_guesses_than_the_cap_unless_a_right_one_forgave_them(
        self, limits: Limits, gaps: list[timedelta | None]
    ) -> None:
        budget, now, wrong = FRESH, NOON, list[datetime]()
        for gap in gaps:
            if gap is None:
                budget, wrong = forgive(budget), []
                continue
            now += gap
            if may_guess(budget, limits, now) == Allowed():
                budget = charge_wrong(budget, limits, now)
                wrong.append(now)
            assert _within(wrong, now, HOUR) <= limits.wrong.most
            assert len(wrong) <= limits.most_in_a_row

    @given(limits, some.lists(spans, max_size=60))
    def test_what_is_to_wait_may_be_done_at_the_named_moment_and_not_before(
        self, limits: Limits, gaps: list[timedelta]
    ) -> None:
        budget, now = FRESH, NOON
        for gap in gaps:
            now += gap
            for may in (may_send, may_guess):
                leave: Leave = may(budget, limits, now)
                if isinstance(leave, NotBefore):
                    assert leave.moment > now
                    assert may(budget, limits, leave.moment) == Allowed()
                    assert may(budget, limits, leave.moment - timedelta(microseconds=1)) == leave
            if may_send(budget, limits, now) == Allowed():
                budget = charge_send(budget, limits, now)
            if may_guess(budget, limits, now) == Allowed():
                budget = charge_wrong(budget, limits, now)

    @given(histories)
    @example((Limits(most_in_a_row=5), FRESH, NOON))
    def test_as_many_guesses_as_are_left_may_be_wrong_one_after_the_other_and_no_more(
        self, history: tuple[Limits, Budget, datetime]
    ) -> None:
        limits, budget, now = history
        left = guesses_left(budget, limits, now)

        for _ in range(left):
            assert may_guess(budget, limits, now) == Allowed()
            budget = charge_wrong(budget, limits, now)

        assert may_guess(budget, limits, now) != Allowed()

    @given(histories)
    def test_each_wrong_guess_leaves_one_less_or_none(
        self, history: tuple[Limits, Budget, datetime]
    ) -> None:
        limits, budget, now = history
        if (left := guesses_left(budget, limits, now)) > 0:
            after = charge_wrong(budget, limits, now)

            assert guesses_left(after, limits, now) == left - 1

    @given(limits, some.lists(spans, max_size=60))
    def test_a_budget_remembers_no_more_than_its_caps_ask_for(
        self, limits: Limits, gaps: list[timedelta]
    ) -> None:
        budget, now = FRESH, NOON
        for gap in gaps:
            now += gap
            budget = charge_wrong(charge_send(budget, limits, now), limits, now)

        assert len(budget.sends) <= max((cap.most for cap in limits.sends), default=0)
        assert len(budget.wrong) <= limits.wrong.most
        assert list(budget.sends) == sorted(budget.sends)


def _within(moments: list[datetime], end: datetime, span: timedelta) -> int:
    return sum(end - span < moment <= end for moment in moments)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:1::7", "2001:db8:1:1::/64"),
        ("2001:DB8:1:1:ffff:ffff:ffff:ffff", "2001:db8:1:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_what_an_address_is_counted_as(address: str, network: str) -> None:
    assert network_of(address) == network
