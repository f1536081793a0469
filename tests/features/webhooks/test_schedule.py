"""When a webhook is tried again, and when an endpoint gets nothing any more."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.docs.manual import page
from tests.stores import NOON
from watchword.features.webhooks.rules import (
    Answer,
    DeliveryState,
    Endpoint,
    EndpointChanges,
    EndpointId,
    EndpointState,
    changed,
)
from watchword.features.webhooks.schedule import (
    FAILING_FOR_GOOD,
    FAILURES_FOR_GOOD,
    HAND_AT_MOST,
    IN_FLIGHT_AT_MOST,
    JITTER,
    PAUSES,
    REST,
    TRIES_AT_MOST,
    after,
    after_all,
    in_flight,
    next_hand,
    settle,
)

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SPANS = {"second": SECOND, "minute": MINUTE, "hour": HOUR}
MIDDLE = 0.5
FINE = Answer(word="HTTP 200", status=200)
FAILED = Answer(word="HTTP 500", status=500)
SILENT = Answer(word="timeout")
ENDPOINT = Endpoint(
    id=EndpointId(UUID(int=1)),
    url="https://hooks.example.org",
    description="",
    kinds=frozenset(),
    state=EndpointState.ENABLED,
    reason=None,
    created_at=NOON,
)


def said(status: int, retry_after: timedelta | None = None) -> Answer:
    return Answer(word=f"HTTP {status}", status=status, retry_after=retry_after)


def waits(answer: Answer, chance: float = MIDDLE) -> list[timedelta]:
    """Let a delivery fail as long as it is tried again, and give the pauses in between."""
    found, tries = [], 1
    while (then := settle(tries, answer, chance, NOON)).state is DeliveryState.WAITING:
        found.append(then.due_at - NOON)
        tries += 1
    assert then.state is DeliveryState.GIVEN_UP
    return found


def read_span(cell: str) -> timedelta:
    if cell == "at once":
        return timedelta()
    number, unit = cell.split()
    return int(number) * SPANS[unit.removesuffix("s")]


class TestADelivery:
    def test_is_tried_at_the_times_that_the_manual_says(self) -> None:
        rows = page("how-to/receive-webhooks.md").section("When it is tried again").rows
        told = [(int(number), read_span(cell)) for number, cell in (row[:2] for row in rows)]

        assert told == [*enumerate([timedelta(), *waits(FAILED)], start=1)]

    def test_is_tried_for_about_three_days(self) -> None:
        assert 3 <= sum(waits(FAILED), timedelta()) / timedelta(days=1) <= 3.5
        assert len(waits(FAILED)) + 1 == TRIES_AT_MOST == 10

    @pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
    def test_has_arrived_when_the_status_is_one_of_success(self, status: int) -> None:
        assert settle(1, said(status), MIDDLE, NOON).state is DeliveryState.DELIVERED

    @pytest.mark.parametrize(
        "answer",
        [*map(said, [100, 199, 300, 301, 302, 304, 307, 308, 400, 401, 404, 429, 500]), SILENT],
    )
    def test_has_not_arrived_otherwise_and_redirects_are_no_exception(self, answer: Answer) -> None:
        then = settle(1, answer, MIDDLE, NOON)

        assert (then.state, then.reason) == (DeliveryState.WAITING, answer.word)

    def test_is_given_up_at_once_where_the_endpoint_is_gone(self) -> None:
        assert waits(said(410)) == []

    @pytest.mark.parametrize("status", [429, 502, 503, 504])
    def test_waits_as_long_as_it_is_asked_to(self, status: int) -> None:
        first, second, *_ = waits(said(status, retry_after=2 * MINUTE))

        assert (first, second) == (2 * MINUTE, 5 * MINUTE)

    def test_waits_no_longer_for_what_is_no_request_to_slow_down(self) -> None:
        assert waits(said(500, retry_after=HOUR)) == waits(FAILED)


@given(some.floats(0, 1, exclude_max=True), some.integers(1, TRIES_AT_MOST - 1))
def test_whatever_the_chance_a_pause_differs_by_a_fifth_at_most(chance: float, tries: int) -> None:
    wait = settle(tries, FAILED, chance, NOON).due_at - NOON

    assert (1 - JITTER) * PAUSES[tries - 1] - SECOND <= wait
    assert wait <= (1 + JITTER) * PAUSES[tries - 1] + SECOND


def test_chance_makes_a_difference() -> None:
    assert waits(FAILED, 0.0)[3] == 0.8 * 2 * HOUR
    assert waits(FAILED, 0.75)[3] == 1.1 * 2 * HOUR


class TestAnEndpoint:
    def test_fails_since_its_first_failure_until_a_success(self) -> None:
        once = after(ENDPOINT, FAILED, NOON)
        twice = after(once, SILENT, NOON + HOUR)

        assert once.failing_since == twice.failing_since == NOON
        assert after(twice, FINE, NOON + 2 * HOUR) == ENDPOINT

    def test_is_disabled_at_once_when_it_says_that_it_is_gone(self) -> None:
        gone = after(ENDPOINT, said(410), NOON)

        assert (gone.state, gone.reason) == (EndpointState.DISABLED, "HTTP 410")

    def test_is_disabled_after_five_days_without_a_success(self) -> None:
        failing = after_all(ENDPOINT, [FAILED] * 10, NOON)
        nearly = after(failing, FAILED, NOON + FAILING_FOR_GOOD - SECOND)

        assert nearly.state is EndpointState.ENABLED
        disabled = after(nearly, FAILED, NOON + FAILING_FOR_GOOD)
        assert (disabled.state, disabled.reason) == (
            EndpointState.DISABLED,
            "failing since 2030-01-01",
        )

    def test_is_not_disabled_before_its_tenth_failure_however_long_they_take(self) -> None:
        rarely = after_all(ENDPOINT, [FAILED, *[SILENT] * 8], NOON + FAILING_FOR_GOOD)
        failing = after(rarely, FAILED, NOON + 2 * FAILING_FOR_GOOD - SECOND)

        assert rarely.failures == FAILURES_FOR_GOOD - 1
        assert after(rarely, FAILED, NOON + 3 * FAILING_FOR_GOOD).state is EndpointState.DISABLED
        assert failing.state is EndpointState.ENABLED

    def test_is_not_disabled_when_there_was_a_success_between(self) -> None:
        failing = after_all(ENDPOINT, [FAILED] * 10, NOON)
        well = after(failing, FINE, NOON + timedelta(days=4))

        late = after_all(well, [FAILED] * 9, NOON + timedelta(days=8))
        late = after(late, FAILED, NOON + timedelta(days=12))
        assert late.state is EndpointState.ENABLED

    @pytest.mark.parametrize("status", [429, 502, 503, 504])
    def test_rests_when_it_asks_us_to_be_slower(self, status: int) -> None:
        assert after(ENDPOINT, said(status), NOON).rests_until == NOON + REST
        asked = after(ENDPOINT, said(status, retry_after=HOUR), NOON)
        assert asked.rests_until == NOON + HOUR

    @pytest.mark.parametrize("answer", [FAILED, said(404), SILENT])
    def test_does_not_rest_for_other_failures(self, answer: Answer) -> None:
        assert after(ENDPOINT, answer, NOON).rests_until is None

    def test_is_not_blamed_for_what_is_our_fault(self) -> None:
        assert after(ENDPOINT, Answer(word="key", is_ours=True), NOON) == ENDPOINT

    def test_that_is_disabled_is_not_changed_by_what_was_under_way(self) -> None:
        off = replace(ENDPOINT, state=EndpointState.DISABLED, reason="asked for")

        assert after_all(off, [FAILED, FINE, said(410)], NOON) == off

    @pytest.mark.parametrize(
        "changes", [EndpointChanges(enabled=True), EndpointChanges(url="https://new.example.org")]
    )
    def test_that_is_enabled_or_goes_elsewhere_begins_anew(self, changes: EndpointChanges) -> None:
        failing = after_all(ENDPOINT, [FAILED, said(503)], NOON)

        anew = changed(failing, changes)

        assert (anew.failing_since, anew.failures, anew.rests_until) == (None, 0, None)
        assert changed(failing, EndpointChanges(description="x")).failures == 2

    def test_is_judged_by_its_answers_in_their_order(self) -> None:
        assert after_all(ENDPOINT, [FAILED, FINE], NOON) == ENDPOINT
        assert after_all(ENDPOINT, [FINE, FAILED], NOON).is_failing


class TestFlow:
    def test_few_are_on_their_way_at_once_and_one_where_it_fails(self) -> None:
        assert in_flight(ENDPOINT) == IN_FLIGHT_AT_MOST == 4
        assert in_flight(after(ENDPOINT, FAILED, NOON)) == 1

    def test_a_quick_endpoint_gets_more_and_more_and_a_slow_one_few(self) -> None:
        sizes = [4]
        for _ in range(6):
            sizes.append(next_hand(sizes[-1], all_went_well=True, seconds=0.1))

        assert sizes == [4, 8, 16, 32, 64, 64, 64]
        assert sizes[-1] == HAND_AT_MOST
        assert next_hand(64, all_went_well=True, seconds=1.0) == 4
        assert next_hand(64, all_went_well=False, seconds=0.1) == 4


def moments(story: list[tuple[Answer, timedelta]]) -> list[tuple[Answer, datetime]]:
    now, found = NOON, []
    for answer, gap in story:
        now += gap
        found.append((answer, now))
    return found


answers = some.sampled_from([FINE, FAILED, SILENT, said(429), said(503, retry_after=HOUR)])


@given(some.lists(some.tuples(answers, some.timedeltas(timedelta(), timedelta(days=2)))))
def test_whatever_happens_only_five_days_and_ten_failures_disable(
    story: list[tuple[Answer, timedelta]],
) -> None:
    endpoint, last_good, failures = ENDPOINT, None, 0
    for answer, now in moments(story):
        endpoint = after(endpoint, answer, now)
        last_good = now if answer is FINE else last_good or now
        failures = 0 if answer is FINE else failures + 1
        if endpoint.state is EndpointState.DISABLED:
            assert now - last_good >= FAILING_FOR_GOOD
            assert failures >= FAILURES_FOR_GOOD
            return
        assert endpoint.is_failing == (answer is not FINE)
