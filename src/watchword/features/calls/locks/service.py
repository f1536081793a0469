"""What happens when somebody fails to show who they are: it counts, and too many lock."""

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.calls.locks.rules import Count, Strictness, as_of, failed, is_forgiven
from watchword.features.calls.locks.store import LockStore, LockSweep
from watchword.features.clients.rules import Caller
from watchword.features.cores.rules import FindBy
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

COLUMN = "call_locks.number"
USUAL = Strictness()

log = structlog.get_logger()


class Locks:
    def __init__(self, *, storage: Storage, organisations: Organisations) -> None:
        self._storage = storage
        self._organisations = organisations

    async def of(
        self,
        transaction: Transaction,
        caller: Caller,
        by: FindBy,
        value: Secret,
        strictness: Strictness = USUAL,
    ) -> Count:
        index = await self._index(transaction, caller, by, value)
        count = await LockStore(transaction, caller.organisation.id).get(index)
        return as_of(count, transaction.now(), strictness)

    async def fail(
        self,
        transaction: Transaction,
        caller: Caller,
        by: FindBy,
        value: Secret,
        strictness: Strictness = USUAL,
    ) -> None:
        """Count a failure; the one that is too much is noted in the audit, without whose it is."""
        index = await self._index(transaction, caller, by, value)
        store = LockStore(transaction, caller.organisation.id)
        now = transaction.now()
        before = as_of(await store.hold(index), now, strictness)
        after = failed(before, now, strictness.most)
        await store.save(index, after, now)
        if after.is_locked and not before.is_locked:
            entry = Entry(action=Action.CALLER_LOCKED, actor=caller.actor, target=f"caller:{by}")
            await AuditStore(transaction, caller.organisation.id).add(entry)
            log.warning("caller.locked", by=by)

    async def forgive(
        self, transaction: Transaction, caller: Caller, by: FindBy, value: Secret
    ) -> None:
        """Forget what has failed before, now that it was them."""
        index = await self._index(transaction, caller, by, value)
        store = LockStore(transaction, caller.organisation.id)
        if is_forgiven(await store.get(index)):
            await store.drop(index)

    async def lift(self, caller: Caller, by: FindBy, value: Secret, reason: str) -> bool:
        """Let somebody try again, as staff have decided; say whether they were locked."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            index = await self._index(transaction, caller, by, value)
            store = LockStore(transaction, caller.organisation.id)
            before = await store.hold(index)
            await store.drop(index)
            if before.is_locked:
                entry = Entry(
                    action=Action.CALLER_UNLOCKED,
                    actor=caller.actor,
                    target=f"caller:{by}",
                    details={"reason": reason},
                )
                await AuditStore(transaction, caller.organisation.id).add(entry)
        return before.is_locked

    async def forget(self, most: int) -> int:
        """Drop counts of whoever has not failed again for long."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await LockSweep(transaction).forget(most)

    async def _index(
        self, transaction: Transaction, caller: Caller, by: FindBy, value: Secret
    ) -> bytes:
        keys = await self._organisations.keys(transaction, caller.organisation.id)
        return keys.blind(COLUMN, f"{by}:{value.reveal()}")
