"""Reading calls, and letting go of those of which nothing more comes."""

from collections.abc import Sequence

from watchword.features.calls.log import LogLine
from watchword.features.calls.rules import Call, CallId
from watchword.features.calls.store import CallStore, CallSweep
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage


class CallRegister:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[Call]:
        """Give calls, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await CallStore(transaction, organisation_id).page(after, most + 1)
            return page_of(found, most, lambda call: Bookmark(call.started_at, call.id))

    async def get(self, organisation_id: OrganisationId, id: CallId) -> Call:
        async with self._storage.reading(organisation_id) as transaction:
            return await _found(CallStore(transaction, organisation_id), id)

    async def story(
        self, organisation_id: OrganisationId, id: CallId
    ) -> tuple[Call, Sequence[LogLine]]:
        """Give a call, and what happened in it so far."""
        async with self._storage.reading(organisation_id) as transaction:
            store = CallStore(transaction, organisation_id)
            return await _found(store, id), await store.lines(id)

    async def expire(self, most: int) -> int:
        """End calls of which nothing more came, and let go of what was heard in them."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await CallSweep(transaction).end_silent(most)

    async def forget(self, most: int) -> int:
        """Let go of the last answers of calls that are over."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await CallSweep(transaction).forget(most)


async def _found(store: CallStore, id: CallId) -> Call:
    call = await store.get(id)
    if call is None:
        raise NotFound("call")
    return call
