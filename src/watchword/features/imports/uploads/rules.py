"""What an import is: a file that was brought, looked at, tried, and taken in; and how it ends."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.audit.rules import Noun
from watchword.features.imports.columns import Plan
from watchword.features.imports.reading import Dialect
from watchword.features.imports.rules import NOTHING_YET, NoTable, Progress, Unready, find_fault
from watchword.foundation.clock import EPOCH

ImportId = NewType("ImportId", UUID)

BYTES_AT_MOST = 200 * 1024 * 1024
PART_BYTES = 256 * 1024
WAITS_FOR = timedelta(hours=24)
"""So long a file waits that nobody has taken in. After that it is gone."""
REPORTS_STAY = timedelta(hours=24)
LEASE = timedelta(minutes=1)
"""So long an import stands still before another worker goes on with it."""


class State(StrEnum):
    BROUGHT = "brought"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"
    """Somebody has thrown it away, or nobody has taken it in for a day."""


AT_WORK = frozenset({State.CHECKING, State.RUNNING})
OVER = frozenset({State.DONE, State.DROPPED})


class PartKind(StrEnum):
    SOURCE = "source"
    HEADINGS = "headings"
    REFUSED = "refused"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """`place` and `line` are behind what was read so far; `vouches`: whether cards that the file
    says were verified count as such, because somebody answers for it."""

    id: ImportId
    state: State
    plan: Plan
    dialect: Dialect
    size: int
    place: int = 0
    line: int = 1
    progress: Progress = NOTHING_YET
    vouches: bool = False
    started_by: str
    started_at: datetime
    touched_at: datetime
    ended_at: datetime | None = None

    @property
    def was_tried(self) -> bool:
        """Say whether its columns are those that somebody has stood by."""
        return self.progress.read > 0

    @property
    def share(self) -> int:
        """Give how much of the file is read, in per cent."""
        return 100 if self.state is State.DONE or not self.size else 100 * self.place // self.size


@dataclass(frozen=True, slots=True)
class TooLarge:
    word: ClassVar = "too_large"

    at_most: int = BYTES_AT_MOST


@dataclass(frozen=True, slots=True)
class NotNow:
    """It is under way, over, or was not tried yet."""

    word: ClassVar = "not_now"


@dataclass(frozen=True, slots=True)
class MayNotVouch:
    """Somebody may not say of many cards at once that they were verified."""

    word: ClassVar = "may_not_vouch"


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """The organisation wants a second person to agree to it first."""

    word: ClassVar = "needs_approval"

    subject: str


Refused: TypeAlias = NoTable | TooLarge | Unready | NotNow | MayNotVouch | NeedsApproval


def tried(job: Import) -> Import | NotNow | Unready:
    """Let a file be tried: all is read, and nothing kept."""
    if job.state not in {State.BROUGHT, State.CHECKED}:
        return NotNow()
    if fault := find_fault(job.plan):
        return fault
    return _from_the_start(job, State.CHECKING)


def begun(job: Import, plan: Plan, *, vouches: bool) -> Import | NotNow | Unready:
    """Take a file in that was tried before; read in another way than then, it is tried anew."""
    if job.state is not State.CHECKED:
        return NotNow()
    if plan != job.plan:
        return tried(replace(job, plan=plan))
    return replace(_from_the_start(job, State.RUNNING), vouches=vouches)


def ended(job: Import, now: datetime) -> Import:
    """Say that all of a file was read."""
    if job.state is State.CHECKING:
        return replace(job, state=State.CHECKED, touched_at=now)
    return replace(job, state=State.DONE, touched_at=now, ended_at=now)


def dropped(job: Import, now: datetime) -> Import | NotNow:
    if job.state in OVER:
        return NotNow()
    progress = job.progress if job.state is State.RUNNING else nothing_taken(job.progress)
    return replace(job, state=State.DROPPED, progress=progress, touched_at=now, ended_at=now)


def nothing_taken(progress: Progress) -> Progress:
    """Give how far a trial came, without what it would have brought: that is no news any more."""
    return replace(progress, kept=0, verified=0, agreed=0)


def handed_back(job: Import) -> Import:
    """Let whoever comes next go on at once."""
    return replace(job, touched_at=EPOCH)


def subject_of(job: Import) -> str:
    """Say what a second person agrees to: that this file is believed about its cards."""
    return Noun.IMPORT.of(job.id)


def _from_the_start(job: Import, state: State) -> Import:
    return handed_back(replace(job, state=state, progress=NOTHING_YET, place=0, line=1))
