"""When a webhook is tried again, and what an endpoint's answers mean for the endpoint."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from watchword.features.webhooks.rules import (
    Answer,
    DeliveryState,
    Endpoint,
    EndpointState,
)

PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Between two attempts. The first is made at once, so there is one more than there are pauses."""

TRIES_AT_MOST: Final = len(PAUSES) + 1
JITTER = 0.2
FAILING_FOR_GOOD = timedelta(days=5)
FAILURES_FOR_GOOD = 10
"""Whoever hears of little fails twice in five days without being gone."""

OVERDUE_AFTER = timedelta(days=2)
"""What nobody came to for so long is given up: the endpoint takes less than there is for it."""

GONE = 410
SLOWER = frozenset({429, 502, 503, 504})
REST = timedelta(seconds=10)
"""How long an endpoint is left alone that asks to be, without saying for how long."""

LEASE = timedelta(seconds=60)
"""For so long a hand belongs to the worker that claimed it."""

IN_FLIGHT_AT_MOST = 4
HAND_AT_MOST = 64
QUICK = 1.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What becomes of a delivery after an attempt."""

    state: DeliveryState
    due_at: datetime
    reason: str | None = None


def is_success(answer: Answer) -> bool:
    return answer.status is not None and 200 <= answer.status < 300  # noqa: PLR2004 - HTTP


def settle(tries: int, answer: Answer, chance: float, now: datetime) -> Next:
    """Decide what becomes of a delivery.

    `tries`: how often it was tried, this time included. `chance`: a random number from 0 up to 1,
    so that what failed together does not come back together.
    """
    if is_success(answer):
        return Next(state=DeliveryState.DELIVERED, due_at=now)
    if answer.status == GONE or tries >= TRIES_AT_MOST:
        return Next(state=DeliveryState.GIVEN_UP, due_at=now, reason=answer.word)
    wait = PAUSES[tries - 1] * (1 - JITTER + 2 * JITTER * chance)
    if answer.status in SLOWER and answer.retry_after is not None:
        wait = max(wait, answer.retry_after)
    return Next(state=DeliveryState.WAITING, due_at=now + wait, reason=answer.word)


def after_all(endpoint: Endpoint, answers: Iterable[Answer], now: datetime) -> Endpoint:
    """Say how an endpoint is after what it has answered, the oldest answer first."""
    for answer in answers:
        endpoint = after(endpoint, answer, now)
    return endpoint


def after(endpoint: Endpoint, answer: Answer, now: datetime) -> Endpoint:
    if answer.is_ours or endpoint.state is not EndpointState.ENABLED:
        return endpoint
    if is_success(answer):
        return replace(endpoint, failing_since=None, failures=0, rests_until=None)
    since, failures = endpoint.failing_since or now, endpoint.failures + 1
    if answer.status == GONE:
        return _disabled(endpoint, answer.word)
    if now - since >= FAILING_FOR_GOOD and failures >= FAILURES_FOR_GOOD:
        return _disabled(endpoint, f"failing since {since:%Y-%m-%d}")
    rests_until = endpoint.rests_until
    if answer.status in SLOWER:
        rests_until = now + (answer.retry_after or REST)
    return replace(endpoint, failing_since=since, failures=failures, rests_until=rests_until)


def in_flight(endpoint: Endpoint) -> int:
    """Say how many webhooks may be on their way to an endpoint at once."""
    return 1 if endpoint.is_failing else IN_FLIGHT_AT_MOST


def next_hand(size: int, *, all_went_well: bool, seconds: float) -> int:
    """Say how many to claim next time for an endpoint: more for one that is quick."""
    if all_went_well and seconds < QUICK:
        return min(size * 2, HAND_AT_MOST)
    return IN_FLIGHT_AT_MOST


def _disabled(endpoint: Endpoint, reason: str) -> Endpoint:
    return replace(endpoint, state=EndpointState.DISABLED, reason=reason, rests_until=None)
