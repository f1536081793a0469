"""When an hour is counted again, and what it comes to then.

While an hour lasts, codes are added to it; afterwards receipts come in, codes are typed, money is
given back. A letter may be answered after a month. So each hour is counted often at first, and
ever more rarely, until nothing can change any more.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchword.features.figures.rules import NOTHING, Hour, Line, Lines, begins
from watchword.foundation.ids import OrganisationId

LEASE = timedelta(minutes=2)
"""For so long an hour belongs to whoever counts it. Who has died by then is replaced."""

LIVE_EVERY = timedelta(minutes=1)
LIVE_FOR = timedelta(minutes=10)
"""So long after its end an hour still counts as live, for codes live about so long."""

PAUSE_FOR_EACH = timedelta(microseconds=200)
"""For each code that was counted: twenty times as long as that took, so counting is never more
than a twentieth of what a processor does."""

AGES = (
    *(timedelta(hours=hours) for hours in (1, 6)),
    *(timedelta(days=days) for days in (1, 3, 8, 31)),
)
"""So long after its end an hour is counted once more."""

MONEY_SETTLES = timedelta(days=3)
"""After so long no money comes back; and what it is read from is not kept for ever."""


@dataclass(frozen=True, slots=True)
class Place:
    """An hour of an organisation."""

    organisation_id: OrganisationId
    hour: Hour


def next_count(hour: Hour, codes: int, now: datetime) -> datetime | None:
    """Say when an hour is counted next; nothing, if that was the last time."""
    end = begins(hour + 1)
    if now < end + LIVE_FOR:
        return now + max(LIVE_EVERY, codes * PAUSE_FOR_EACH)
    return next((end + age for age in AGES if now < end + age), None)


def has_settled(hour: Hour, now: datetime) -> bool:
    """Say whether what an hour cost, and what was blocked in it, is known for good."""
    return now >= begins(hour + 1) + MONEY_SETTLES


def merged(before: Lines, found: Lines, *, has_settled: bool) -> Lines:
    """Put what was found in place of what was known.

    A code that was sent stays sent, though its row may have been removed since, for its time was
    over. So no number of codes ever grows smaller.
    """
    return {
        way: _merged(before.get(way, NOTHING), found.get(way, NOTHING), has_settled=has_settled)
        for way in {**before, **found}
    }


def _merged(before: Line, found: Line, *, has_settled: bool) -> Line:
    line = Line(
        sent=max(before.sent, found.sent),
        delivered=max(before.delivered, found.delivered),
        # What had failed may have arrived after all.
        failed=found.failed if found.sent + found.failed else before.failed,
        verified=max(before.verified, found.verified),
        blocked=max(before.blocked, found.blocked),
        cost=found.cost,
    )
    return replace(line, blocked=before.blocked, cost=before.cost) if has_settled else line


@dataclass(frozen=True, slots=True)
class Hours:
    """How hours of a kind are found (`discover`) and taken (`take`) in their table."""

    discover: str
    take: str
