"""What happens when staff change who holds the account of a card, with a reason that stays."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from watchword.features.audit.rules import Action
from watchword.features.cards.desk import Backroom, Desk
from watchword.features.cards.holders.rules import Holder, NoChange, heir_of, may_join, may_leave
from watchword.features.cards.holders.store import HolderStore
from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.cards.store import CardStore
from watchword.features.cards.verdicts import NeedsReason, YourOwnCard
from watchword.features.customers.rules import Customer, CustomerId, target_of
from watchword.features.staff.rules import Colleague, find_fault_of_reason
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody who holds an account. `card` is theirs for it, if they have one."""

    holder: Holder
    customer: Customer = field(repr=False)
    card: Card | None


Changed: TypeAlias = Holder | NoChange | NeedsReason | YourOwnCard


class Holders:
    def __init__(self, *, storage: Storage, backroom: Backroom) -> None:
        self._storage = storage
        self._backroom = backroom

    async def of(self, organisation_id: OrganisationId, card: Card) -> Sequence[Held]:
        """Give who holds the account of a card, the primary holder first."""
        async with self._storage.reading(organisation_id) as transaction:
            held = await HolderStore(transaction, organisation_id, card.account_id).all()
            ids = {each.customer_id for each in held}
            people = await self._backroom.customers.some(transaction, organisation_id, ids)
            cards = await self._cards(transaction, organisation_id, card, ids)
        return [
            Held(each, people[each.customer_id], cards.get(each.customer_id))
            for each in held
            if each.customer_id in people
        ]

    async def add(
        self, colleague: Colleague, id: CardId, customer_id: CustomerId, reason: str
    ) -> Changed:
        """Let a customer hold the account of a card, too. Nobody lets themselves in."""
        if find_fault_of_reason(reason):
            return NeedsReason()
        whose = colleague.organisation.id
        async with self._storage.begin(whose) as transaction:
            desk = Desk(transaction, colleague, self._backroom)
            card = await desk.hold(id)
            customer = await self._backroom.customers.get(transaction, whose, customer_id)
            store = HolderStore(transaction, whose, card.account_id)
            if refusal := may_join(await store.hold(), customer.id):
                return refusal
            if await desk.is_own(replace(card, customer_id=customer.id), colleague.member):
                return YourOwnCard()
            await store.add(customer.id)
            await self._note(desk, card, "holder_added", customer.id, reason)
            return next(each for each in await store.all() if each.customer_id == customer.id)

    async def remove(
        self, colleague: Colleague, id: CardId, customer_id: CustomerId, reason: str
    ) -> Changed:
        """Let a customer hold the account no more. Somebody else becomes its primary holder."""
        if find_fault_of_reason(reason):
            return NeedsReason()
        whose = colleague.organisation.id
        async with self._storage.begin(whose) as transaction:
            desk = Desk(transaction, colleague, self._backroom)
            card = await desk.hold(id)
            store = HolderStore(transaction, whose, card.account_id)
            holders = await store.hold()
            cards = await self._cards(transaction, whose, card, {customer_id})
            if refusal := may_leave(holders, customer_id, has_card=customer_id in cards):
                return refusal
            await store.drop(customer_id)
            if heir := heir_of(holders, customer_id):
                await store.crown(heir)
            await self._note(desk, card, "holder_removed", customer_id, reason)
            return next(each for each in holders if each.customer_id == customer_id)

    async def _note(
        self, desk: Desk, card: Card, what: str, customer_id: CustomerId, reason: str
    ) -> None:
        whom = target_of(customer_id)
        await desk.note(Action.CARD_CHANGED, card, what=what, customer=whom, reason=reason.strip())

    async def _cards(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        card: Card,
        ids: set[CustomerId],
    ) -> dict[CustomerId, Card]:
        """Give a card for the same account of each customer who has one that is not over."""
        found = await CardStore(transaction, organisation_id).of_customers(ids)
        return {
            each.customer_id: each
            for each in reversed(found)
            if each.account_id == card.account_id and each.state is not CardState.DELETED
        }
