"""What happens when it is asked which cards somebody may mean who registers."""

from collections import defaultdict
from collections.abc import Sequence

from watchword.features.cards.on_file import is_linked
from watchword.features.cards.registration.rules import Candidate, Wish
from watchword.features.cards.registration.store import RegistrationStore
from watchword.features.cards.rules import Card
from watchword.features.cards.service import Cards
from watchword.features.contacts.rules import Contact
from watchword.features.customers.matching import Match, compare
from watchword.features.customers.rules import CustomerId, Profile
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
        return [
            await self._candidate(
                transaction,
                organisation_id,
                wish,
                card,
                match,
                is_numbered=numbered is not None and card.id == numbered.id,
            )
            for card, match in [*found.values()][:AT_MOST]
        ]

    async def compared(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        *,
        profile: Profile,
        contacts: Sequence[Contact],
        to: CustomerId,
    ) -> Match | None:
        """Say what agrees with one customer; nothing, if they are forgotten."""
        try:
            customer = await self._customers.get(transaction, organisation_id, to)
        except NotFound:
            return None
        return compare(profile, contacts, customer)

    async def _candidate(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        wish: Wish,
        card: Card,
        match: Match,
        *,
        is_numbered: bool,
    ) -> Candidate:
        if not is_linked(card):
            return Candidate(card=card, match=match, is_numbered=is_numbered)
        # What counts is what was on file before, not what somebody typed who has shown nothing.
        before = card.linked_from
        assert before is not None  # noqa: S101 - it is linked
        on_file = await self._compared(transaction, organisation_id, wish, before)
        waiting = await RegistrationStore(transaction, organisation_id).waiting(card.id)
        return Candidate(
            card=card,
            match=on_file or match,
            is_numbered=is_numbered,
            is_waited_for=bool(waiting),
        )

    async def _compared(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        wish: Wish,
        to: CustomerId,
    ) -> Match | None:
        return await self.compared(
            transaction, organisation_id, profile=wish.profile, contacts=wish.contacts, to=to
        )

    async def _numbered(
        self, transaction: Transaction, organisation_id: OrganisationId, wish: Wish
    ) -> Card | None:
        if wish.number is None:
            return None
        return await self._cards.by_number(transaction, organisation_id, wish.number)
