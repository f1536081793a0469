"""What is asked of figures: what a span came to. Counting happens behind the doors."""

from watchword.features.figures.rules import Report, Span, report, window
from watchword.features.figures.store import FiguresStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage


class Figures:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def report(self, organisation_id: OrganisationId, span: Span) -> Report:
        """Say what a span came to, as far as it has been counted."""
        async with self._storage.reading(organisation_id) as transaction:
            frame = window(span, transaction.now())
            sums = await FiguresStore(transaction, organisation_id).sums(frame)
        return report(span, frame, sums)
