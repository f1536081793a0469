"""Whose wallet may open for whoever has shown a contact point to be theirs."""

from collections.abc import Collection, Mapping, Sequence

from watchword.features.cards.rules import AT_WORK, Card
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.wallet.arrivals.rules import Candidate


def last_fours_of(cards: Sequence[Card]) -> Mapping[CustomerId, frozenset[str]]:
    found: dict[CustomerId, frozenset[str]] = {}
    for card in cards:
        if card.state in AT_WORK and card.linked_from is None:
            known = found.get(card.customer_id, frozenset())
            found[card.customer_id] = known | {card.last_four}
    return found


def candidate_of(
    customer: Customer,
    proven: Sequence[ContactId],
    recent: Collection[ContactId],
    last_fours: Mapping[CustomerId, frozenset[str]],
) -> Candidate:
    theirs = [found for each in proven if (found := customer.contact(each)) is not None]
    counting = [each for each in theirs if each.contact_id not in recent]
    return Candidate(
        customer=customer,
        is_proven=any(each.verified_at and each.bad_since is None for each in counting),
        is_recent=not counting,
        last_fours=last_fours.get(customer.id, frozenset()),
    )
