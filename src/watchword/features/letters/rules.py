"""What a letter is on its way: it waits, it is printed, it has left, and it may come back.

Its address is frozen when it is issued: whoever moves meanwhile gets nothing that was not meant for
them. Its content rests sealed, and only until it has been handed over.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType
from uuid import UUID

from msgspec import Struct

from watchword.features.challenges.codes import LETTERS
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.delivery.rules import MessageId

LetterId = NewType("LetterId", UUID)
BatchId = NewType("BatchId", UUID)

TAG_LENGTH, TAG_GROUP = 12, 4
TAG_BEGIN = "WWR:"
"""What stands before the tag in the square of a letter, so that scanners tell it from others."""
GAPS = str.maketrans("", "", " -\r\n\t")


class LetterState(StrEnum):
    WAITING = "waiting"
    BATCHED = "batched"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    DROPPED = "dropped"
    """It never left: its code was worth nothing any more."""


class Content(Struct, frozen=True, array_like=True):
    """What is printed. It never rests unsealed."""

    address: str
    subject: str | None
    text: str
    code: str | None
    locale: str
    tag: str
    entry: str = ""
    """The page on which this code is typed, and no other; nothing, if the page is everybody's."""

    def __repr__(self) -> str:
        return "Content(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it is known. `return_tag` is what the tag printed on it is known by."""

    id: LetterId
    message_id: MessageId
    challenge_id: ChallengeId
    contact_id: ContactId
    state: LetterState
    sealed: bytes | None = field(repr=False)
    return_tag: bytes = field(repr=False)
    batch_id: BatchId | None = None
    number: int | None = None
    created_at: datetime
    not_after: datetime
    handed_over_at: datetime | None = None
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The challenge was over before its letter was written."""

    word: ClassVar = "lapsed"


def tag_from(digest: bytes) -> str:
    """Write what a letter is known by when it comes back. It opens nothing, and ends one code."""
    number, marks = int.from_bytes(digest, "big"), []
    for _ in range(TAG_LENGTH):
        number, mark = divmod(number, len(LETTERS))
        marks.append(LETTERS[mark])
    return "".join(marks)


def read_tag(typed: str) -> str | None:
    """Read a tag as it was scanned or typed; nothing, if it cannot be one."""
    marks = typed.translate(GAPS).upper().removeprefix(TAG_BEGIN)
    return marks if len(marks) == TAG_LENGTH and {*marks} <= {*LETTERS} else None


def grouped_tag(tag: str) -> str:
    return " ".join(tag[start : start + TAG_GROUP] for start in range(0, len(tag), TAG_GROUP))
