"""What staff see of cards: a list, a search, and one told whole."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.deeds import Deed, deeds_of
from watchword.features.cards.history.store import HistoryStore
from watchword.features.cards.rules import Card, CardId, CardState, Verification, target_of
from watchword.features.cards.service import Cards
from watchword.features.cards.store import CardStore
from watchword.features.cards.verdicts import NeedsReason
from watchword.features.clients.rules import Caller
from watchword.features.customers.accounts.rules import Account
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.customers.search.rules import TooShort
from watchword.features.customers.service import Customers
from watchword.features.staff.rules import find_fault_of_reason
from watchword.foundation.ids import OrganisationId
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

FOUND_AT_MOST = 25
DENIED_AT_MOST = 5
AT_ONCE = 100
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A card, whose it is, and what its account holds; who was forgotten is nobody any more.

    In lists, how the customer is reached stays sealed.
    """

    card: Card
    customer: Customer | None = field(repr=False)
    account: Account | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What a search found. Customers without a card are shown, too: one may be made for them."""

    holdings: Sequence[Holding] = ()
    cardless: Sequence[Customer] = field(default=(), repr=False)
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Denied:
    """A card whose customer was told elsewhere of its verification: "that was not me"."""

    card: Card
    at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """What a colleague verified for another reason, and of which card."""

    line: Verification
    holding: Holding


@dataclass(frozen=True, slots=True)
class Overrides:
    """`counts`: how often each colleague did it in the last 30 days, those first who did most."""

    page: Page[Override]
    counts: Mapping[str, int]


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
        async with self._storage.reading(organisation_id) as transaction:
            found = await CardStore(transaction, organisation_id).page(state, after, most + 1)
            page = page_of(found, most, lambda card: Bookmark(card.created_at, card.id))
            people = await self._named(transaction, organisation_id, page.items)
            held = await self._held(transaction, organisation_id, page.items, people)
        return Page(held, page.after)

    async def one(self, organisation_id: OrganisationId, id: CardId) -> Holding:
        async with self._storage.reading(organisation_id) as transaction:
            card = await self._cards.get(transaction, organisation_id, id)
            people = await self._customers.some(transaction, organisation_id, [card.customer_id])
            return (await self._held(transaction, organisation_id, [card], people))[0]

    async def deeds(self, organisation_id: OrganisationId, id: CardId) -> Sequence[Deed]:
        """Give what was done to a card, the oldest first: who stopped it, and why."""
        async with self._storage.reading(organisation_id) as transaction:
            entries = await AuditStore(transaction, organisation_id).dated(target_of(id))
        return [*deeds_of(entries)]

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
        people = {customer.id: customer for customer in found.customers}
        order = {id: place for place, id in enumerate(people)}
        async with self._storage.reading(organisation_id) as transaction:
            cards = await self._cards.of_customers(transaction, organisation_id, [*order])
            in_order = sorted(cards, key=lambda card: order[card.customer_id])
            holdings = await self._held(transaction, organisation_id, in_order, people)
        having = {card.customer_id for card in cards}
        cardless = [each for each in found.customers if each.id not in having]
        return Hits(holdings=holdings, cardless=cardless, has_more=found.after is not None)

    async def card_of(self, organisation_id: OrganisationId, id: CustomerId) -> Card | None:
        """Give the oldest card of a customer, if they have one."""
        async with self._storage.reading(organisation_id) as transaction:
            cards = await self._cards.of_customers(transaction, organisation_id, [id])
        return next(iter(cards), None)

    async def denied(self, organisation_id: OrganisationId) -> Sequence[Denied]:
        """Give what customers lately said not to have been, and nobody has seen to yet."""
        async with self._storage.reading(organisation_id) as transaction:
            history = HistoryStore(transaction, organisation_id)
            lines = await history.denied(transaction.now() - LATELY, DENIED_AT_MOST)
            cards = await CardStore(transaction, organisation_id).some({*_cards(lines)})
        by_id = {card.id: card for card in cards}
        return [Denied(by_id[line.card_id], line.at) for line in lines]

    async def overrides(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Overrides:
        """Give what was verified for another reason, and how often who did it lately."""
        async with self._storage.reading(organisation_id) as transaction:
            history = HistoryStore(transaction, organisation_id)
            lines = await history.others(after, most + 1)
            page = page_of(lines, most, lambda line: Bookmark(line.at, line.id))
            cards = await CardStore(transaction, organisation_id).some({*_cards(page.items)})
            people = await self._named(transaction, organisation_id, cards)
            held = await self._held(transaction, organisation_id, cards, people)
            counts = await history.count_others(transaction.now() - LATELY)
        by_id = {each.card.id: each for each in held}
        items = [Override(line, by_id[line.card_id]) for line in page.items]
        return Overrides(Page(items, page.after), counts)

    async def take_out_overrides(
        self, caller: Caller, reason: str
    ) -> AsyncIterator[Sequence[Override]] | NeedsReason:
        """Write down who takes the overrides out and why, and give all of them, page by page."""
        if find_fault_of_reason(reason):
            return NeedsReason()
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            entry = Entry(
                action=Action.OVERRIDES_EXPORTED,
                actor=caller.actor,
                target=str(whose),
                details={"reason": reason.strip()},
            )
            await AuditStore(transaction, whose).add(entry)
        return self._pages(whose)

    async def _pages(self, organisation_id: OrganisationId) -> AsyncIterator[Sequence[Override]]:
        found = await self.overrides(organisation_id, None, AT_ONCE)
        yield found.page.items
        while found.page.after is not None:
            found = await self.overrides(organisation_id, found.page.after, AT_ONCE)
            yield found.page.items

    async def _named(
        self, transaction: Transaction, organisation_id: OrganisationId, cards: Sequence[Card]
    ) -> Mapping[CustomerId, Customer]:
        ids = {card.customer_id for card in cards}
        return await self._customers.named(transaction, organisation_id, ids)

    async def _held(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        cards: Sequence[Card],
        people: Mapping[CustomerId, Customer],
    ) -> Sequence[Holding]:
        """Say of cards whose they are: so many statements for one as for a whole page."""
        living = {each.id for each in people.values()}
        accounts = await self._customers.accounts_of(transaction, organisation_id, living)
        return [_holding(card, people.get(card.customer_id), accounts) for card in cards]


def _cards(lines: Sequence[Verification]) -> Iterator[CardId]:
    return (line.card_id for line in lines)


def _holding(
    card: Card, customer: Customer | None, accounts: Mapping[CustomerId, Sequence[Account]]
) -> Holding:
    if customer is None:
        return Holding(card=card, customer=None, account=None)
    mine = (each for each in accounts.get(customer.id, ()) if each.id == card.account_id)
    return Holding(card=card, customer=customer, account=next(mine, None))
