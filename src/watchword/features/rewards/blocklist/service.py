"""What happens to the list of those who may not redeem: they are put on it, and taken off."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.contacts.service import Contacts
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.rewards.blocklist.rules import (
    InThePast,
    Lifted,
    NotByThat,
    RedeemingBlock,
)
from watchword.features.rewards.blocklist.store import RedeemingBlockStore
from watchword.features.staff.rules import Reasonless, find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction


class Blocklist:
    def __init__(self, *, storage: Storage, contacts: Contacts, requests: Requests) -> None:
        self._storage = storage
        self._contacts = contacts
        self._requests = requests

    async def add(
        self,
        caller: Caller,
        contact: Contact,
        until: datetime | None,
        reason: str,
        once: Once | None = None,
    ) -> RedeemingBlock | InThePast | NotByThat | Reasonless | OtherBody:
        """Let nobody redeem who is reached there, whether they are a customer yet or not."""
        if fault := find_fault_of_reason(reason):
            return fault
        if contact.kind is ContactKind.POST:
            return NotByThat()
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._add, transaction, caller, contact, until, reason.strip())
            block = await self._requests.once(transaction, whose, once, (RedeemingBlock,), work)
        return replace(block, contact=contact) if isinstance(block, RedeemingBlock) else block

    async def _add(
        self,
        transaction: Transaction,
        caller: Caller,
        contact: Contact,
        until: datetime | None,
        reason: str,
    ) -> RedeemingBlock | InThePast:
        if until is not None and until <= transaction.now():
            return InThePast()
        whose = caller.organisation.id
        store = RedeemingBlockStore(transaction, whose)
        id = await self._contacts.recognise(transaction, whose, contact)
        standing = await store.find(id)
        if standing is not None and (standing.until, standing.reason) == (until, reason):
            return standing
        block = RedeemingBlock(
            contact_id=id,
            until=until,
            reason=reason,
            made_by=caller.actor,
            created_at=transaction.now(),
        )
        await store.put(block)
        await _note(transaction, caller, Action.REDEEMER_BLOCKED, id, reason)
        return block

    async def lift(
        self, caller: Caller, id: ContactId, reason: str, once: Once | None = None
    ) -> Lifted | Reasonless | OtherBody:
        if fault := find_fault_of_reason(reason):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:

            async def work() -> Lifted:
                if not await RedeemingBlockStore(transaction, whose).drop(id):
                    raise NotFound("block")
                await _note(transaction, caller, Action.REDEEMER_UNBLOCKED, id, reason)
                return Lifted(id)

            return await self._requests.once(transaction, whose, once, (Lifted,), work)

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[RedeemingBlock]:
        """Give blocks with whom they are about, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = RedeemingBlockStore(transaction, organisation_id)
            found = page_of(
                await store.page(after, most + 1),
                most,
                lambda last: Bookmark(last.created_at, last.contact_id),
            )
            items = [
                replace(
                    each,
                    contact=await self._contacts.seen(
                        transaction, organisation_id, each.contact_id
                    ),
                )
                for each in found.items
            ]
        return Page(items, found.after)


async def _note(
    transaction: Transaction, caller: Caller, action: Action, id: ContactId, reason: str
) -> None:
    entry = Entry(
        action=action,
        actor=caller.actor,
        target=f"contact_point:{id}",
        details={"reason": reason.strip()},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
