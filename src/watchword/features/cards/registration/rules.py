"""Whose an old card is: what somebody who registers has to know before one becomes theirs.

An exact match links: the same name, and the date of birth or the number of the card, and a contact
point or the address. All else is for staff. Whoever registers is told nothing of either; and even
an exact match is proven by nobody but who is reached where the customer was reached before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.audit.rules import Noun
from watchword.features.cards.claims.rules import Because
from watchword.features.cards.means import ASSURANCE, Means
from watchword.features.cards.rules import (
    AT_WORK,
    Card,
    CardId,
    CardState,
    Kind,
    Verification,
)
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.customers.matching import Likeness, Match
from watchword.features.customers.rules import CustomerId, Origin, Profile
from watchword.features.limits.rules import DAY, HOUR, Cap, Limits
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.sections import Joining
from watchword.foundation.networks import all_read, is_within

RegistrationId = NewType("RegistrationId", UUID)

LIFE = timedelta(days=45)
"""A letter is on its way for days, and its code is good for thirty."""

HOURS_OF_A_DAY = 3
"""So many busy hours a day has, at one address."""
OF_ONE_CONTACT = Limits(sends=(Cap(3, HOUR), Cap(6, DAY)))
OF_ONE_ORGANISATION = Limits(sends=(Cap(600, HOUR),))
"""More than on the busiest day. Whoever sends more does not fill in forms."""


def from_one_address(joining: Joining, address: str) -> Limits | None:
    """Give how often there may be registrations from an address; nothing, if that is not counted.

    A family has one network address, and a shop one for all who stand in it.
    """
    own = all_read(joining.own_networks)
    if own and is_within(address, own):
        return None
    hourly = joining.registrations_per_hour
    return Limits(sends=(Cap(hourly, HOUR), Cap(HOURS_OF_A_DAY * hourly, DAY)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who somebody says they are. `number`: that of a card that they have, if they say so."""

    profile: Profile
    contacts: Sequence[Contact] = field(repr=False)
    locale: str
    number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Somebody's way from the form to the verified card, in one browser."""

    id: RegistrationId
    customer_id: CustomerId
    card_id: CardId
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Registrant:
    """Whoever registers, as the ledger names them: by who they have become here."""

    organisation: Organisation
    customer_id: CustomerId | None = None

    @property
    def actor(self) -> str:
        return "registration" if self.customer_id is None else Noun.CUSTOMER.of(self.customer_id)


@dataclass(frozen=True, slots=True)
class TooOften:
    """There were so many registrations that there is none before this moment."""

    word: ClassVar = "too_often"

    moment: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A card that somebody may mean. `is_numbered`: they have typed its number.

    `is_waited_for`: somebody else has registered with it, and has not shown yet that it is theirs.
    """

    card: Card
    match: Match
    is_numbered: bool = False
    is_waited_for: bool = False
    is_again: bool = False
    """Who has registered with it typed the same name, date of birth and contact point."""


@dataclass(frozen=True, slots=True)
class Again:
    """Somebody seems to have registered with the card a moment ago, and does so once more.

    They get a new card like everybody, nothing is frozen, and staff have nothing to decide: who
    proves the contact point gets the card.
    """


@dataclass(frozen=True, slots=True)
class Fresh:
    """Nobody has such a card: they get a new one."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The card becomes theirs, and stays shut until they have shown that it is."""

    card: Card


@dataclass(frozen=True, slots=True)
class Queued:
    """They get a new card, and staff see which they may mean.

    `freezes`: the card that two claim, which nobody may use until staff have decided.
    """

    because: Because
    candidates: tuple[CardId, ...]
    freezes: CardId | None = None


Decision: TypeAlias = Fresh | Again | Linked | Queued


def decide(candidates: Sequence[Candidate], *, typed_number: bool) -> Decision:
    """Decide what becomes of a registration. `typed_number`: whether a card number was typed."""
    meant = [each for each in candidates if not is_nobodys(each)]
    if not meant:
        return Fresh()
    numbered = [each for each in meant if each.is_numbered]
    exact = [each for each in meant if is_exact(each)]
    chosen = [each for each in exact if each.is_numbered] or exact
    if any(not is_exact(each) for each in numbered) or (typed_number and exact and not numbered):
        # They know a number that does not go with who they say they are.
        return _queued(Because.CONTRADICTING, meant)
    if not chosen:
        return _queued(Because.WEAK, meant)
    if len(chosen) > 1:
        return _queued(Because.DOUBLE, chosen)
    return _of_one(chosen[0])


def _of_one(candidate: Candidate) -> Decision:
    card = candidate.card
    if card.state is not CardState.UNVERIFIED or card.frozen_at is not None:
        # Who holds it has shown so, or staff have it in hand: it is not taken from them by a form.
        return _queued(Because.TAKEN, [candidate])
    if candidate.is_waited_for and candidate.is_again:
        return Again()
    if candidate.is_waited_for:
        return Queued(Because.CLAIMED_TWICE, (card.id,), freezes=card.id)
    return Linked(card)


def is_exact(candidate: Candidate) -> bool:
    """Say whether nobody could know all this but the customer and those who live with them."""
    match = candidate.match
    is_known = match.birth_date is True or candidate.is_numbered
    is_reached = bool(match.contacts) or match.address
    return match.name is Likeness.SAME and match.birth_date is not False and is_known and is_reached


def is_nobodys(candidate: Candidate) -> bool:
    """Say whether there is nothing to claim: deleted, or from a form that nobody followed up."""
    card = candidate.card
    is_new = candidate.match.customer.origin is Origin.REGISTRATION
    is_unproven = card.state is CardState.UNVERIFIED and card.linked_from is None
    is_gone = card.state not in AT_WORK | {CardState.BLOCKED}
    return is_gone or (is_new and is_unproven and not candidate.is_numbered)


def may_go_on(card: Card) -> bool:
    """Say whether a linked card can be shown to be somebody's, or was taken in hand by staff."""
    return card.frozen_at is None and card.state in AT_WORK


def is_same_again(match: Match) -> bool:
    """Say whether two who registered are one by all that they typed, and reached in one place."""
    return match.is_strong and bool(match.contacts)


def waits_for_proof(candidate: Candidate, contact_id: ContactId) -> bool:
    """Say whether an old card that somebody registered with goes to whoever typed the same, and
    proves a contact point that is on file for it."""
    card = candidate.card
    is_free = card.state is CardState.UNVERIFIED and card.frozen_at is None
    is_theirs = candidate.is_again and _is_of(candidate.match, contact_id)
    return is_free and card.linked_from is not None and is_theirs


def is_proven_by(candidate: Candidate, contact_id: ContactId, means: Means) -> bool:
    """Say whether a card rests on a contact point that somebody has proven once more.

    One that rests on more, such as on who was seen in the shop, is not theirs for a code.
    """
    card, customer = candidate.card, candidate.match.customer
    shown = customer.contact(contact_id)
    is_theirs = customer.origin is Origin.REGISTRATION and _is_of(candidate.match, contact_id)
    is_shown = shown is not None and shown.verified_at is not None
    is_proven = card.state is CardState.VERIFIED and card.frozen_at is None
    return is_proven and is_theirs and is_shown and card.assurance <= ASSURANCE[means]


def _is_of(match: Match, contact_id: ContactId) -> bool:
    reached = match.customer.contact(contact_id)
    return match.is_strong and reached is not None and reached.bad_since is None


def is_stopped(card: Card) -> bool:
    """Say whether staff have to settle something before a card of their own goes on.

    Of a card that was somebody else's nothing is told: it may be the wrong one who asks.
    """
    return card.linked_from is None and not may_go_on(card)


def was_proven(card: Card, history: Sequence[Verification]) -> bool:
    """Say whether a card of their own counted before, and does not any more."""
    is_open = card.linked_from is None and card.state is CardState.UNVERIFIED
    return is_open and bool(history) and history[-1].kind is Kind.WITHDRAWN


def _queued(because: Because, candidates: Sequence[Candidate]) -> Queued:
    return Queued(because, tuple(dict.fromkeys(each.card.id for each in candidates)))
