"""What happens to cards: they are made, found, blocked and deleted, and what was shown falls."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from watchword.features.audit.rules import Action
from watchword.features.cards.desk import Backroom, Desk, number_place, reason_place
from watchword.features.cards.numbers import draw_number, last_four, read_number
from watchword.features.cards.rules import (
    Because,
    Card,
    CardId,
    CardState,
    Verification,
    blocked,
    deleted,
    frozen,
    linked,
    thawed,
    unblocked,
)
from watchword.features.cards.store import CardStore, SealedNumber
from watchword.features.cards.verdicts import (
    BadNumber,
    Made,
    NeedsReason,
    NothingChanged,
    NumberTaken,
    OutOfDate,
)
from watchword.features.clients.rules import Caller
from watchword.features.customers.accounts.rules import AccountId, NewAccount
from watchword.features.customers.rules import (
    BadField,
    Customer,
    CustomerId,
    NewCustomer,
    find_fault_of_contacts,
)
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.staff.rules import find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.sealing import SealBroken
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, StorageConflict, Transaction

COLUMN = "cards"
TRIES = 5
"""So many numbers are drawn before we say that something is wrong with chance."""

Added: TypeAlias = Card | BadNumber | NumberTaken
Changed: TypeAlias = Card | NeedsReason | NothingChanged | OutOfDate
Decide: TypeAlias = Callable[[Card, Sequence[Verification], datetime], Card]
"""Gives a card as it is to be, by its history; the same card, if nothing comes of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a history, with what was said to it."""

    line: Verification
    reason: Secret | None = field(repr=False)


class Cards:
    def __init__(
        self,
        *,
        storage: Storage,
        backroom: Backroom,
        requests: Requests,
        draw: Callable[[int], int],
    ) -> None:
        self._storage = storage
        self._requests = requests
        self._backroom = backroom
        self._draw = draw

    async def create(
        self,
        caller: Caller,
        customer_id: CustomerId,
        number: str | None = None,
        *,
        reason: str = "",
    ) -> Added:
        """Make a card on a customer's account; without a number it gets one. Staff say why."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            return await self.add(transaction, caller, customer_id, number, reason=reason)

    async def create_for(
        self, caller: Caller, new: NewCustomer, number: str | None = None, *, reason: str = ""
    ) -> Added | BadField:
        """Keep a new customer and make a card for them: both, or neither."""
        if fault := find_fault_of_contacts(len(new.contacts)):
            return fault
        whose, customers = caller.organisation.id, self._backroom.customers
        async with self._storage.begin(whose) as transaction:
            if number is not None:
                if isinstance(read := read_number(number), BadNumber):
                    return read
                if await self.by_number(transaction, whose, number) is not None:
                    return NumberTaken()
            customer = await customers.add(transaction, caller, new)
            added = await self.add(transaction, caller, customer.id, number, reason=reason)
            if not isinstance(added, Card):
                raise StorageConflict("Somebody has taken the number of the card meanwhile.")
            return added

    async def create_once(
        self, caller: Caller, customer_id: CustomerId, number: str | None, once: Once | None
    ) -> Added | OtherBody:
        """Do the same once, however often the same request comes; it gives the card as it is."""
        async with self._storage.begin(caller.organisation.id) as transaction:

            async def work() -> Made | BadNumber | NumberTaken:
                added = await self.add(transaction, caller, customer_id, number)
                return Made(added.id) if isinstance(added, Card) else added

            whose = caller.organisation.id
            outcome = await self._requests.once(transaction, whose, once, {Made}, work)
            if not isinstance(outcome, Made):
                return outcome
            return await _opened(self._desk(transaction, caller), outcome.id)

    async def add(
        self,
        transaction: Transaction,
        caller: Caller,
        customer_id: CustomerId,
        number: str | None = None,
        *,
        account_id: AccountId | None = None,
        reason: str = "",
    ) -> Added:
        """Do the same as part of somebody's transaction, and on whichever account they say."""
        read = None if number is None else read_number(number)
        if isinstance(read, BadNumber):
            return read
        desk, customers = self._desk(transaction, caller), self._backroom.customers
        customer = await customers.get(transaction, desk.id, customer_id)
        account_id = account_id or await self._account_of(transaction, desk.id, customer.id)
        for _ in range(TRIES):
            chosen = read or draw_number(self._draw)
            card = _new_card(customer, account_id, chosen, transaction)
            if await desk.cards.add(card, await _sealed(desk, card, chosen)):
                said = {"reason": reason.strip()} if reason.strip() else {}
                await desk.note(Action.CARD_CREATED, card, **said)
                return card
            if read is not None:
                return NumberTaken()
        raise StorageConflict("No number for a card is free.")

    async def read(self, organisation_id: OrganisationId, id: CardId) -> Card:
        async with self._storage.reading(organisation_id) as transaction:
            return await self.get(transaction, organisation_id, id)

    async def get(
        self, transaction: Transaction, organisation_id: OrganisationId, id: CardId
    ) -> Card:
        card = await CardStore(transaction, organisation_id).get(id)
        if card is None:
            raise NotFound("card")
        return card

    async def open(self, caller: Caller, id: CardId) -> Card:
        """Read a card with its whole number."""
        async with self._storage.reading(caller.organisation.id) as transaction:
            return await _opened(self._desk(transaction, caller), id)

    async def find(self, organisation_id: OrganisationId, number: str) -> Card | None:
        """Give the card with a number, if there is one."""
        async with self._storage.reading(organisation_id) as transaction:
            return await self.by_number(transaction, organisation_id, number)

    async def by_number(
        self, transaction: Transaction, organisation_id: OrganisationId, number: str
    ) -> Card | None:
        read = read_number(number)
        if isinstance(read, BadNumber):
            return None
        keys = await self._backroom.organisations.keys(transaction, organisation_id)
        index = keys.blind(COLUMN, read.reveal())
        return await CardStore(transaction, organisation_id).by_number(index)

    async def of_customers(
        self, transaction: Transaction, organisation_id: OrganisationId, ids: Collection[CustomerId]
    ) -> Sequence[Card]:
        return await CardStore(transaction, organisation_id).of_customers(ids)

    async def page(
        self,
        organisation_id: OrganisationId,
        state: CardState | None = None,
        after: Bookmark | None = None,
        most: int = 25,
    ) -> Page[Card]:
        """Give cards, the newest first; those in one state, or all."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await CardStore(transaction, organisation_id).page(state, after, most + 1)
            return page_of(found, most, lambda card: Bookmark(card.created_at, card.id))

    async def history(self, caller: Caller, id: CardId) -> Sequence[Said]:
        """Give all that was confirmed and withdrawn, the oldest line first."""
        async with self._storage.reading(caller.organisation.id) as transaction:
            desk = self._desk(transaction, caller)
            await desk.get(id)
            return [
                Said(line, await _reason(desk, line, sealed))
                for line, sealed in await desk.history.reasons(id)
            ]

    async def withdraw(self, caller: Caller, id: CardId, reason: str) -> Changed:
        """Take back all that was confirmed, with a reason that stays in the history."""
        if find_fault_of_reason(reason):
            return NeedsReason()
        async with self._storage.begin(caller.organisation.id) as transaction:
            desk = self._desk(transaction, caller)
            before = await desk.hold(id)
            after = await desk.withdraw(before, Because.REVOKED, reason=reason.strip())
            if after == before:
                return NothingChanged()
        self._backroom.announce(caller.organisation)
        return after

    async def block(self, caller: Caller, id: CardId, reason: str) -> Changed:
        return await self._change(
            caller, id, reason, Action.CARD_BLOCKED, lambda card, _, now: blocked(card, now)
        )

    async def unblock(self, caller: Caller, id: CardId, reason: str) -> Changed:
        return await self._change(caller, id, reason, Action.CARD_UNBLOCKED, unblocked)

    async def delete(self, caller: Caller, id: CardId, reason: str) -> Changed:
        """Let a card end. Its row stays until the time of keeping is over."""
        return await self._change(
            caller, id, reason, Action.CARD_DELETED, lambda card, _, now: deleted(card, now)
        )

    async def freeze(self, transaction: Transaction, caller: Caller, id: CardId) -> Card:
        """Let nobody use what a card holds, until staff have decided whose it is.

        A code on its way stays good, or whoever gets it would see that somebody else has come.
        """
        desk = self._desk(transaction, caller)
        before = await desk.hold(id)
        return await desk.keep(before, frozen(before, desk.now), "frozen")

    async def thaw(self, transaction: Transaction, caller: Caller, id: CardId) -> Card:
        desk = self._desk(transaction, caller)
        before = await desk.hold(id)
        return await desk.keep(before, thawed(before, desk.now), "thawed")

    async def end(
        self, transaction: Transaction, caller: Caller, id: CardId, reason: str = "forgotten"
    ) -> Card:
        """Delete a card as part of what becomes of its customer."""
        desk = self._desk(transaction, caller)
        before = await desk.hold(id)
        await desk.end_what_waits(id)
        after = deleted(before, desk.now)
        if after != before:
            await desk.cards.save(after)
            await desk.note(Action.CARD_DELETED, after, reason=reason)
        return after

    async def link(
        self, transaction: Transaction, caller: Caller, id: CardId, to: CustomerId
    ) -> Card:
        """Let a card be another customer's; what its old one has shown does not count for them."""
        desk = self._desk(transaction, caller)
        before = await desk.hold(id)
        await desk.end_what_waits(id)
        fallen = await desk.withdraw(before, Because.MOVED)
        await move(desk, fallen, to)
        return await desk.keep(fallen, linked(fallen, to, desk.now), "linked")

    async def _change(
        self, caller: Caller, id: CardId, reason: str, action: Action, decide: Decide
    ) -> Changed:
        if find_fault_of_reason(reason):
            return NeedsReason()
        async with self._storage.begin(caller.organisation.id) as transaction:
            desk = self._desk(transaction, caller)
            before = await desk.hold(id)
            after = decide(before, await desk.history.of_card(id), desk.now)
            if after == before:
                return NothingChanged()
            await desk.end_what_waits(id)
            await desk.cards.save(after)
            await desk.note(action, after, reason=reason.strip())
        self._backroom.announce(caller.organisation)
        return after

    async def _account_of(
        self, transaction: Transaction, organisation_id: OrganisationId, id: CustomerId
    ) -> AccountId:
        customers = self._backroom.customers
        accounts = await customers.accounts(transaction, organisation_id, id)
        if accounts:
            return accounts[0].id
        opened = await customers.open_account(transaction, organisation_id, id, NewAccount())
        return opened.id

    def _desk(self, transaction: Transaction, caller: Caller) -> Desk:
        return Desk(transaction, caller, self._backroom)


async def move(desk: Desk, card: Card, to: CustomerId) -> None:
    """Seal for another customer what was sealed for the one before."""
    sealed = await desk.cards.number(card.id)
    if sealed is not None:
        place = number_place(desk.id, card.id)
        number = await desk.unseal(card.customer_id, sealed, place)
        await desk.cards.save_number(card.id, await desk.seal(to, number.reveal(), place))


async def _opened(desk: Desk, id: CardId) -> Card:
    card, sealed = await desk.get(id), await desk.cards.number(id)
    if sealed is None:
        raise NotFound("card")
    place = number_place(desk.id, id)
    return replace(card, number=await desk.unseal(card.customer_id, sealed, place))


async def _reason(desk: Desk, line: Verification, sealed: bytes | None) -> Secret | None:
    if sealed is None:
        return None
    try:
        return await desk.unseal(line.customer_id, sealed, reason_place(desk.id, line.id))
    except NotFound:
        return None  # It went with the key of a customer who was forgotten.
    except SealBroken:
        return None  # Or of one who was merged when nobody sealed it anew.


async def _sealed(desk: Desk, card: Card, number: Secret) -> SealedNumber:
    keys = await desk.keys()
    place = number_place(desk.id, card.id)
    return SealedNumber(
        index=keys.blind(COLUMN, number.reveal()),
        sealed=await desk.seal(card.customer_id, number.reveal(), place),
    )


def _new_card(
    customer: Customer, account_id: AccountId, number: Secret, transaction: Transaction
) -> Card:
    now = transaction.now()
    return Card(
        id=CardId(new_id()),
        account_id=account_id,
        customer_id=customer.id,
        number=number,
        last_four=last_four(number),
        created_at=now,
        updated_at=now,
    )
