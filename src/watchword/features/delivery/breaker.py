"""When to leave a provider alone: after failures in a row, for a while that grows."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchword.features.delivery.rules import SendOutcome, Unavailable, Uncertain, Withdrawn

FAILURES = 5
FIRST_REST, LONGEST_REST = timedelta(seconds=2), timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Breaker:
    """Closed while `rests_until` is none. After a rest, one message tries the provider."""

    failures: int = 0
    rests: int = 0
    rests_until: datetime | None = None

    @property
    def has_tripped(self) -> bool:
        """Say whether it rests, or tries with one message whether it need not."""
        return self.rests_until is not None

    def is_open(self, now: datetime) -> bool:
        return self.rests_until is not None and now < self.rests_until

    def lets_through(self, most: int, under_way: int, now: datetime) -> int:
        """Say how many more messages may be tried, where `most` may be under way at once."""
        if self.is_open(now):
            return 0
        return (min(most, 1) if self.has_tripped else most) - under_way


def noted(
    breaker: Breaker, outcome: SendOutcome | Withdrawn, now: datetime, *, is_first: bool = True
) -> Breaker:
    """Take notice of how an attempt ended. A refusal is an answer: the provider is there.

    Only the first attempt with a message counts. Otherwise whoever has a few addresses at which
    nothing can ever be delivered would keep the provider resting for everybody, by retries alone.
    """
    if not isinstance(outcome, Unavailable | Uncertain):
        return Breaker()
    if isinstance(outcome, Unavailable) and outcome.recipient:
        return Breaker()
    if not is_first:
        return _rested_as_before(breaker, now)
    failures = breaker.failures + 1
    if breaker.is_open(now) or (failures < FAILURES and breaker.rests_until is None):
        # What was under way when the rest began tells nothing new.
        return replace(breaker, failures=failures)
    rest = _rest(breaker.rests)
    return Breaker(failures=failures, rests=breaker.rests + 1, rests_until=now + rest)


def _rested_as_before(breaker: Breaker, now: datetime) -> Breaker:
    """Let a provider rest once more, as long as before, if it was tried after a rest."""
    if breaker.rests_until is None or breaker.is_open(now):
        return breaker
    return replace(breaker, rests_until=now + _rest(breaker.rests - 1))


def _rest(rests: int) -> timedelta:
    rest: timedelta = FIRST_REST * 2 ** min(max(rests, 0), 10)
    return min(rest, LONGEST_REST)
