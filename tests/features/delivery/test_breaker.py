"""When a provider is left alone, and when it is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.delivery.breaker import FAILURES, LONGEST_REST, Breaker, noted
from watchword.features.delivery.rules import (
    Accepted,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FAILED = Unavailable("HTTP 503")


def after(*outcomes: SendOutcome, at: datetime = NOON) -> Breaker:
    breaker = Breaker()
    for outcome in outcomes:
        breaker = noted(breaker, outcome, at)
    return breaker


class TestABreaker:
    def test_lets_everything_through_at_first(self) -> None:
        assert Breaker().lets_through(8, 0, NOON) == 8
        assert Breaker().lets_through(8, 3, NOON) == 5

    def test_opens_after_five_failures_in_a_row(self) -> None:
        assert after(*[FAILED] * 4).lets_through(8, 0, NOON) == 8
        assert after(*[FAILED] * 5).lets_through(8, 0, NOON) == 0

    @pytest.mark.parametrize("failure", [Unavailable("x"), Uncertain("timeout")])
    def test_counts_what_may_have_failed_too(self, failure: SendOutcome) -> None:
        assert after(*[failure] * FAILURES).is_open(NOON)

    @pytest.mark.parametrize("answer", [Accepted(), Refused("HTTP 400")])
    def test_begins_to_count_anew_after_an_answer(self, answer: SendOutcome) -> None:
        assert not after(*[FAILED] * 4, answer, *[FAILED] * 4).is_open(NOON)

    def test_rests_for_two_seconds_and_then_lets_one_through(self) -> None:
        breaker = after(*[FAILED] * 5)

        assert breaker.lets_through(8, 0, NOON + 2 * SECOND - SECOND / 10) == 0
        assert breaker.lets_through(8, 0, NOON + 2 * SECOND) == 1

    def test_lets_no_second_one_through_while_the_first_is_under_way(self) -> None:
        breaker = after(*[FAILED] * 5)

        assert breaker.lets_through(8, 1, NOON + 2 * SECOND) <= 0
        assert breaker.lets_through(8, 8, NOON + 2 * SECOND) <= 0

    def test_rests_twice_as_long_each_time_that_the_one_fails_and_a_minute_at_most(self) -> None:
        breaker, rests = after(*[FAILED] * 5), []
        for _ in range(7):
            assert breaker.rests_until is not None
            now = breaker.rests_until
            breaker = noted(breaker, FAILED, now)
            assert breaker.rests_until is not None
            rests.append((breaker.rests_until - now) // SECOND)

        assert rests == [4, 8, 16, 32, 60, 60, 60]

    def test_rests_no_longer_for_what_was_under_way_when_the_rest_began(self) -> None:
        assert after(*[FAILED] * 50).rests_until == NOON + 2 * SECOND

    @pytest.mark.parametrize("answer", [Accepted(), Refused("HTTP 400")])
    def test_closes_when_the_one_is_answered(self, answer: SendOutcome) -> None:
        breaker = noted(after(*[FAILED] * 5), answer, NOON + 2 * SECOND)

        assert breaker == Breaker()


class TestWhatDoesNotCount:
    def test_is_what_concerns_one_recipient(self) -> None:
        full = Unavailable("mailbox full", recipient=True)

        assert after(*[full] * 50) == Breaker()
        assert not after(*[FAILED] * 4, full, *[FAILED] * 4).is_open(NOON)

    def test_is_a_further_attempt_with_the_same_message(self) -> None:
        breaker = Breaker()
        for _ in range(50):
            breaker = noted(breaker, FAILED, NOON, is_first=False)

        assert breaker == Breaker()

    def test_lets_the_provider_rest_once_more_but_no_longer(self) -> None:
        breaker = after(*[FAILED] * 5)
        for _ in range(5):
            assert breaker.rests_until is not None
            now = breaker.rests_until
            breaker = noted(breaker, FAILED, now, is_first=False)

            assert breaker.rests_until == now + 2 * SECOND

    def test_changes_nothing_while_it_rests(self) -> None:
        breaker = after(*[FAILED] * 5)

        assert noted(breaker, FAILED, NOON + SECOND, is_first=False) == breaker


outcomes = some.sampled_from([FAILED, Uncertain("x"), Accepted(), Refused("x")])


@given(some.lists(some.tuples(outcomes, some.timedeltas(timedelta(), 2 * LONGEST_REST))))
def test_whatever_happens_a_provider_is_tried_again_within_a_minute(
    story: list[tuple[SendOutcome, timedelta]],
) -> None:
    breaker, now = Breaker(), NOON
    for outcome, gap in story:
        now += gap
        breaker = noted(breaker, outcome, now)

        assert breaker.lets_through(8, 0, now + LONGEST_REST) >= 1
        assert isinstance(outcome, Unavailable | Uncertain) or breaker == Breaker()


failures = some.sampled_from([FAILED, Uncertain("x")])


@given(
    some.integers(0, 9),
    some.lists(some.tuples(failures, some.timedeltas(timedelta(), 2 * LONGEST_REST))),
)
def test_retries_alone_never_make_it_rest_longer(
    rests: int, story: list[tuple[SendOutcome, timedelta]]
) -> None:
    now = NOON
    breaker = after(*[FAILED] * FAILURES)
    for _ in range(rests):
        now = breaker.rests_until or now
        breaker = noted(breaker, FAILED, now)
    assert breaker.rests_until is not None
    longest = breaker.rests_until - now

    for outcome, gap in story:
        now += gap
        breaker = noted(breaker, outcome, now, is_first=False)

        assert breaker.rests_until is not None
        assert breaker.rests_until - now <= longest


@given(some.lists(some.booleans(), min_size=100, max_size=200))
def test_an_outage_makes_it_rest_for_a_minute_whatever_is_tried_again_meanwhile(
    story: list[bool],
) -> None:
    breaker, now = after(*[FAILED] * FAILURES), NOON
    for is_first in [*story, *[True] * 6]:
        now = breaker.rests_until or now
        breaker = noted(breaker, FAILED, now, is_first=is_first)

    assert breaker.rests_until == now + LONGEST_REST
