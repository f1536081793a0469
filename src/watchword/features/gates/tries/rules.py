"""How often is too often: five answers, and then nobody may answer for a while.

A try is written down before what was typed is looked at, so a hundred that come in one moment are
counted one by one. After three pauses in a row whoever goes on has not mistyped, and each further
pause lasts a day: of the ten thousand ends that a number may have, that leaves 20 tries for the
first hour and five for each day that follows.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

TRIES: Final = 5
PAUSE: Final = timedelta(minutes=15)
SHORT_PAUSES: Final = 3
LONG_PAUSE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """What was used up: tries since the last pause, and pauses since anybody was right."""

    used: int = 0
    pauses: int = 0
    paused_until: datetime | None = None


FRESH: Final = Tries()


@dataclass(frozen=True, slots=True)
class Paused:
    """Nobody may answer before this moment."""

    word: ClassVar = "paused"

    until: datetime


@dataclass(frozen=True, slots=True)
class Charged:
    """A try is written down, and so many are left if it was a wrong one."""

    tries: Tries
    left: int

    @property
    def begins_pause(self) -> bool:
        return self.left == 0


def charge(tries: Tries, now: datetime) -> Charged | Paused:
    """Write a try down, whatever it is; refuse it while there is a pause."""
    if tries.paused_until is not None:
        if now < tries.paused_until:
            return Paused(tries.paused_until)
        tries = replace(tries, used=0, paused_until=None)
    used = tries.used + 1
    if used < TRIES:
        return Charged(replace(tries, used=used), TRIES - used)
    until = now + (PAUSE if tries.pauses < SHORT_PAUSES else LONG_PAUSE)
    return Charged(Tries(used=used, pauses=tries.pauses + 1, paused_until=until), 0)
