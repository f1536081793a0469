"""How long a contact point is too recent to verify a card.

Staff can add a telephone to any customer, and so can a program. If it counted at once, whoever
does that could verify a stranger's card a moment later: they call back themselves. It counts once
the customer has shown it to be theirs, or once it has stood there for as long as the organisation
wants, so that somebody has the time to notice.

What came with a customer counts at once. That is what they typed when they registered, what an
import brought, and what a customer was made with: nothing of theirs was here before that somebody
could take. Two who became one have each what the other brought from that moment on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.customers.rules import Customer, Reachable, Tie


@dataclass(frozen=True, slots=True)
class Known:
    """A customer with the contact points alone that count; and from when on others do."""

    customer: Customer = field(repr=False)
    recent: Mapping[ContactId, datetime] = field(default_factory=dict)


def counts_from(customer: Customer | Reachable, contact: Tie, wait: timedelta) -> datetime:
    """Say from when on a contact point counts for verifying a card."""
    if contact.added_at <= customer.created_at:
        return contact.added_at
    shown = contact.verified_at
    if shown is not None and shown >= contact.added_at:
        return shown
    return contact.added_at + wait


def without_recent(customer: Customer, wait: timedelta, now: datetime) -> Known:
    """Tell the contact points that count from those that are too recent."""
    since = {each.contact_id: counts_from(customer, each, wait) for each in customer.contacts}
    recent = {id: moment for id, moment in since.items() if moment > now}
    settled = [each for each in customer.contacts if each.contact_id not in recent]
    return Known(replace(customer, contacts=settled), recent)


def settled(customer: Reachable, wait: timedelta, now: datetime) -> Reachable:
    """Give a customer without the contact points that are too recent."""
    ties = [each for each in customer.ties if counts_from(customer, each, wait) <= now]
    return customer if len(ties) == len(customer.ties) else replace(customer, ties=ties)


def is_recent(known: Known, id: ContactId, *, has_lost: bool) -> bool:
    """Say whether a contact point was added lately to somebody who is reached at another one, or
    was until lately (`has_lost`): whoever adds theirs could take the other away before."""
    if id not in known.recent:
        return False
    return has_lost or any(_reaches(each) for each in known.customer.contacts)


def _reaches(contact: Tie) -> bool:
    """Say whether a contact point is one of a person's own: what they have shown to be theirs, or
    where a message would arrive."""
    is_written_to = contact.kind is not ContactKind.POST and contact.bad_since is None
    return contact.verified_at is not None or is_written_to
