"""What staff see of cards: a list, a search, and one told whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.cards.service import Cards
from watchword.features.customers.accounts.rules import Account
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.customers.search.rules import TooShort
from watchword.features.customers.service import Customers
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.pages import Bookmark, Page
from watchword.foundation.storage import Storage, Transaction

FOUND_AT_MOST = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A card, whose it is, and what its account holds; who was forgotten is nobody any more."""

    card: Card
    customer: Customer | None = field(repr=False)
    account: Account | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What a search found. Customers without a card are shown, too: one may be made for them."""

    holdings: Sequence[Holding] = ()
    cardless: Sequence[Customer] = field(default=(), repr=False)
    has_more: bool = False


Searched: TypeAlias = Hits | TooShort


class CardRegister:
    def __init__(self, *, storage: Storage, cards: Cards, customers: Customers) -> None:
        self._storage = storage
        self._cards = cards
        self._customers = customers

    async def page(
        self,
        organisation_id: OrganisationId,
        state: CardState | None,
        after: Bookmark | None,
        most: int,
    ) -> Page[Holding]:
        found = await self._cards.page(organisation_id, state, after, most)
        async with self._storage.reading(organisation_id) as transaction:
            items = [await self._holding(transaction, organisation_id, c) for c in found.items]
        return Page(items, found.after)

    async def one(self, organisation_id: OrganisationId, id: CardId) -> Holding:
        async with self._storage.reading(organisation_id) as transaction:
            card = await self._cards.get(transaction, organisation_id, id)
            return await self._holding(transaction, organisation_id, card)

    async def search(self, organisation_id: OrganisationId, typed: str) -> Searched:
        """Find cards by number, and by the name, telephone or e-mail address of a customer."""
        card = await self._cards.find(organisation_id, typed)
        if card is not None:
            return Hits(holdings=[await self.one(organisation_id, card.id)])
        found = await self._customers.search(organisation_id, typed, None, FOUND_AT_MOST)
        if isinstance(found, TooShort):
            return found
        holdings, cardless = list[Holding](), list[Customer]()
        async with self._storage.reading(organisation_id) as transaction:
            for customer in found.customers:
                cards = await self._cards.of_customer(transaction, organisation_id, customer.id)
                if not cards:
                    cardless.append(customer)
                for each in cards:
                    holdings.append(await self._holding(transaction, organisation_id, each))
        return Hits(holdings=holdings, cardless=cardless, has_more=found.after is not None)

    async def customer(self, organisation_id: OrganisationId, id: CustomerId) -> Customer:
        return await self._customers.read(organisation_id, id)

    async def _holding(
        self, transaction: Transaction, organisation_id: OrganisationId, card: Card
    ) -> Holding:
        customers = self._customers
        try:
            customer = await customers.get(transaction, organisation_id, card.customer_id)
        except NotFound:
            return Holding(card=card, customer=None, account=None)
        accounts = await customers.accounts(transaction, organisation_id, customer.id)
        mine = (each for each in accounts if each.id == card.account_id)
        return Holding(card=card, customer=customer, account=next(mine, None))
