"""What happens when somebody fails to show who they are: it counts, and too many lock."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.calls.locks.rules import (
    Count,
    Sought,
    as_of,
    failed,
    is_forgiven,
    names_of,
    taken_back,
)
from watchword.features.calls.locks.store import LockStore, LockSweep
from watchword.features.clients.rules import Caller as Client
from watchword.features.organisations.service import Organisations
from watchword.features.pins.kept.rules import Locking
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage, Transaction

COLUMN = "call_locks.number"

log = structlog.get_logger()


class Locks:
    def __init__(self, *, storage: Storage, organisations: Organisations) -> None:
        self._storage = storage
        self._organisations = organisations

    async def of(
        self,
        transaction: Transaction,
        client: Client,
        sought: Sought,
        locking: Locking,
    ) -> Count:
        """Give the count of whoever it may be: of several the one that is the furthest."""
        store, now = LockStore(transaction, client.organisation.id), transaction.now()
        counts = [
            as_of(await store.get(index), now, locking)
            for index in await self._indexes(transaction, client, sought)
        ]
        return max(counts, key=lambda each: (each.is_locked, each.in_a_row))

    async def charge(
        self,
        transaction: Transaction,
        client: Client,
        sought: Sought,
        locking: Locking,
    ) -> bool:
        """Count a guess that is about to be judged, unless too many have failed: then it is not to
        be. The one that is the last is noted in the audit, without whose it is."""
        store, now = LockStore(transaction, client.organisation.id), transaction.now()
        indexes = await self._indexes(transaction, client, sought)
        counts = [as_of(await store.hold(index), now, locking) for index in indexes]
        if any(each.is_locked for each in counts):
            return False
        after = [failed(each, now, locking.after) for each in counts]
        for index, count in zip(indexes, after, strict=True):
            await store.save(index, count, now)
        if any(each.is_locked for each in after):
            entry = Entry(action=Action.CALLER_LOCKED, actor=client.actor, target=_target(sought))
            await AuditStore(transaction, client.organisation.id).add(entry)
            log.warning("caller.locked", by=sought.by)
        return True

    async def take_back(
        self,
        transaction: Transaction,
        client: Client,
        sought: Sought,
        locking: Locking,
    ) -> None:
        """Count one guess less: it was right, or nobody could judge it."""
        store, now = LockStore(transaction, client.organisation.id), transaction.now()
        for index in await self._indexes(transaction, client, sought):
            before = await store.hold(index)
            await store.save(index, taken_back(before, locking.after), before.last_at or now)

    async def forgive(self, transaction: Transaction, client: Client, sought: Sought) -> None:
        """Forget what has failed before, now that it was them."""
        store, now = LockStore(transaction, client.organisation.id), transaction.now()
        for index in await self._indexes(transaction, client, sought):
            if is_forgiven(await store.hold(index)):
                await store.save(index, Count(), now)

    async def lift(self, client: Client, sought: Sought, reason: str) -> bool:
        """Let somebody try again, however they are looked up; say whether they were locked."""
        async with self._storage.begin(client.organisation.id) as transaction:
            store, now = LockStore(transaction, client.organisation.id), transaction.now()
            was_locked = False
            # The number, too: it may have been nobody's when it was locked.
            for each in (sought, replace(sought, found=())) if sought.found else (sought,):
                for index in await self._indexes(transaction, client, each):
                    was_locked |= (await store.hold(index)).is_locked
                    await store.save(index, Count(), now)
            if was_locked:
                entry = Entry(
                    action=Action.CALLER_UNLOCKED,
                    actor=client.actor,
                    target=_target(sought),
                    details={"reason": reason},
                )
                await AuditStore(transaction, client.organisation.id).add(entry)
        return was_locked

    async def forget(self, most: int) -> int:
        """Drop counts of whoever has not failed again for long."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await LockSweep(transaction).forget(most)

    async def _indexes(
        self, transaction: Transaction, client: Client, sought: Sought
    ) -> Sequence[bytes]:
        organisation = client.organisation
        keys = await self._organisations.keys(transaction, organisation.id)
        return [keys.blind(COLUMN, name) for name in names_of(sought, organisation.country)]


def _target(sought: Sought) -> str:
    return f"caller:{sought.by}"
