"""How often is too often: five answers, and then nobody may answer for a while.

A try is written down before what was typed is looked at, so a hundred that come in one moment are
counted one by one. After three pauses in a row whoever goes on has not mistyped, and each further
pause lasts a day; after nine, a week. Of the ten thousand ends that a number may have, that leaves
20 tries for the first hour, 30 for the six days that follow, and five for each week from then on.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from watchword.features.campaigns.links.rules import Named, RecipientNumber
from watchword.features.limits.rules import Cap, Limits

TRIES: Final = 5
PAUSE: Final = timedelta(minutes=15)
SHORT_PAUSES: Final = 3
LONG_PAUSE: Final = timedelta(days=1)
LONG_PAUSES: Final = 6
LONGEST_PAUSE: Final = timedelta(days=7)


WRONG_AT_LEAST: Final = 300
WRONG_AT_MOST: Final = 3_000
PER_WRONG: Final = 100
"""Recipients for each of whom one wrong answer is nothing to wonder about."""
SPAN: Final = timedelta(minutes=10)


def of_all_links(recipients: int) -> Limits:
    """Say how many wrong answers there may be at all links of a campaign together: whoever has
    many of them could else guess at each in turn, from many networks, and never meet a pause."""
    most = min(max(WRONG_AT_LEAST, recipients // PER_WRONG), WRONG_AT_MOST)
    return Limits(sends=(Cap(most, SPAN),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """What was used up: tries since the last pause, and pauses since anybody was right."""

    used: int = 0
    pauses: int = 0
    paused_until: datetime | None = None


FRESH: Final = Tries()


def to_leave(link: Named) -> Named:
    """Name what is counted for those who want nothing more. Whoever is wrong at the gate of a link
    must not keep its owner from that. Recipients are numbered from 1, so no link has this name."""
    return Named(link.campaign, RecipientNumber(-link.recipient))


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
    until = now + _pause_after(tries.pauses)
    return Charged(Tries(used=used, pauses=tries.pauses + 1, paused_until=until), 0)


def _pause_after(pauses: int) -> timedelta:
    """Say how long it is nobody's turn, after so many pauses in a row."""
    if pauses < SHORT_PAUSES:
        return PAUSE
    return LONG_PAUSE if pauses < SHORT_PAUSES + LONG_PAUSES else LONGEST_PAUSE
