"""How it can end when a card is to be verified or changed: each way is a small value."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card, CardId
from watchword.features.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The card is verified from now on."""

    card: Card
    word: ClassVar = "verified"


@dataclass(frozen=True, slots=True)
class AlreadyVerified:
    """It was verified before, perhaps by another way while this one was under way."""

    card: Card
    word: ClassVar = "already_verified"


@dataclass(frozen=True, slots=True)
class NotAtWork:
    """The card is blocked or deleted."""

    word: ClassVar = "not_at_work"


@dataclass(frozen=True, slots=True)
class Frozen:
    """Two claim the card, and staff decide first whose it is."""

    word: ClassVar = "frozen"


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The organisation has switched this way off, or there is no contact point for it."""

    means: Means
    word: ClassVar = "not_offered"


@dataclass(frozen=True, slots=True)
class NotOnFile:
    """The card is an old one, and its customer was never reached there: it proves nothing."""

    means: Means
    word: ClassVar = "not_on_file"


@dataclass(frozen=True, slots=True)
class RecentContact:
    """Staff or a program added the contact point, and nobody has shown yet that it is the
    customer's: it counts from this moment on."""

    moment: datetime
    word: ClassVar = "recent_contact"


@dataclass(frozen=True, slots=True)
class NothingOpen:
    """No code is on its way for this card: it ended, or was never sent."""

    word: ClassVar = "nothing_open"


@dataclass(frozen=True, slots=True)
class CameBack:
    """The letter with the code could not be delivered, so the code does not work any more."""

    word: ClassVar = "came_back"


@dataclass(frozen=True, slots=True)
class YourOwnCard:
    """Nobody verifies their own card, nor decides whose it is; nor that of those close to them."""

    word: ClassVar = "your_own_card"


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Somebody may not do this, or not at this location."""

    permission: Permission
    word: ClassVar = "not_allowed"


@dataclass(frozen=True, slots=True)
class NoEvidence:
    """Too little was compared to know whom one has before oneself."""

    at_least: int
    word: ClassVar = "no_evidence"


@dataclass(frozen=True, slots=True)
class NoCallBack:
    """On the telephone, what somebody recites proves nothing: call back, or have a code read."""

    word: ClassVar = "no_call_back"


@dataclass(frozen=True, slots=True)
class NotRead:
    """What was read on the telephone is not the code that was sent; `left`: it may be read so often
    still."""

    left: int
    word: ClassVar = "not_read"


@dataclass(frozen=True, slots=True)
class OtherReference:
    """The reference stands for another card, or for none any more."""

    word: ClassVar = "other_reference"


@dataclass(frozen=True, slots=True)
class NeedsReason:
    """What is out of the ordinary is done with a reason."""

    word: ClassVar = "needs_reason"


@dataclass(frozen=True, slots=True)
class OutOfDate:
    """Somebody else has changed the card since; `version` is what it is by now."""

    version: int
    word: ClassVar = "out_of_date"


@dataclass(frozen=True, slots=True)
class Made:
    """The card was made. This is what is kept to answer the same request again: no number."""

    id: CardId
    word: ClassVar = "made"


@dataclass(frozen=True, slots=True)
class NumberTaken:
    """There is a card with this number already."""

    word: ClassVar = "number_taken"


@dataclass(frozen=True, slots=True)
class BadNumber:
    because: str
    word: ClassVar = "bad_number"


@dataclass(frozen=True, slots=True)
class NothingChanged:
    """It is so already."""

    word: ClassVar = "nothing_changed"
