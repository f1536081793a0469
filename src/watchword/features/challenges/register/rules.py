"""Challenges as staff find them: a list that is narrowed down, and one by what is known of it.

Nothing here can hold a code, for none is read; and an address is masked before it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from uuid import UUID

from watchword.features.challenges.policies import FOR_STAFF, Purpose
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, Unreachable
from watchword.features.contacts.typed import read_typed
from watchword.foundation.ids import Id
from watchword.foundation.pages import Bookmark

SHOWN_PURPOSES = tuple(purpose for purpose in Purpose if purpose not in FOR_STAFF)
"""With which codes staff sign in is nobody else's business, whatever their role."""

FIRST_LOOK = timedelta(hours=1)
"""So far back a search looks at first; then twice as far, and so on."""

LOOKS_FOR = 0.040  # seconds
"""About so long a page is looked for. What lies behind is on the next one, so that no search takes
longer than a person waits, however many challenges there are."""

NEXT_COSTS = 3
"""The next look goes twice as far as the last one, which was about half of all so far."""

UNUSUAL_ENDS = frozenset(Status) - {Status.PENDING, Status.VERIFIED, Status.EXPIRED}
"""Ends that are rare, and have an index of their own."""

FOUND_AT_MOST = 100
REFERENCE_AT_MOST = 200
SPELLING = 36  # letters of a UUID


class Period(StrEnum):
    """How far back a list goes."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    EVER = "ever"

    @property
    def length(self) -> timedelta | None:
        return LENGTHS.get(self)


LENGTHS = {
    Period.DAY: timedelta(days=1),
    Period.WEEK: timedelta(days=7),
    Period.MONTH: timedelta(days=30),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What is to be in a list; what is none lets everything through."""

    status: Status | None = None
    purpose: Purpose | None = None
    channel: Channel | None = None
    period: Period = Period.EVER
    contact_id: ContactId | None = None

    @property
    def is_searched_for(self) -> bool:
        """Say whether rows may have to be passed over, and nobody knows how many."""
        return self.way in {Through.SOME, Through.UNUSUAL}

    @property
    def is_narrowed(self) -> bool:
        return self != Sieve(contact_id=self.contact_id)

    @property
    def way(self) -> "Through":
        """Say by which order of rows what goes through is found."""
        if self.contact_id is not None:
            return Through.CONTACT
        if self.purpose is None and self.channel is None:
            if self.status is None:
                return Through.NEWEST
            if self.status in UNUSUAL_ENDS:
                return Through.UNUSUAL
        return Through.SOME


class Through(Enum):
    """How a list is read."""

    NEWEST = auto()
    CONTACT = auto()
    UNUSUAL = auto()
    SOME = auto()
    """By anything else: rows are passed over until enough fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A challenge in a list. `to` is masked."""

    id: ChallengeId
    purpose: Purpose
    status: Status
    channel: Channel
    to: str
    reference: str | None = field(repr=False)
    sendings: int
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a list. If not all could be looked through, `looked_back_to` says how far."""

    items: Sequence[Listed]
    after: Bookmark | None
    looked_back_to: datetime | None = None


def may_look_further(spent: float) -> bool:
    """Decide whether to look further back for a page, so many seconds after the first look."""
    return spent * NEXT_COSTS < LOOKS_FOR


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody may have meant by what they typed."""

    id: ChallengeId | None
    contact: Contact | None
    reference: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NothingTyped:
    """Nothing to look for, or far too much."""


def read_wanted(typed: str, country: str) -> Wanted | NothingTyped:
    """Read what somebody looks for: an id, a phone number, an e-mail address, a reference.

    One text may be several of these, and then each is looked for.
    """
    typed = typed.strip()
    if not typed or len(typed) > REFERENCE_AT_MOST or not typed.isprintable():
        return NothingTyped()
    contact = read_typed(typed, country)
    return Wanted(
        id=_id(typed),
        contact=None if isinstance(contact, Unreachable) else contact,
        reference=typed,
    )


def _id(typed: str) -> ChallengeId | None:
    if len(typed) != SPELLING:
        return None
    try:
        return ChallengeId(Id(str(UUID(typed))))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: challenges by id or reference, and a contact point that is known here."""

    items: Sequence[Listed]
    contact_id: ContactId | None
    has_more: bool = False

    @property
    def only(self) -> Listed | None:
        """Give what was meant, if there can be no doubt."""
        return self.items[0] if len(self.items) == 1 and self.contact_id is None else None
