"""What a batch is, and what may happen to it next."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from watchword.features.letters.rules import BatchId

LETTERS_AT_MOST = 10_000
SUBJECT = "letters:"
"""What stands before the id of a batch where a second person is asked to release it."""


class BatchState(StrEnum):
    COLLECTED = "collected"
    RENDERING = "rendering"
    READY = "ready"
    HANDED_OVER = "handed_over"
    DISSOLVED = "dissolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """`rendered`: how many of its letters have been drawn."""

    id: BatchId
    state: BatchState
    letters: int
    rendered: int = 0
    made_by: str
    released_by: str | None = None
    created_at: datetime
    released_at: datetime | None = None
    handed_over_at: datetime | None = None
    purged_at: datetime | None = None

    @property
    def subject(self) -> str:
        return f"{SUBJECT}{self.id}"

    @property
    def percent(self) -> int:
        return self.rendered * 100 // self.letters if self.letters else 100


@dataclass(frozen=True, slots=True)
class NothingWaits:
    """There is no letter to collect."""

    word: ClassVar = "nothing_waits"


@dataclass(frozen=True, slots=True)
class NotNow:
    """In this state, that cannot be done with the batch."""

    word: ClassVar = "not_now"

    state: BatchState


@dataclass(frozen=True, slots=True)
class NeedsSecondPerson:
    """The organisation wants somebody else to agree first. With their permit it is done once."""

    word: ClassVar = "needs_second_person"

    batch: Batch


Released: TypeAlias = Batch | NotNow | NeedsSecondPerson


def released(batch: Batch, by: str, now: datetime) -> Batch | NotNow:
    if batch.state is not BatchState.COLLECTED:
        return NotNow(batch.state)
    return replace(batch, state=BatchState.RENDERING, released_by=by, released_at=now)


def drawn(batch: Batch, up_to: int) -> Batch:
    """Count what has been drawn; with the last one, the batch is ready."""
    done = up_to >= batch.letters
    return replace(batch, rendered=up_to, state=BatchState.READY if done else BatchState.RENDERING)


def handed_over(batch: Batch, now: datetime) -> Batch | NotNow:
    """Let it be out of our hands. Nothing of it is kept from here on."""
    if batch.state is not BatchState.READY:
        return NotNow(batch.state)
    return replace(batch, state=BatchState.HANDED_OVER, handed_over_at=now, purged_at=now)


def dissolved(batch: Batch) -> Batch | NotNow:
    """Give its letters back to those that wait. What may have been printed stays together."""
    if batch.state is not BatchState.COLLECTED:
        return NotNow(batch.state)
    return replace(batch, state=BatchState.DISSOLVED)
