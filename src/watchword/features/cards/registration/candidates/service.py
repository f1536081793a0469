"""What happens when it is asked which cards somebody may mean who registers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from watchword.features.cards.on_file import is_linked
from watchword.features.cards.registration.rules import Candidate, Wish, is_same_again
from watchword.features.cards.registration.store import RegistrationStore
from watchword.features.cards.rules import Card
from watchword.features.cards.service import Cards
from watchword.features.customers.matching import Match, compare
from watchword.features.customers.rules import CustomerId
from watchword.features.customers.service import Customers
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

AT_MOST = 20


class Candidates:
    def __init__(self, *, customers: Customers, cards: Cards) -> None:
        self._customers = customers
        self._cards = cards

    async def of(
        self, transaction: Transaction, organisation_id: OrganisationId, wish: Wish
    ) -> Sequence[Candidate]:
        """Give the cards that somebody may mean, those first of whom most agrees."""
        matches = await self._customers.matching(
            transaction, organisation_id, wish.profile, wish.contacts
        )
        ids = [match.customer.id for match in matches]
        theirs = defaultdict[CustomerId, list[Card]](list)
        for card in await self._cards.of_customers(transaction, organisation_id, ids):
            theirs[card.customer_id].append(card)
        found = {card.id: (card, match) for match in matches for card in theirs[match.customer.id]}
        numbered = await self._numbered(transaction, organisation_id, wish)
        if numbered is not None and numbered.id not in found:
            whose = await self._compared(transaction, organisation_id, wish, numbered.customer_id)
            if whose is not None:
                found[numbered.id] = numbered, whose
        candidates = [
            Candidate(card=card, match=match, is_numbered=card == numbered)
            for card, match in [*found.values()][:AT_MOST]
        ]
        return [
            await self._as_it_was(transaction, organisation_id, wish, each) for each in candidates
        ]

    async def _as_it_was(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        wish: Wish,
        candidate: Candidate,
    ) -> Candidate:
        """Compare with what was on file before somebody registered with a card: what they typed
        does not count, for they have shown nothing."""
        card = candidate.card
        if not is_linked(card) or card.linked_from is None:
            return candidate
        on_file = await self._compared(transaction, organisation_id, wish, card.linked_from)
        waiting = await RegistrationStore(transaction, organisation_id).waiting(card.id)
        return replace(
            candidate,
            match=on_file or candidate.match,
            is_waited_for=bool(waiting),
            is_again=is_same_again(compare(wish.profile, wish.contacts, candidate.match.customer)),
        )

    async def _compared(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        wish: Wish,
        to: CustomerId,
    ) -> Match | None:
        """Say what agrees with one customer; nothing, if they are forgotten."""
        try:
            customer = await self._customers.get(transaction, organisation_id, to)
        except NotFound:
            return None
        return compare(wish.profile, wish.contacts, customer)

    async def _numbered(
        self, transaction: Transaction, organisation_id: OrganisationId, wish: Wish
    ) -> Card | None:
        if wish.number is None:
            return None
        return await self._cards.by_number(transaction, organisation_id, wish.number)
