"""How an answer can be judged, and why a message may not be sent: each way is a small value."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypeAlias

from watchword.features.abuse.rules import Blocked
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.routing.rules import SwitchedOff


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer is right, and the challenge is over."""

    word: ClassVar = "verified"


@dataclass(frozen=True, slots=True)
class Wrong:
    """The answer is not right; when no attempts are left, the challenge is over.

    A slip is a code from a letter that was copied wrongly, by its own check character. It was not
    compared with anything, and cost no attempt.
    """

    word: ClassVar = "wrong"

    attempts_left: int
    is_slip: bool = False


@dataclass(frozen=True, slots=True)
class Expired:
    """The time for answers had run out."""

    word: ClassVar = "expired"


@dataclass(frozen=True, slots=True)
class Exhausted:
    """All attempts had been used up."""

    word: ClassVar = "exhausted"


@dataclass(frozen=True, slots=True)
class Over:
    """The challenge had ended before this answer: verified, cancelled or superseded."""

    word: ClassVar = "over"


Verdict: TypeAlias = Verified | Wrong | Expired | Exhausted | Over
VERDICTS = (Verified, Wrong, Expired, Exhausted, Over)


def noted(verdict: Verdict) -> str:
    """Give the word by which the audit keeps a verdict; it tells slips from wrong codes."""
    return "slip" if isinstance(verdict, Wrong) and verdict.is_slip else verdict.word


@dataclass(frozen=True, slots=True)
class TooSoon:
    """The next message may be sent from this moment on."""

    word: ClassVar = "too_soon"

    moment: datetime


@dataclass(frozen=True, slots=True)
class TooMany:
    """The contact point has had too many messages or wrong answers; again from this moment on."""

    word: ClassVar = "too_many"

    moment: datetime
    is_of_guesses: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Locked:
    """So many wrong answers in a row that somebody has to look."""

    word: ClassVar = "locked"


@dataclass(frozen=True, slots=True)
class NoWay:
    """No channel leads there: it does not fit the contact point, or nobody serves it.

    `because` says more where we know more, in a sentence that names nobody.
    """

    word: ClassVar = "no_way"

    channel: Channel
    others: tuple[Channel, ...]
    because: str | None = None


Refusal: TypeAlias = TooSoon | TooMany | Locked | NoWay | Over | Blocked | OptedOut | SwitchedOff
"""Why a message was not sent."""
