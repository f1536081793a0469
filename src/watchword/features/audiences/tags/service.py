"""What happens to tags: customers get them and lose them, and they follow whom they are about."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from watchword.features.audiences.tags.rules import (
    KINDS_AT_MOST,
    BadTags,
    Retagged,
    Tag,
    find_fault_of_kinds,
    read_tags,
    retagged,
)
from watchword.features.audiences.tags.store import TagStore
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.customers.rules import Customer, CustomerId, CustomerState, target_of
from watchword.features.customers.service import Customers
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction


class Tags:
    def __init__(self, *, storage: Storage, customers: Customers) -> None:
        self._storage = storage
        self._customers = customers

    async def of(self, organisation_id: OrganisationId, id: CustomerId) -> Sequence[Tag]:
        """Give the tags of a customer; the id of one who was merged gives those of who has become
        of them."""
        async with self._storage.reading(organisation_id) as transaction:
            customer = await self._customers.get(transaction, organisation_id, id)
            return await TagStore(transaction, organisation_id).of(customer.id)

    async def of_some(
        self, organisation_id: OrganisationId, ids: Iterable[CustomerId]
    ) -> Mapping[CustomerId, Sequence[Tag]]:
        async with self._storage.reading(organisation_id) as transaction:
            return await TagStore(transaction, organisation_id).of_some(ids)

    async def kinds(self, organisation_id: OrganisationId) -> Sequence[Tag]:
        """Give all tags that somebody has."""
        async with self._storage.reading(organisation_id) as transaction:
            return await TagStore(transaction, organisation_id).kinds(KINDS_AT_MOST)

    async def set(
        self, caller: Caller, id: CustomerId, typed: Collection[str]
    ) -> Retagged | BadTags:
        """Let a customer have these tags, and no others. The ledger says how many have changed,
        and not which: they tell of a person."""
        wanted = read_tags(typed)
        if isinstance(wanted, BadTags):
            return wanted
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            customer = await self._customers.get(transaction, whose, id)
            if customer.state is not CustomerState.ACTIVE:
                raise NotFound("customer")
            store = TagStore(transaction, whose)
            outcome = retagged(await store.of(customer.id), wanted)
            if outcome.added:
                kinds = await store.kinds(KINDS_AT_MOST)
                if fault := find_fault_of_kinds(kinds, outcome.added):
                    return fault
            await store.add(customer.id, outcome.added)
            await store.drop(customer.id, outcome.removed)
            if outcome.added or outcome.removed:
                entry = Entry(
                    action=Action.CUSTOMER_TAGGED,
                    actor=caller.actor,
                    target=target_of(customer.id),
                    details={"added": len(outcome.added), "removed": len(outcome.removed)},
                )
                await AuditStore(transaction, whose).add(entry)
        return outcome

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None:
        """Tags stay as they are."""

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        await TagStore(transaction, caller.organisation.id).unite(kept.id, merged.id)

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None:
        await TagStore(transaction, caller.organisation.id).drop_all(id)
