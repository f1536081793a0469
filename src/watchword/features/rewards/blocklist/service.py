"""What happens to the list of those who may not redeem: they are put on it, and taken off."""

from dataclasses import replace
from datetime import datetime

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.contacts.service import Contacts
from watchword.features.rewards.blocklist.rules import InThePast, NotByThat, RedeemingBlock
from watchword.features.rewards.blocklist.store import RedeemingBlockStore
from watchword.features.staff.rules import Reasonless, find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction


class Blocklist:
    def __init__(self, *, storage: Storage, contacts: Contacts) -> None:
        self._storage = storage
        self._contacts = contacts

    async def add(
        self, caller: Caller, contact: Contact, until: datetime | None, reason: str
    ) -> RedeemingBlock | InThePast | NotByThat | Reasonless:
        """Let nobody redeem who is reached there, whether they are a customer yet or not."""
        if fault := find_fault_of_reason(reason):
            return fault
        if contact.kind is ContactKind.POST:
            return NotByThat()
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            now = transaction.now()
            if until is not None and until <= now:
                return InThePast()
            block = RedeemingBlock(
                contact_id=await self._contacts.recognise(transaction, whose, contact),
                contact=contact,
                until=until,
                reason=reason.strip(),
                made_by=caller.actor,
                created_at=now,
            )
            await RedeemingBlockStore(transaction, whose).put(block)
            await _note(transaction, caller, Action.REDEEMER_BLOCKED, block.contact_id, reason)
        return block

    async def lift(self, caller: Caller, id: ContactId, reason: str) -> Reasonless | None:
        if fault := find_fault_of_reason(reason):
            return fault
        async with self._storage.begin(caller.organisation.id) as transaction:
            if not await RedeemingBlockStore(transaction, caller.organisation.id).drop(id):
                raise NotFound("block")
            await _note(transaction, caller, Action.REDEEMER_UNBLOCKED, id, reason)
        return None

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
