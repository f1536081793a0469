"""What happens when two customers are one person: one stays, and has what both had.

The name of the other goes with their key: what staff saw when they decided stands nowhere twice.
Their id answers for good, with the one who stays.
"""

from collections.abc import Sequence
from dataclasses import replace

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.service import Contacts
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.desk import Desk
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.merges.rules import gone_into, kept
from watchword.features.customers.ports import Hears
from watchword.features.customers.rules import (
    Customer,
    CustomerId,
    NotMerged,
    NotThemselves,
    target_of,
)
from watchword.features.customers.store import SealedCustomer
from watchword.features.organisations.service import Organisations
from watchword.features.staff.rules import find_fault_of_reason
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


class Merges:
    def __init__(
        self, *, organisations: Organisations, contacts: Contacts, listeners: Sequence[Hears]
    ) -> None:
        self._organisations = organisations
        self._contacts = contacts
        self._listeners = listeners

    async def merge(
        self,
        transaction: Transaction,
        caller: Caller,
        kept_id: CustomerId,
        merged_id: CustomerId,
        reason: str,
    ) -> Customer | NotMerged:
        if fault := find_fault_of_reason(reason):
            return fault
        whose = caller.organisation.id
        desk = Desk(transaction, whose, self._organisations, self._contacts)
        held = await self._hold(desk, kept_id, merged_id)
        if isinstance(held, NotThemselves):
            return held
        (one, one_sealed), (other, other_sealed) = held
        now = transaction.now()
        await self._hand_over(transaction, whose, one.id, other.id, caller.actor)
        await desk.customers.save(await desk.reseal(one_sealed, kept(one, other, now)))
        entry = Entry(
            action=Action.CUSTOMER_MERGED,
            actor=caller.actor,
            target=target_of(one.id),
            details={"merged": target_of(other.id), "reason": reason.strip()},
        )
        await AuditStore(transaction, whose).add(entry)
        customer = await desk.get(one.id)
        for listener in self._listeners:
            await listener.merged(transaction, caller, customer, other)
        # Last, for listeners open what is locked with the key of the other.
        await desk.customers.empty(replace(other_sealed, customer=gone_into(one, other, now)))
        await desk.customers.lead_on(other.id, one.id)
        return customer

    async def _hold(
        self, desk: Desk, kept_id: CustomerId, merged_id: CustomerId
    ) -> "tuple[_Held, _Held] | NotThemselves":
        """Hold both in one order, so that two who merge the same do not wait for each other."""
        held: dict[CustomerId, _Held] = {}
        for id in sorted((kept_id, merged_id), key=str):
            held[id] = await desk.hold(id)
        one, other = held[kept_id], held[merged_id]
        return NotThemselves() if one[0].id == other[0].id else (one, other)

    async def _hand_over(
        self,
        transaction: Transaction,
        whose: OrganisationId,
        kept_id: CustomerId,
        merged_id: CustomerId,
        actor: str,
    ) -> None:
        """Give one what the other has: contact points, accounts, and open questions."""
        desk = Desk(transaction, whose, self._organisations, self._contacts)
        await desk.reached.unite(kept_id, merged_id)
        await AccountStore(transaction, whose).hand_over(kept_id, merged_id)
        duplicates = DuplicateStore(transaction, whose)
        await duplicates.merged(kept_id, merged_id, actor)
        await duplicates.hand_over(kept_id, merged_id)


_Held = tuple[Customer, SealedCustomer]
