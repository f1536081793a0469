"""What happens when somebody asks what waits: it is looked up, though not for everybody anew."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Generic, TypeVar

from watchword.features.census.figures.rules import Figures
from watchword.features.census.figures.store import OwnerCensus, SchemaCensus, WaitingCensus
from watchword.features.organisations.store import OrganisationCensus
from watchword.foundation.errors import WatchwordError
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage

Found = TypeVar("Found")

FRESH_FOR = 5.0  # seconds
WITHIN = 3.0  # likewise; whoever asks has little time


class Standing:
    """Needs no key. However many ask at once, the database is asked once in a while."""

    def __init__(self, *, storage: Storage, seconds: Callable[[], float] = time.monotonic) -> None:
        self._storage = storage
        self._figures = _Kept(self._look, seconds)
        self._roots = _Kept(self._look_at_roots, seconds)

    async def figures(self) -> Figures | None:
        """Give what waits; nothing, if the database does not say it in time."""
        return await self._figures.get()

    async def schema(self) -> str | None:
        """Give how far the schema is, if the database says so."""
        try:
            async with asyncio.timeout(WITHIN), self._storage.reading() as transaction:
                return await SchemaCensus(transaction).version()
        except (WatchwordError, TimeoutError):
            return None

    async def owned(self) -> Collection[OrganisationId]:
        """Give the organisations that have an owner who may sign in."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await OwnerCensus(transaction).owned()

    async def root_versions(self) -> Collection[int] | None:
        """Give the versions of the root key that something rests under."""
        return await self._roots.get()

    async def _look(self) -> Figures:
        async with self._storage.reading(EVERYWHERE) as transaction:
            census = WaitingCensus(transaction)
            return Figures(
                lanes=await census.messages(),
                webhooks=await census.webhooks(),
                unsealed=await census.unsealed(),
                uncopied=await census.uncopied(),
                swept_at=await census.swept_at(),
            )

    async def _look_at_roots(self) -> Collection[int]:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return {*await OrganisationCensus(transaction).by_root_key()}


class _Kept(Generic[Found]):
    """What was looked up, for a while; and one who looks, while others wait for what he finds."""

    def __init__(self, look: Callable[[], Awaitable[Found]], seconds: Callable[[], float]) -> None:
        self._look = look
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._found: Found | None = None
        self._looked_at = float("-inf")

    async def get(self) -> Found | None:
        async with self._turn:
            if self._seconds() - self._looked_at >= FRESH_FOR:
                self._found = await self._try()
                self._looked_at = self._seconds()
            return self._found

    async def _try(self) -> Found | None:
        try:
            async with asyncio.timeout(WITHIN):
                return await self._look()
        except (WatchwordError, TimeoutError):
            return None
