"""How attempts end, written down for many at once.

Those that end while others are being written down share the next transaction. So a campaign needs
few of them, and a code that is sent alone waits for nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchword.features.delivery.desk import Writers, news_of
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import (
    News,
    Next,
    Queued,
    SendOutcome,
    Withdrawn,
    settle,
)
from watchword.features.delivery.store import MessageStore
from watchword.features.organisations.rules import Mode
from watchword.foundation.gathering import Gathering
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that has come to its end."""

    queued: Queued
    outcome: SendOutcome | Withdrawn
    knows_repeats: bool
    chance: float


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a message, and what its writer hears of that."""

    after: Next
    news: News


class Settling:
    def __init__(self, *, storage: Storage, routes: Routes, writers: Writers) -> None:
        self._storage = storage
        self._routes = routes
        self._writers = writers
        self._together = Gathering(self._settle)

    async def settle(self, ended: Ended) -> Settled | None:
        """Write down how an attempt ended; nothing, if its lease ran out and others took over."""
        return await self._together.ask(ended.queued.organisation_id, ended)

    async def _settle(
        self, whose: OrganisationId, ended: Sequence[Ended]
    ) -> Sequence[Settled | None]:
        async with self._storage.begin(whose) as transaction:
            now = transaction.now()
            pairs = [(each.queued, self._next(each, now)) for each in ended]
            were_ours = await MessageStore(transaction, whose).settle_many(pairs)
            settled = [
                Settled(after, news_of(queued, after)) if is_ours else None
                for (queued, after), is_ours in zip(pairs, were_ours, strict=True)
            ]
            await self._writers.note(transaction, [each.news for each in settled if each])
        return settled

    def _next(self, ended: Ended, now: datetime) -> Next:
        return settle(
            ended.queued,
            ended.outcome,
            knows_repeats=ended.knows_repeats,
            ways=self._routes.ways(Mode.LIVE, ended.queued.channel),
            chance=ended.chance,
            now=now,
        )
