"""Where an old card is proven that somebody has registered with: where its customer was reached.

Whoever asks for a code or calls somebody asks here: customers, programs and staff alike.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from watchword.features.cards.recent import Known, without_recent
from watchword.features.cards.rules import Card, CardState
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.matching import Match, compare
from watchword.features.customers.rules import Customer


def is_linked(card: Card) -> bool:
    """Say whether a card was somebody else's, and nobody has shown yet that it is theirs."""
    return card.linked_from is not None and card.state is CardState.UNVERIFIED


def known_before(
    customer: Customer, before: Customer | None, wait: timedelta, now: datetime
) -> Known:
    """Give a customer as they prove an old card: where the one before was reached, and not only
    since a moment ago."""
    theirs = without_recent(customer, wait, now)
    if before is None:
        return Known(as_on_file(customer, None))
    others = without_recent(before, wait, now)
    sure = as_on_file(theirs.customer, others.customer)
    later = max([*theirs.recent.values(), *others.recent.values()], default=now)
    named = as_on_file(customer, before).contacts
    recent = {each.contact_id: later for each in named if not sure.contact(each.contact_id)}
    return Known(sure, recent)


def as_on_file(customer: Customer, before: Customer | None) -> Customer:
    """Give a customer with those contact points alone at which the one before was reached, too.

    `before` is nobody, if they are forgotten: then nothing is left to compare with.
    """
    if before is None:
        return replace(customer, contacts=())
    return replace(
        customer,
        contacts=[
            each
            for each in customer.contacts
            if is_on_file(each.contact_id, compare(customer.profile, [each.contact], before))
        ],
    )


def is_on_file(contact_id: ContactId, match: Match) -> bool:
    """Say whether a code that goes there proves that an old card is somebody's.

    `match` compares the old customer with this contact point alone.
    """
    return contact_id in match.contacts or match.address
