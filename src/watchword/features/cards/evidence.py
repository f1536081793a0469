"""What staff looked at before they confirmed a card, and whether that is enough.

Nobody verifies their own card. Who may confirm, and where, is the table of permissions; what they
must have seen is said here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from watchword.features.cards.means import ASSURANCE, CHANNELS, PERMISSIONS, Assurance, Means
from watchword.features.cards.recent import Known
from watchword.features.cards.rules import AT_WORK, Card, CardState
from watchword.features.cards.verdicts import (
    AlreadyVerified,
    Frozen,
    NeedsReason,
    NoCallBack,
    NoEvidence,
    NotAllowed,
    NotAtWork,
    NotOffered,
    RecentContact,
    YourOwnCard,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.customers.rules import Customer
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import Method
from watchword.features.organisations.settings.sections import Verification as Settings
from watchword.features.routing.rules import CHANNELS as ROADS
from watchword.features.routing.rules import reads
from watchword.features.staff.rules import StaffMember, find_fault_of_reason, may
from watchword.foundation.secret import Secret


class Compared(StrEnum):
    """What staff held against what is on file."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    CARD = "card"
    """The card itself, in the customer's hand."""


class Surely(StrEnum):
    """How it was made sure whom staff had before them; it stands beside what was compared."""

    REFERENCE = "reference"
    CALL_BACK = "call_back"
    READ_BACK = "read_back"
    APPROVED = "approved"


WITH_REFERENCE, WITHOUT_REFERENCE = 2, 3
"""So much is compared at least. Without the customer's own screen, and without a code that they
have read from the telephone on file, one thing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What staff noted. On the telephone, `called_back` is the number on file that they called;
    `read_back` is the code that was sent there and that the customer read to them."""

    compared: frozenset[Compared]
    reference: Secret | None = field(default=None, repr=False)
    called_back: ContactId | None = None
    read_back: Secret | None = field(default=None, repr=False)


Unfit: TypeAlias = (
    AlreadyVerified
    | Frozen
    | NeedsReason
    | NoCallBack
    | NoEvidence
    | NotAllowed
    | NotAtWork
    | NotOffered
    | RecentContact
    | YourOwnCard
)


def may_begin(card: Card) -> AlreadyVerified | Frozen | NotAtWork | None:
    """Decide whether a customer may still show that a card is theirs."""
    if card.state not in AT_WORK:
        return NotAtWork()
    if card.frozen_at is not None:
        return Frozen()
    return AlreadyVerified(card) if card.state is CardState.VERIFIED else None


def may_be_confirmed(card: Card, means: Means) -> AlreadyVerified | Frozen | NotAtWork | None:
    """Decide the same for staff. They may make a card surer than it is, and never less sure."""
    refusal = may_begin(card)
    if isinstance(refusal, AlreadyVerified) and ASSURANCE[means] > card.assurance:
        return None
    return refusal


def may_confirm(
    member: StaffMember,
    means: Means,
    location: LocationId | None,
    settings: Settings,
    *,
    is_own: bool,
) -> NotAllowed | NotOffered | YourOwnCard | None:
    """Decide whether somebody may confirm by some means, at a location."""
    if means not in PERMISSIONS or not is_on(means, settings):
        return NotOffered(means)
    if not may(member.grants, PERMISSIONS[means], location):
        return NotAllowed(PERMISSIONS[means])
    return YourOwnCard() if is_own else None


def is_on(means: Means, settings: Settings) -> bool:
    if means is Means.OTHER:
        return settings.other_for_staff
    return means in {each.value for each in settings.methods}


def may_call(
    card: Card, known: Known, contact_id: ContactId
) -> AlreadyVerified | NotAtWork | NotOffered | RecentContact | None:
    """Decide whether a number is one at which a customer may be called about a card: to verify it,
    or to learn whose it is, of two who claim it."""
    refusal = may_be_confirmed(card, Means.PHONE)
    if refusal is not None and not isinstance(refusal, Frozen):
        return refusal
    if moment := known.recent.get(contact_id):
        return RecentContact(moment)
    return None if contact_id in callable_back(known.customer) else NotOffered(Means.PHONE)


def heeded(evidence: Evidence, means: Means) -> Evidence:
    """Drop what does not belong to a means: who is called back is on the telephone."""
    return evidence if means is Means.PHONE else replace(evidence, called_back=None)


def find_fault(
    evidence: Evidence, means: Means, known: Known, reason: str
) -> NeedsReason | NoCallBack | NoEvidence | RecentContact | None:
    """Say what is missing before somebody may confirm; nothing, if it is enough.

    Who says that they have called back names a number that counts, whatever else they have seen:
    it is written down as if the customer had answered there.
    """
    if means is Means.OTHER:
        return None if find_fault_of_reason(reason) is None else NeedsReason()
    is_seen = evidence.reference is not None or evidence.read_back is not None
    at_least = WITH_REFERENCE if is_seen else WITHOUT_REFERENCE
    if Compared.NAME not in evidence.compared or len(evidence.compared) < at_least:
        return NoEvidence(at_least)
    called = evidence.called_back
    if called is not None and called in known.recent:
        return RecentContact(known.recent[called])
    if called is not None and called not in callable_back(known.customer):
        return NoCallBack()
    if means is Means.PHONE and evidence.read_back is None and called is None:
        return NoCallBack()
    return None


def comparable(customer: Customer) -> tuple[Compared, ...]:
    """Give what there is to be held against what is on file."""
    there = {
        Compared.NAME: True,
        Compared.BIRTH_DATE: customer.profile.birth_date is not None,
        Compared.ADDRESS: any(each.kind is ContactKind.POST for each in customer.contacts),
        Compared.CARD: True,
    }
    return tuple(each for each, is_there in there.items() if is_there)


def callable_back(customer: Customer) -> tuple[ContactId, ...]:
    """Give the numbers on file at which a customer can be called back."""
    return tuple(
        each.contact_id
        for each in customer.contacts
        if each.kind is ContactKind.PHONE and each.bad_since is None
    )


def spoken_by(contact: Contact, settings: Settings, served: Collection[Channel]) -> Channel:
    """Give the channel of a code that is read to staff: a text message, else a call.

    WhatsApp tells nobody why: its own words for codes say to share them with nobody.
    """
    is_texted = Method.SMS in settings.methods and Channel.SMS in served
    return Channel.SMS if is_texted and reads(contact, Channel.SMS) else Channel.VOICE


def noted(evidence: Evidence, *, is_approved: bool = False) -> tuple[str, ...]:
    """Write down what was seen, in short words and in one order. Nothing of it is quoted."""
    surely = {
        Surely.REFERENCE: evidence.reference is not None,
        Surely.CALL_BACK: evidence.called_back is not None,
        Surely.READ_BACK: evidence.read_back is not None,
        Surely.APPROVED: is_approved,
    }
    compared = [each.value for each in Compared if each in evidence.compared]
    return (*compared, *(each.value for each, is_so in surely.items() if is_so))


def offered(
    settings: Settings, customer: Customer, served: Collection[Means]
) -> Sequence[tuple[Means, Sequence[ContactId]]]:
    """Give the ways that a customer may choose among, in the order of the organisation.

    With each go the contact points that it may lead to; to those for staff, none. Nobody is called
    back without a number.
    """
    ways: list[tuple[Means, Sequence[ContactId]]] = []
    least = Assurance.MATCHED if settings.more_than_contact else Assurance.CONTACT
    for means in map(Means, settings.methods):
        if ASSURANCE[means] < least:
            continue
        if means in PERMISSIONS:
            if means is not Means.PHONE or callable_back(customer):
                ways.append((means, ()))
        elif means in served and (found := reachable(customer, means)):
            ways.append((means, found))
    return ways


def reachable(customer: Customer, means: Means) -> tuple[ContactId, ...]:
    """Give the contact points that a code may go to: those that work, and can read it."""
    return tuple(
        each.contact_id
        for each in customer.contacts
        if each.bad_since is None
        and CHANNELS[means] in ROADS[each.kind]
        and reads(each.contact, CHANNELS[means])
    )
