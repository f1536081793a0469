"""How many messages of campaigns a provider may be given now, if so many may go in a second.

Whoever takes some moves a moment ahead: the one from which on the next may leave. A quarter of a
second may be made up for, so that nothing is lost between two looks, and hardly more than was
agreed goes within any second.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

SECOND: Final = timedelta(seconds=1)
MADE_UP_FOR: Final = timedelta(seconds=0.25)
PER_SECOND_AT_MOST: Final = 10_000.0
TINY: Final = 1e-6
"""What is lost by reckoning in microseconds is no message less."""


def room(per_second: float, free_at: datetime, now: datetime) -> int:
    """Say how many may leave now: what is made up for, and one more."""
    return int((now - _since(per_second, free_at, now)) / SECOND * per_second + TINY)


def moved(per_second: float, free_at: datetime, now: datetime, took: int) -> datetime:
    """Give the moment from which on the next may leave, once some were taken."""
    return _since(per_second, free_at, now) + took * SECOND / per_second


def takes(messages: int, paces: Iterable[float]) -> timedelta | None:
    """Say how long so many take at the slowest of some paces; nothing, where none is set."""
    slowest = min(paces, default=None)
    return None if slowest is None else messages * SECOND / slowest


def _since(per_second: float, free_at: datetime, now: datetime) -> datetime:
    return max(free_at, now - MADE_UP_FOR - SECOND / per_second)
