"""What happens when somebody proves who they are, and has registered before: they have one card.

Until the code is right they are treated as everybody. Then they are known to be reached there, and
what somebody else registered with the same name, the same date of birth and this contact point is
theirs as well: a card that rests on it, or an old one that waits to be proven by it. Whoever has
proven nothing keeps a card of their own, and sees nothing of this.
"""

from collections.abc import Sequence

from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.attempts.service import Attempts, Ended
from watchword.features.cards.claims.rules import Because
from watchword.features.cards.claims.service import Claims
from watchword.features.cards.handing.service import Handing
from watchword.features.cards.registration.apart.service import Apart
from watchword.features.cards.registration.candidates.service import Candidates
from watchword.features.cards.registration.rules import (
    Candidate,
    Registrant,
    Wish,
    is_proven_by,
    waits_for_proof,
)
from watchword.features.cards.registration.store import RegistrationStore
from watchword.features.cards.rules import Card, CardId
from watchword.features.cards.service import Cards
from watchword.features.customers.rules import Customer, Origin
from watchword.features.customers.service import Customers
from watchword.features.organisations.rules import Organisation
from watchword.foundation.storage import Transaction

WHY = "registered twice"


class Reunion:
    def __init__(
        self,
        *,
        customers: Customers,
        cards: Cards,
        attempts: Attempts,
        claims: Claims,
        handing: Handing,
        apart: Apart,
    ) -> None:
        self._customers = customers
        self._cards = cards
        self._attempts = attempts
        self._claims = claims
        self._handing = handing
        self._apart = apart
        self._candidates = Candidates(customers=customers, cards=cards)

    async def answer(self, organisation: Organisation, card: Card, typed: str) -> Ended:
        """Try a code, as whoever registered typed it."""
        caller = Registrant(organisation, card.customer_id)

        async def instead(transaction: Transaction, attempt: Attempt) -> CardId:
            return await self._theirs(transaction, caller, card.id, attempt)

        return await self._attempts.answer(caller, card.id, typed, instead)

    async def _theirs(
        self, transaction: Transaction, caller: Registrant, id: CardId, attempt: Attempt
    ) -> CardId:
        """Give the card that is verified: their own, or the one that they have besides."""
        whose, proven = caller.organisation.id, attempt.contact_id
        card = await self._cards.get(transaction, whose, id)
        customer = await self._customers.get(transaction, whose, card.customer_id)
        is_new = card.linked_from is None and customer.origin is Origin.REGISTRATION
        if proven is None or not is_new:
            return id
        others = await self._others(transaction, caller, customer)
        resting = [each for each in others if is_proven_by(each, proven, attempt.means)]
        waiting = [each for each in others if waits_for_proof(each, proven)]
        match resting, waiting:
            case [one], []:
                return await self._join(transaction, caller, card, one)
            case [], [one]:
                return await self._take(transaction, caller, card, one.card)
            case _:
                return id

    async def _others(
        self, transaction: Transaction, caller: Registrant, customer: Customer
    ) -> Sequence[Candidate]:
        wish = Wish(
            profile=customer.profile,
            contacts=[each.contact for each in customer.contacts],
            locale=customer.locale,
        )
        found = await self._candidates.of(transaction, caller.organisation.id, wish)
        return [each for each in found if each.card.customer_id != customer.id]

    async def _join(
        self, transaction: Transaction, caller: Registrant, card: Card, other: Candidate
    ) -> CardId:
        """Let them be the customer who has proven a card before, and go on with that one."""
        kept = other.card
        await self._claims.proven(transaction, caller, card.customer_id, kept.id)
        await self._customers.unite(transaction, caller, kept.customer_id, card.customer_id, WHY)
        await self._handing.fold(transaction, caller, card, kept)
        await self._move(transaction, caller, card, kept.id)
        return kept.id

    async def _take(
        self, transaction: Transaction, caller: Registrant, card: Card, old: Card
    ) -> CardId:
        """Let an old card be theirs that somebody else registered with, and has not proven."""
        await self._apart.give_back(transaction, caller, old)
        free = await self._cards.get(transaction, caller.organisation.id, old.id)
        if free.deleted_at is not None:
            return card.id  # Whose it was is forgotten, and so it ended.
        taken = await self._handing.hand_over(transaction, caller, free, card.customer_id)
        await self._claims.add(
            transaction,
            caller,
            customer_id=card.customer_id,
            card_id=taken.id,
            candidates=(taken.id,),
            because=Because.EXACT,
        )
        await self._handing.fold(transaction, caller, card, taken)
        await self._move(transaction, caller, card, taken.id)
        return taken.id

    async def _move(
        self, transaction: Transaction, caller: Registrant, before: Card, id: CardId
    ) -> None:
        """Let their browsers go on with the card that they have now."""
        registrations = RegistrationStore(transaction, caller.organisation.id)
        for each in await registrations.waiting(before.id):
            if each.customer_id == before.customer_id:
                await registrations.move(each.id, id)
