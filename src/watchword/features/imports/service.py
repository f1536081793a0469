"""What happens to the rows of a file: batch by batch they are kept, or tried and not kept.

Each batch is kept as a whole, with a line in the audit. A file that was broken off is run again:
what is known is let be.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import aclosing, closing, suppress
from typing import TypeVar
from uuid import UUID

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.imports.ahead.service import Recipe, made_ahead
from watchword.features.imports.batches import Batch, Batches, Unread
from watchword.features.imports.columns import Plan
from watchword.features.imports.intake.service import Intake, Taken
from watchword.features.imports.intake.store import Tried
from watchword.features.imports.ports import Hear, ReachedAt
from watchword.features.imports.rows import House
from watchword.features.imports.rules import NOTHING_YET, Progress, Unready, find_fault
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.aside import another_process
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import ConstraintViolated, Storage, StorageConflict, Transaction

AT_ONCE = 500
"""Rows of one batch, where nobody else waits for the process. On SQLite nobody else can write until
it is kept: for some tenth of a second."""
BREATH = 0.005
"""Seconds between two batches, in which whoever has waited to write comes to do it."""
TRIES = 3
"""Two imports may meet at one contact point; whoever is later looks again."""

Kept = TypeVar("Kept")


class Imports:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        intake: Intake,
        locales: Sequence[str],
        reached_at: ReachedAt,
        aside: Callable[[], Executor] = another_process,
    ) -> None:
        """`aside`: who makes the rows of a long file ready, while others are kept."""
        self._storage = storage
        self._organisations = organisations
        self._aside = aside
        self._intake = intake
        self._locales = locales
        self._reached_at = reached_at

    async def run(
        self,
        caller: Caller,
        pieces: Iterable[bytes],
        plan: Plan,
        hear: Hear,
        *,
        is_trial: bool,
        vouches: bool = False,
        id: UUID | None = None,
    ) -> Progress | Unready:
        """Take a file in at once, or only try it. `id`: what the ledger calls it."""
        if fault := find_fault(plan):
            return fault
        target, progress = Noun.IMPORT.of(id or new_id()), NOTHING_YET
        recipe = await self.recipe(caller.organisation, plan, is_trial=is_trial)
        file = _all(Batches(most=AT_ONCE), pieces)
        ahead = made_ahead(recipe, file, self._aside)
        async with aclosing(ahead) as batches:
            with closing(Tried()) as tried:
                async for batch in batches:
                    if is_trial:
                        taken = await self._attempt(caller, batch, tried)
                    else:
                        taken = await self._take(caller, batch, target, vouches=vouches)
                        await asyncio.sleep(BREATH)
                    progress = progress.and_(counted(batch, taken))
                    hear(progress, [*batch.refusals, *taken.refusals])
        return progress

    async def take(
        self,
        transaction: Transaction,
        caller: Caller,
        batch: Batch,
        target: str,
        *,
        vouches: bool,
    ) -> Taken:
        """Keep what is new of a batch, in the transaction of whoever notes how far they are."""
        whose = caller.organisation.id
        own = await self._reached_at(transaction, whose, caller.actor)
        taken = await self._intake.take(transaction, caller, batch.rows, vouches=vouches, own=own)
        if taken.kept or taken.agreed:
            entry = Entry(
                action=Action.CUSTOMERS_IMPORTED,
                actor=caller.actor,
                target=target,
                details={
                    "from_line": batch.first_line,
                    "kept": taken.kept,
                    "verified": taken.verified,
                    "agreed": taken.agreed,
                },
            )
            await AuditStore(transaction, whose).add(entry)
        return taken

    async def attempt(
        self, transaction: Transaction, whose: OrganisationId, batch: Batch, tried: Tried
    ) -> Taken:
        return await self._intake.attempt(transaction, whose, batch.rows, tried)

    def announce(self, whose: OrganisationId, taken: Taken) -> None:
        """Tell whoever hears of what a batch has brought, once it is durable."""
        if taken.agreed:
            self._intake.announce(whose)

    async def recipe(self, organisation: Organisation, plan: Plan, *, is_trial: bool) -> Recipe:
        """Say how the rows of a file are made ready."""
        async with self._storage.reading(organisation.id) as transaction:
            keys = await self._organisations.keys(transaction, organisation.id)
        now = self._storage.now()
        house = House(
            country=organisation.country,
            locales=self._locales,
            day=now.date(),
            moment=now,
        )
        return Recipe(
            plan=plan, house=house, keys=keys, locale=organisation.locale, is_trial=is_trial
        )

    async def _take(self, caller: Caller, batch: Batch, target: str, *, vouches: bool) -> Taken:
        async def keep() -> Taken:
            async with self._storage.begin(caller.organisation.id) as transaction:
                return await self.take(transaction, caller, batch, target, vouches=vouches)

        taken = await looked_again(keep)
        self.announce(caller.organisation.id, taken)
        return taken

    async def _attempt(self, caller: Caller, batch: Batch, tried: Tried) -> Taken:
        async with self._storage.reading(caller.organisation.id) as transaction:
            return await self.attempt(transaction, caller.organisation.id, batch, tried)


async def looked_again(keep: Callable[[], Awaitable[Kept]]) -> Kept:
    """Keep a batch; where somebody else came first, look again, `TRIES` times in all."""
    for _ in range(TRIES - 1):
        with suppress(ConstraintViolated, StorageConflict):
            return await keep()
    return await keep()


def counted(batch: Batch, taken: Taken) -> Progress:
    return Progress(
        read=batch.count,
        kept=taken.kept,
        known=taken.known,
        refused=len(batch.refusals) + len(taken.refusals),
        verified=taken.verified,
        agreed=taken.agreed,
    )


def _all(reading: Batches, pieces: Iterable[bytes]) -> Iterator[Unread]:
    for piece in pieces:
        yield from reading.feed(piece)
    yield from reading.end()
