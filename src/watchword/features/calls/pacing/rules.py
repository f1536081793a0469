"""How much may go wrong from one telephone, and how much of all that is tried on a line.

Where little goes on, a few that are wrong are many of all: so some are let be. Where much does, it
is their share that tells, and beyond a number they are too many whatever else goes well: whoever
has PINs of their own to type rightly buys nothing by that.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from watchword.features.limits.rules import (
    DAY,
    HOUR,
    Budget,
    Cap,
    Limits,
    charge_send,
)

FROM_ONE: Final = Limits(sends=(Cap(15, HOUR), Cap(40, DAY)))
CODES: Final = Limits(sends=(Cap(5, HOUR), Cap(10, DAY)))
"""By what was typed, whoever that is. It is no more than what a contact point is sent."""
REHEARSED: Final = Limits(sends=(Cap(30, HOUR), Cap(60, DAY)))
"""For each of the staff. A rehearsal counts nothing in a core, and is not to find out a PIN."""
LATELY: Final = timedelta(minutes=10)
PER_CENT: Final = 100
TEN: Final = 10
RIGHT_AT_MOST: Final = 1_000
"""No more of what goes well is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """When a line is tried out. `least`: of wrong ones lately, so many are let be; `percent`: of
    all that were tried, so many may be wrong; `absolute`: in an hour no more are, at all."""

    least: int = 100
    percent: int = 30
    absolute: int = 400

    @property
    def wrong(self) -> Limits:
        return Limits(sends=(Cap(self.absolute, HOUR),))


ON_THE_LINE: Final = Breaker()
RIGHT: Final = Limits(sends=(Cap(TEN, LATELY),))
TENS: Final = Limits(sends=(Cap(RIGHT_AT_MOST // TEN, LATELY),))


@dataclass(frozen=True, slots=True)
class Well:
    """What went well lately. Ten are kept as one, the last of them: where much goes on, to read and
    write a thousand moments would cost more than the turn of a call."""

    ones: Budget = field(default_factory=Budget)
    tens: Budget = field(default_factory=Budget)

    def one_more(self, now: datetime) -> "Well":
        ones = charge_send(self.ones, RIGHT, now)
        if len(ones.sends) < TEN:
            return replace(self, ones=ones)
        return Well(tens=charge_send(self.tens, TENS, now))

    def since(self, start: datetime) -> int:
        return _since(self.ones, start) + TEN * _since(self.tens, start)


def is_tripped(breaker: Breaker, wrong: Budget, well: Well, now: datetime) -> bool:
    """Say whether so much goes wrong on a line that nobody is asked anything."""
    lately = _since(wrong, now - LATELY)
    is_large = lately * PER_CENT > breaker.percent * (lately + well.since(now - LATELY))
    return (lately >= breaker.least and is_large) or _since(wrong, now - HOUR) >= breaker.absolute


def taken_back(budget: Budget) -> Budget:
    """Undo one that was counted before it was judged."""
    return replace(budget, sends=budget.sends[:-1])


def _since(budget: Budget, start: datetime) -> int:
    return sum(moment > start for moment in budget.sends)
