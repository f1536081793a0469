"""What a campaign has come to: a funnel, and a course of hours or days. It is made of counts.

Nobody is followed: what is counted is what somebody did on a page of ours, with their own hand, or
bought at a till. There is no picture that tells of its being looked at, and no third party.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

REDEEMED_WITHIN: Final = timedelta(days=14)
"""A reward that somebody has within so many days after they were written to counts for it."""
OPTED_OUT_WITHIN: Final = timedelta(days=14)
"""Whoever has had enough within so many days, has had enough of it, whichever way they say so."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS_AT_MOST: Final = 48
"""So many bars stand side by side; what goes on for longer is told by the day."""
DAYS_AT_MOST: Final = 280
"""More than a campaign and its links can live for."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many wait for good hours, by the clock where they are, and until when the first does."""

    count: int
    until: datetime


class Stage(StrEnum):
    """How far somebody got, in this order; but for the opt-out, which stands beside."""

    RECIPIENTS = "recipients"
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    """Typed something at the gate. Who reads what is before it has not told us anything."""
    PASSED = "passed"
    CLICKED = "clicked"
    REDEEMED = "redeemed"
    OPTED_OUT = "opted_out"


FUNNEL: Final = (
    *(Stage.RECIPIENTS, Stage.SENT, Stage.DELIVERED, Stage.OPENED),
    *(Stage.PASSED, Stage.CLICKED, Stage.REDEEMED),
)
BY_HOUR: Final = (
    *(Stage.SENT, Stage.DELIVERED, Stage.OPENED, Stage.PASSED, Stage.CLICKED),
    Stage.OPTED_OUT,
)
"""What is counted hour by hour. Who there is, and who redeemed something, is counted as a whole."""
COURSE: Final = (Stage.SENT, Stage.OPENED, Stage.PASSED, Stage.CLICKED, Stage.OPTED_OUT)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel. `share` is of all recipients."""

    stage: Stage
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Part:
    """An hour or a day, and how many took which step in it."""

    starts: datetime
    counts: Mapping[Stage, int]

    def of(self, stage: Stage) -> int:
        return self.counts.get(stage, 0)


@dataclass(frozen=True, slots=True)
class Hourly:
    """How many took a step within an hour (UTC)."""

    stage: Stage
    hour: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a campaign has come to. `waiting` have not had their turn, or wait in the outbox;
    `failed` were refused, then or by a receipt; of `unknown` nobody knows whether they left; and to
    those `stopped` nothing was sent: they want to hear no more, are forgotten, or nobody is there.
    `nobody_there`: those of either whose address leads to nobody, as a provider has said."""

    counts: Mapping[Stage, int]
    waiting: int = 0
    failed: int = 0
    unknown: int = 0
    stopped: int = 0
    nobody_there: int = 0
    hours: Sequence[Hourly] = ()

    @property
    def funnel(self) -> Sequence[Step]:
        return [self._step(stage) for stage in FUNNEL]

    @property
    def opted_out(self) -> Step:
        return self._step(Stage.OPTED_OUT)

    @property
    def is_by_day(self) -> bool:
        hours = [each.hour for each in self.hours]
        return bool(hours) and max(hours) - min(hours) >= HOURS_AT_MOST * HOUR

    @property
    def course(self) -> Sequence[Part]:
        """Give what happened hour by hour; day by day (UTC), if that is too long to be read."""
        if self.is_by_day:
            return _spread(self.hours, DAY, DAYS_AT_MOST)
        return _spread(self.hours, HOUR, HOURS_AT_MOST)

    def of(self, stage: Stage) -> int:
        return self.counts.get(stage, 0)

    def _step(self, stage: Stage) -> Step:
        whole, count = self.of(Stage.RECIPIENTS), self.of(stage)
        return Step(stage, count, count / whole if whole else 0.0)


def _spread(hours: Sequence[Hourly], width: timedelta, most: int) -> Sequence[Part]:
    """Give one part after the other, those too in which nothing happened."""
    if not hours:
        return []
    found = dict[datetime, dict[Stage, int]]()
    for each in hours:
        counts = found.setdefault(_begin(each.hour, width), {})
        counts[each.stage] = counts.get(each.stage, 0) + each.count
    starts, last = min(found), max(found)
    parts = list[Part]()
    while starts <= last and len(parts) < most:
        parts.append(Part(starts, found.get(starts, {})))
        starts += width
    return parts


def _begin(moment: datetime, width: timedelta) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole.replace(hour=0) if width == DAY else whole
