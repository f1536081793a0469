"""What staff see of cards: a list, a search, and one told whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.cards.service import Cards
from watchword.features.customers.accounts.rules import Account
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.customers.search.rules import TooShort
from watchword.features.customers.service import Customers
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
            return Page(await self._held(transaction, organisation_id, found.items), found.after)

    async def one(self, organisation_id: OrganisationId, id: CardId) -> Holding:
        async with self._storage.reading(organisation_id) as transaction:
            card = await self._cards.get(transaction, organisation_id, id)
            return (await self._held(transaction, organisation_id, [card]))[0]

    async def search(
        self, organisation_id: OrganisationId, typed: str, most: int = FOUND_AT_MOST
    ) -> Searched:
        """Find cards by number, and by the name, telephone or e-mail address of a customer."""
        card = await self._cards.find(organisation_id, typed)
        if card is not None:
            return Hits(holdings=[await self.one(organisation_id, card.id)])
        found = await self._customers.search(organisation_id, typed, None, most)
        if isinstance(found, TooShort):
            return found
        order = {customer.id: place for place, customer in enumerate(found.customers)}
        async with self._storage.reading(organisation_id) as transaction:
            cards = await self._cards.of_customers(transaction, organisation_id, [*order])
            in_order = sorted(cards, key=lambda card: order[card.customer_id])
            holdings = await self._held(transaction, organisation_id, in_order)
        having = {card.customer_id for card in cards}
        cardless = [each for each in found.customers if each.id not in having]
        return Hits(holdings=holdings, cardless=cardless, has_more=found.after is not None)

    async def customer(self, organisation_id: OrganisationId, id: CustomerId) -> Customer:
        return await self._customers.read(organisation_id, id)

    async def _held(
        self, transaction: Transaction, organisation_id: OrganisationId, cards: Sequence[Card]
    ) -> Sequence[Holding]:
        """Say of cards whose they are: so many statements for one as for a whole page."""
        ids = {card.customer_id for card in cards}
        people = await self._customers.some(transaction, organisation_id, ids)
        living = {each.id for each in people.values()}
        accounts = await self._customers.accounts_of(transaction, organisation_id, living)
        return [_holding(card, people.get(card.customer_id), accounts) for card in cards]


def _holding(
    card: Card, customer: Customer | None, accounts: Mapping[CustomerId, Sequence[Account]]
) -> Holding:
    if customer is None:
        return Holding(card=card, customer=None, account=None)
    mine = (each for each in accounts.get(customer.id, ()) if each.id == card.account_id)
    return Holding(card=card, customer=customer, account=next(mine, None))
