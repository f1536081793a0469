"""Where a notice of a verification goes: to another contact point than the one that was used.

Whoever has taken over one of a customer's contact points does not see what arrives at the others.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

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


def way_of_notice(
    customer: Customer, used: ContactId | None, served: Collection[Channel]
) -> Way | None:
    """Choose where a notice goes; nothing, if there is no other contact point that works.

    One that the customer has shown to be theirs comes before one that they only named.
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
    chosen = min(fitting, key=_rank, default=None)
    if chosen is None:
        return None
    return Way(chosen.contact_id, chosen.contact, CHANNELS[chosen.kind])


def _rank(each: CustomerContact) -> tuple[bool, int]:
    return each.verified_at is None, PREFERENCE.index(each.kind)
