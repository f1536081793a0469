"""What happens when somebody types the code for an old card that another claims meanwhile.

Nothing is shown to them of the other: their code is good, and verifies a card of their own. Whose
the old one is, staff decide.
"""

from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.attempts.service import Attempts, Ended
from watchword.features.cards.claims.service import Claims
from watchword.features.cards.handing.service import Handing
from watchword.features.cards.on_file import is_linked
from watchword.features.cards.registration.rules import Registrant, may_go_on
from watchword.features.cards.registration.store import RegistrationStore
from watchword.features.cards.rules import Card, CardId
from watchword.features.cards.service import Cards
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import Organisation
from watchword.foundation.storage import Transaction


class Apart:
    def __init__(
        self, *, cards: Cards, attempts: Attempts, claims: Claims, handing: Handing
    ) -> None:
        self._cards = cards
        self._attempts = attempts
        self._claims = claims
        self._handing = handing

    async def answer(self, organisation: Organisation, card: Card, typed: str) -> Ended:
        """Try a code, as whoever registered with a card typed it."""
        caller = Registrant(organisation, card.customer_id)

        async def instead(transaction: Transaction, _: Attempt) -> CardId:
            return await self._theirs(transaction, caller, card)

        return await self._attempts.answer_apart(caller, card.id, typed, instead)

    async def give_back(self, transaction: Transaction, caller: Registrant, card: Card) -> CardId:
        """Give an old card back, and whoever registered with it one of their own."""
        whose, registrant = caller.organisation.id, card.customer_id
        fresh = await self._handing.give_back(transaction, caller, card)
        registrations = RegistrationStore(transaction, whose)
        for each in await registrations.waiting(card.id):
            if each.customer_id == registrant:
                await registrations.move(each.id, fresh.id)
        await self._claims.move(transaction, whose, registrant, card.id, fresh.id)
        return fresh.id

    async def _theirs(self, transaction: Transaction, caller: Registrant, seen: Card) -> CardId:
        """Give the card that is theirs alone. Staff may have decided while they typed."""
        whose, registrant = caller.organisation.id, seen.customer_id
        card = await self._cards.get(transaction, whose, seen.id)
        if card.customer_id != registrant:
            return await self._other(transaction, caller, registrant)
        if not is_linked(card) or may_go_on(card):
            return card.id
        return await self.give_back(transaction, caller, card)

    async def _other(
        self, transaction: Transaction, caller: Registrant, registrant: CustomerId
    ) -> CardId:
        cards = await self._cards.of_customers(transaction, caller.organisation.id, [registrant])
        if cards:
            return cards[0].id
        return (await self._handing.new_card(transaction, caller, registrant)).id
