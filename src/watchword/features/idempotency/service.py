"""What happens to a request with a key: it is done once, and answered as often as asked."""

from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Any, TypeVar

from watchword.features.idempotency.rules import Once, OtherBody, Worded, reread, written
from watchword.features.idempotency.store import RequestStore, RequestSweep
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage, Transaction

Outcome = TypeVar("Outcome", bound=Worded)


class Requests:
    def __init__(self, *, storage: Storage, sealer: Sealer) -> None:
        self._storage = storage
        self._sealer = sealer

    async def once(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        once: Once | None,
        kinds: Collection[type[Any]],
        work: Callable[[], Awaitable[Outcome]],
    ) -> Outcome | OtherBody:
        """Do the work, or give what came of it before.

        Only outcomes of these `kinds` are kept. A refusal is not: what is refused now may be
        granted to the same request later.
        """
        if once is None:
            return await work()
        store = RequestStore(transaction, organisation_id, self._sealer)
        earlier = await store.take(once)
        if isinstance(earlier, OtherBody):
            return earlier
        if earlier is not None:
            again: Outcome = reread(earlier, kinds)
            return again
        outcome = await work()
        if type(outcome) in kinds:
            await store.keep(once, written(outcome))
        return outcome

    async def age(
        self, transaction: Transaction, organisation_id: OrganisationId, by: timedelta
    ) -> None:
        """Let time pass for what was answered before."""
        await RequestStore(transaction, organisation_id, self._sealer).age(by)

    async def forget(self, most: int) -> int:
        """Let go of answers that are older than a day, and count them."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await RequestSweep(transaction).forget(most)
