"""What a card is, and what its verifications come to.

Verifications are only ever added to. What stands of them decides whether a card is verified; the
card keeps what that comes to, so that lists are fast, and can be worked out anew at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from watchword.features.audit.rules import Noun
from watchword.features.cards.means import ASSURANCE, Assurance, Means
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.foundation.clock import bare_day
from watchword.foundation.secret import Secret

CardId = NewType("CardId", UUID)
VerificationId = NewType("VerificationId", UUID)

IMPORTED = "imported"
"""The evidence of what a file says: somebody answers for it, and nobody has looked."""
INDEPENDENT = 2
"""So many contact points that answered are worth as much as having been seen."""


class CardState(StrEnum):
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    BLOCKED = "blocked"
    DELETED = "deleted"


AT_WORK = frozenset({CardState.UNVERIFIED, CardState.VERIFIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`method`, `assurance` and `verified_at` are what its verifications come to.

    `number` is there where a card was just made, or opened; all else shows the last four.
    `linked_from` is whose it was before somebody registered with it; `frozen_at` is since when two
    claim it, and staff have to decide.
    """

    id: CardId
    account_id: AccountId
    customer_id: CustomerId
    number: Secret | None = field(default=None, repr=False)
    last_four: str = field(repr=False)
    state: CardState = CardState.UNVERIFIED
    method: Means | None = None
    assurance: Assurance = Assurance.NONE
    verified_at: datetime | None = None
    linked_from: CustomerId | None = None
    frozen_at: datetime | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None

    @property
    def verified_day(self) -> date | None:
        """Give the day, where no hour is known: what we see is never at midnight sharp."""
        return None if self.verified_at is None else bare_day(self.verified_at)


class Kind(StrEnum):
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Because(StrEnum):
    """Why what was confirmed does not count any more."""

    NAME_CHANGED = "name_changed"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_BAD = "contact_bad"
    """A letter came back, or a number belongs to somebody else by now."""
    MERGED = "merged"
    REVOKED = "revoked"
    """Staff withdrew it, and say why."""
    DENIED = "denied"
    """The customer was told of it elsewhere, and said that it was not them."""
    MOVED = "moved"
    """The card has become another customer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A line of a card's history. `position` is its place there, from 1 on.

    What is confirmed has its means, and the contact point that it rests on, if it rests on one.
    What is withdrawn says why; with a contact point, only what rests on that one falls.
    """

    id: VerificationId
    card_id: CardId
    position: int
    customer_id: CustomerId
    kind: Kind
    means: Means | None = None
    because: Because | None = None
    actor: str
    at: datetime
    location: LocationId | None = None
    challenge_id: ChallengeId | None = None
    contact_id: ContactId | None = None
    evidence: tuple[str, ...] = ()
    """Short words: what staff compared, and how they made sure."""
    reason: Secret | None = field(default=None, repr=False)

    @property
    def assurance(self) -> Assurance:
        return Assurance.NONE if self.means is None else ASSURANCE[self.means]

    @property
    def day(self) -> date | None:
        """Give the day of what a file says was proven, where it says no more than that."""
        return bare_day(self.at) if IMPORTED in self.evidence else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a history comes to. `means` is the one that is worth most, and of those the latest."""

    means: Means
    assurance: Assurance
    since: datetime


def standing(history: Sequence[Verification]) -> Sequence[Verification]:
    """Give the confirmations that still count. The history begins with the oldest line."""
    live: list[Verification] = []
    for line in history:
        if line.kind is Kind.CONFIRMED:
            live.append(line)
        elif line.contact_id is None:
            live = []
        else:
            live = [each for each in live if each.contact_id != line.contact_id]
    return live


def come_to(history: Sequence[Verification]) -> Standing | None:
    """Work out what a history comes to: nothing, if the card is not verified."""
    live = standing(history)
    best = max(live, key=lambda line: (line.assurance, line.position), default=None)
    if best is None or best.means is None:
        return None
    answered = {line.contact_id for line in live if line.assurance > Assurance.NONE} - {None}
    is_double = len(answered) >= INDEPENDENT
    assurance = Assurance.SEEN if is_double else best.assurance
    return Standing(best.means, assurance, live[0].at)


def derived(card: Card, history: Sequence[Verification], now: datetime) -> Card:
    """Give a card as its history makes it. One that is blocked or deleted stays so."""
    found = come_to(history)
    state = CardState.UNVERIFIED if found is None else CardState.VERIFIED
    changed = replace(
        card,
        state=state if card.state in AT_WORK else card.state,
        method=None if found is None else found.means,
        assurance=Assurance.NONE if found is None else found.assurance,
        verified_at=None if found is None else found.since,
    )
    return card if changed == card else _touched(changed, now)


def blocked(card: Card, now: datetime) -> Card:
    if card.state not in AT_WORK:
        return card
    return _touched(replace(card, state=CardState.BLOCKED), now)


def unblocked(card: Card, history: Sequence[Verification], now: datetime) -> Card:
    """Let a blocked card work again, as verified as its history is."""
    if card.state is not CardState.BLOCKED:
        return card
    return derived(_touched(replace(card, state=CardState.UNVERIFIED), now), history, now)


def deleted(card: Card, now: datetime) -> Card:
    if card.state is CardState.DELETED:
        return card
    return _touched(replace(card, state=CardState.DELETED, deleted_at=now), now)


def frozen(card: Card, now: datetime) -> Card:
    """Let nobody use what a card holds, until staff have decided whose it is."""
    return card if card.frozen_at is not None else _touched(replace(card, frozen_at=now), now)


def thawed(card: Card, now: datetime) -> Card:
    return card if card.frozen_at is None else _touched(replace(card, frozen_at=None), now)


def linked(card: Card, to: CustomerId, now: datetime) -> Card:
    """Let a card be another customer's. What it held stays hidden until they have shown it."""
    changed = replace(card, customer_id=to, linked_from=card.linked_from or card.customer_id)
    return _touched(changed, now)


def given_back(card: Card, now: datetime) -> Card:
    """Let a card be its customer's as it was before somebody registered with it."""
    return _touched(replace(card, linked_from=None), now)


def handed_over(card: Card, to: CustomerId, now: datetime) -> Card:
    """Let a card be another customer's, for both are one person."""
    return _touched(replace(card, customer_id=to), now)


def united(card: Card, account_id: AccountId, now: datetime) -> Card:
    """Let a card be one of another account."""
    return _touched(replace(card, account_id=account_id), now)


def are_new(cards: Sequence[Card], id: CustomerId) -> bool:
    """Say whether cards are a customer's and never were anybody else's."""
    return all(card.linked_from is None and card.customer_id == id for card in cards)


def may_collect(card: Card) -> bool:
    """Say whether purchases count for a card: nobody loses points because two claim it."""
    return card.state in AT_WORK


def may_redeem(card: Card, least: Assurance = Assurance.NONE) -> bool:
    """Say whether what was collected may be spent. `least` is how sure we want to be."""
    is_open = card.state is CardState.VERIFIED and card.frozen_at is None
    return is_open and card.assurance >= least


def shows_balance(card: Card) -> bool:
    """Say whether its customer sees points and history: not those of an old card, unproven."""
    if card.state not in AT_WORK or card.frozen_at is not None:
        return False
    return card.state is CardState.VERIFIED or card.linked_from is None


def target_of(id: CardId) -> str:
    """Write a card as the ledger does."""
    return Noun.CARD.of(id)


def _touched(card: Card, now: datetime) -> Card:
    return replace(card, version=card.version + 1, updated_at=now)
