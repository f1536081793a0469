"""What a page says of how it ended, and with which status."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from watchword.features.gates.ages import AgeNotSaid, BirthdayFirst, TooYoung
from watchword.features.gates.rules import (
    Busy,
    Closed,
    CodeOver,
    CodeSent,
    NoCode,
    NothingTyped,
    Wrong,
    WrongCode,
)
from watchword.features.gates.tries.rules import Paused

STATUS: Final[dict[type, int]] = {
    Wrong: 422,
    WrongCode: 422,
    NothingTyped: 422,
    AgeNotSaid: 422,
    BirthdayFirst: 422,
    TooYoung: 403,
    CodeOver: 422,
    NoCode: 409,
    Paused: 429,
    Busy: 429,
    Closed: 200,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A word for how it ended, and what goes with it."""

    word: str
    left: int = 0
    until: datetime | None = None
    minimum: int = 0


def told_of(outcome: object) -> Told | None:
    match outcome:
        case Wrong(left) | WrongCode(left=left):
            return Told(word=outcome.word, left=left)
        case Paused(until) | Busy(until) | NoCode(until):
            return Told(word=outcome.word, until=until)
        case TooYoung(minimum) | BirthdayFirst(minimum) | AgeNotSaid(minimum):
            return Told(word=outcome.word, minimum=minimum)
        case NothingTyped() | CodeOver() | Closed():
            return Told(word=outcome.word)
        case CodeSent(again_at=until):
            return Told(word=outcome.word, until=until)
        case _:
            return None
