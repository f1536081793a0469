"""How hours are counted: in small bites, from what is kept, and never while a code is asked for.

What was counted stands in place of what was counted before. So it does no harm if somebody dies
in the middle, or if two count the same hour.
"""

from collections.abc import Awaitable, Callable

from watchword.features.figures.counting.rules import Hours, Place, has_settled, merged, next_count
from watchword.features.figures.counting.store import HOURS, Begun, Code, CountedStore, HourLanes
from watchword.features.figures.rules import Lines, added, counted
from watchword.features.figures.store import FiguresStore
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage

BITE = 500
"""Rows that are read at once. More would keep others waiting."""


class Counting:
    def __init__(self, *, storage: Storage, currency: str | None, bite: int = BITE) -> None:
        """`currency`: that of the price list, if there is one."""
        self._storage = storage
        self._currency = currency
        self._bite = bite

    async def turn(self) -> bool:
        """Count an hour that is due, or find out which are; say whether there was any."""
        return await count_next(self._storage, HOURS, self.count)

    async def count(self, place: Place) -> None:
        """Count an hour from its beginning, and keep what it came to."""
        whose, hour = place.organisation_id, place.hour
        lines, codes = await self._codes(place)
        lines = added(lines, await self._starts(place))
        async with self._storage.begin(whose) as transaction:
            now, store = transaction.now(), FiguresStore(transaction, whose)
            after = merged(await store.of(hour), lines, has_settled=has_settled(hour, now))
            await store.save(hour, after, self._currency)
            due_at = next_count(hour, codes, now)
            await CountedStore(transaction, whose).settle(hour, codes, due_at)

    async def _codes(self, place: Place) -> tuple[Lines, int]:
        """Count codes by what became of their messages; and say how many there were."""
        lines: Lines = {}
        codes, last = 0, None
        while True:
            async with self._storage.reading(place.organisation_id) as transaction:
                store = CountedStore(transaction, place.organisation_id)
                some: list[Code] = [*await store.codes(place.hour, last, self._bite)]
            for code in some:
                lines = added(lines, counted(code.trips, is_verified=code.is_verified))
            codes += len(some)
            if len(some) < self._bite:
                return lines, codes
            last = some[-1]

    async def _starts(self, place: Place) -> Lines:
        """Add up what messages cost, and how many were blocked, as the guard wrote it down."""
        lines: Lines = {}
        last = None
        while True:
            async with self._storage.reading(place.organisation_id) as transaction:
                store = CountedStore(transaction, place.organisation_id)
                some: list[Begun] = [*await store.starts(place.hour, last, self._bite)]
            for begun in some:
                lines = added(lines, begun.lines)
            if len(some) < self._bite:
                return lines
            last = some[-1]


async def count_next(
    storage: Storage, hours: Hours, count: Callable[[Place], Awaitable[None]]
) -> bool:
    """Count an hour that is due, or find out which are; say whether there was any."""
    async with storage.begin(EVERYWHERE) as transaction:
        lanes = HourLanes(transaction, hours)
        place = await lanes.take()
        found = 0 if place else await lanes.discover()
    if place is not None:
        await count(place)
    return place is not None or found > 0
