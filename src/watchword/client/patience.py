"""When an act is tried again: only where that helps, and never so that it happens twice."""

import secrets
from dataclasses import dataclass

from watchword.client.acts import Act
from watchword.client.exchange import Answer, Lost

FINE = 1 << 16
PASSING = {502, 503, 504}
"""Statuses of what is over in a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often an act is tried, how long each may take, and how long to wait in between.

    All in seconds. Whoever has to wait for longer than `pause_at_most` is told so instead.
    """

    tries: int = 3
    timeout: float = 10.0
    first_pause: float = 0.2
    pause_at_most: float = 5.0

    def pause(
        self, act: Act[object], outcome: Answer | Lost, tried: int, luck: float
    ) -> float | None:
        """Say how long to wait before the next try; nothing, if there is none.

        `luck` between 0 and 1 spreads those who failed together. Too many requests (429) are no
        passing fault: whoever waits for a code decides whether to wait on.
        """
        if tried >= self.tries or not _may_pass(act, outcome):
            return None
        wait = self.first_pause * 2 ** (tried - 1) * (0.5 + luck / 2)
        asked = outcome.retry_after if isinstance(outcome, Answer) else None
        if asked is not None:
            wait = max(wait, asked.total_seconds())
        return wait if wait <= self.pause_at_most else None


def luck() -> float:
    return secrets.randbelow(FINE) / FINE


def _may_pass(act: Act[object], outcome: Answer | Lost) -> bool:
    if isinstance(outcome, Lost):
        return act.is_repeatable or not outcome.was_sent
    return outcome.status in PASSING and act.is_repeatable
