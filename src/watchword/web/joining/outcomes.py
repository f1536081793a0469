"""What somebody is told when a way could not be gone, or a code was not right.

Of an old card, of staff, and of others who claim it, nothing is told to anybody.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from watchword.features.abuse.rules import Blocked
from watchword.features.cards.attempts.service import Ended, Unready
from watchword.features.cards.verdicts import (
    AlreadyVerified,
    CameBack,
    Confirmed,
    Frozen,
    NotAtWork,
    NothingOpen,
    NotOffered,
    NotOnFile,
    RecentContact,
)
from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    NoWay,
    Over,
    Refusal,
    TooMany,
    TooSoon,
    Verified,
    Wrong,
)
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.idempotency.rules import OtherBody
from watchword.features.routing.rules import SwitchedOff


@dataclass(frozen=True, slots=True)
class Told:
    """A word that the page has a sentence for."""

    word: str
    status: int = 422
    left: int = 0
    moment: datetime | None = None


NotBegun: TypeAlias = (
    Unready | NotOffered | NotOnFile | RecentContact | NothingOpen | Refusal | OtherBody
)


def told_of_answer(ended: Ended) -> Told | None:  # noqa: PLR0911 - one for each way to end
    """Say what became of a code that was typed; nothing, if it was right."""
    match ended:
        case Confirmed():
            return None
        case AlreadyVerified():
            return Told("already_verified", 200)
        case Wrong(is_slip=True):
            return Told("slip")
        case Wrong(attempts_left):
            return Told("wrong", left=attempts_left)
        case Expired() | Exhausted() | CameBack():
            return Told(ended.word)
        case TooMany(moment):
            return Told("too_many", 429, moment=moment)
        case Locked():
            return Told("locked", 429)
        case Over() | NothingOpen():
            return Told("over")
        case NotAtWork() | Frozen() | OtherBody() | Verified():
            # Staff know why, and the page says whom to ask.
            return Told("ask_staff")
        case never:
            assert_never(never)


def told_of_beginning(refused: NotBegun) -> Told:  # noqa: PLR0911 - likewise
    """Say why a way could not be gone, or nothing was sent once more."""
    match refused:
        case AlreadyVerified():
            return Told("already_verified", 200)
        case TooSoon(moment):
            return Told("too_soon", 429, moment=moment)
        case TooMany(moment):
            return Told("too_many", 429, moment=moment)
        case Locked():
            return Told("locked", 429)
        case NothingOpen() | Over():
            return Told("over")
        case (NotOffered() | NotOnFile() | RecentContact()) | (
            NoWay() | SwitchedOff() | OptedOut() | Blocked()
        ):
            # Why a message does not go somewhere is nobody's business who may be anybody.
            return Told("not_offered")
        case NotAtWork() | Frozen() | OtherBody():
            return Told("ask_staff")
        case never:
            assert_never(never)
