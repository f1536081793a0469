"""Where a notice of a verification goes, and what became of the verification meanwhile.

It goes to another contact point than the one that was used: whoever has taken over one of a
customer's contact points does not see what arrives at the others.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import dropwhile

from watchword.features.cards.rules import Because, Verification, VerificationId, standing
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.customers.rules import Customer, CustomerContact
from watchword.features.routing.rules import reads

CHANNELS = {ContactKind.EMAIL: Channel.EMAIL, ContactKind.PHONE: Channel.SMS}
PREFERENCE = (ContactKind.EMAIL, ContactKind.PHONE)
"""Mail is read at leisure and costs nothing. A letter would cost more than most cards hold."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a notice goes, and how."""

    contact_id: ContactId
    contact: Contact = field(repr=False)
    channel: Channel


class Notified(StrEnum):
    """What became of the verification that somebody was told of."""

    STANDS = "stands"
    DENIED = "denied"
    OVER = "over"


def way_of_notice(
    customer: Customer, used: ContactId | None, served: Collection[Channel]
) -> Way | None:
    """Choose where a notice goes; nothing, if there is no other contact point that works.

    One that the customer has shown to be theirs comes before one that they only named, and both
    before what somebody added later: that may be whoever wants to hide what they did.
    """
    fitting = [
        each
        for each in customer.contacts
        if each.contact_id != used
        and each.bad_since is None
        and each.kind in CHANNELS
        and CHANNELS[each.kind] in served
        and reads(each.contact, CHANNELS[each.kind])
    ]
    chosen = min(fitting, key=lambda each: _rank(customer, each), default=None)
    if chosen is None:
        return None
    return Way(chosen.contact_id, chosen.contact, CHANNELS[chosen.kind])


def become_of(history: Sequence[Verification], id: VerificationId) -> Notified:
    """Say what became of a line of a history: it stands, was denied, or fell for another reason."""
    if any(line.id == id for line in standing(history)):
        return Notified.STANDS
    later = dropwhile(lambda line: line.id != id, history)
    is_denied = any(line.because is Because.DENIED for line in later)
    return Notified.DENIED if is_denied else Notified.OVER


def _rank(customer: Customer, each: CustomerContact) -> tuple[bool, bool, int]:
    is_shown = each.verified_at is not None and each.verified_at >= each.added_at
    is_added = each.added_at > customer.created_at
    return is_added and not is_shown, not is_shown, PREFERENCE.index(each.kind)
