"""Counting calls, hour by hour, and telling what they came to.

What was counted stands in place of what was counted before, so it does no harm if somebody dies in
the middle. Calls go after a while; their figures stay.
"""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from watchword.features.calls.figures.rules import (
    CallReport,
    Kind,
    Told,
    is_over,
    kind_of,
    next_count,
    report,
)
from watchword.features.calls.figures.store import HOURS, CallFigureStore
from watchword.features.figures.counting.rules import Place
from watchword.features.figures.counting.service import count_next
from watchword.features.figures.rules import Span, window
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage

BITE = 200
"""Calls that are read at once, each with a dozen lines. More would keep others waiting."""


class CallFigures:
    def __init__(self, *, storage: Storage, bite: int = BITE) -> None:
        self._storage = storage
        self._bite = bite

    async def report(
        self, organisation_id: OrganisationId, span: Span, profile_id: UUID | None = None
    ) -> CallReport:
        """Say what calls came to, all of them or those of one line."""
        async with self._storage.reading(organisation_id) as transaction:
            frame = window(span, transaction.now())
            sums = await CallFigureStore(transaction, organisation_id).sums(frame, profile_id)
        return report(span, frame, sums)

    async def turn(self) -> bool:
        """Count an hour that is due, or find out which are; say whether there was any."""
        return await count_next(self._storage, HOURS, self.count)

    async def count(self, place: Place) -> None:
        """Count an hour from its beginning, and keep what it came to."""
        counts = await self._counted(place)
        async with self._storage.begin(place.organisation_id) as transaction:
            store = CallFigureStore(transaction, place.organisation_id)
            await store.save(place.hour, counts)
            due_at = next_count(place.hour, sum(counts.values()), transaction.now())
            await store.settle(place.hour, due_at)

    async def _counted(self, place: Place) -> Mapping[Kind, int]:
        counts: Counter[Kind] = Counter()
        last: Told | None = None
        while True:
            async with self._storage.reading(place.organisation_id) as transaction:
                store = CallFigureStore(transaction, place.organisation_id)
                some = await store.calls(place.hour, last, self._bite)
                # What has not ended by then was never ended by anybody.
                all_of_them = is_over(place.hour, transaction.now())
            counts.update(kind_of(call) for call, has_ended in some if has_ended or all_of_them)
            if len(some) < self._bite:
                return counts
            last = some[-1][0]
