"""What happens when a worker takes an import: it goes on where the last one stood, batch by batch.

Rows, what was refused of them, and how far the file is read are kept in one transaction.
"""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

import structlog

from watchword.features.audit.rules import Action, Noun
from watchword.features.imports.ahead.service import made
from watchword.features.imports.batches import Batch, Batches, Spot
from watchword.features.imports.files import packed
from watchword.features.imports.intake.store import Tried
from watchword.features.imports.rules import NOTHING_YET
from watchword.features.imports.service import Imports, counted, looked_again
from watchword.features.imports.uploads.rules import (
    LEASE,
    PART_BYTES,
    Import,
    PartKind,
    State,
    ended,
    handed_back,
)
from watchword.features.imports.uploads.service import note
from watchword.features.imports.uploads.store import (
    ImportLanes,
    ImportStore,
    OpenPartStore,
    PartStore,
)
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage

AT_ONCE = 100
"""Rows of one batch. On SQLite everybody waits while one is kept: some hundredths of a second."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Importer:
    """Whoever started an import, while a worker goes on with it."""

    actor: str
    organisation: Organisation


class Working:
    def __init__(
        self, *, storage: Storage, organisations: Organisations, imports: Imports, sealer: Sealer
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._imports = imports
        self._sealer = sealer

    async def advance(self, goes_on: Callable[[], bool]) -> bool:
        """Work at an import that waits, until it is over or for as long as it `goes_on`; say
        whether there was one."""
        claimed = await self._claim()
        if claimed is None:
            return False
        job, caller = claimed
        with closing(Tried()) as tried:
            hands = _Hands(tried, self._storage, self._imports, self._sealer)
            await _OneFile(job, caller, hands).read(goes_on)
        return True

    async def _claim(self) -> tuple[Import, Importer] | None:
        """Take an import at which nobody works. A trial begins anew: what it has learnt is gone."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            now = transaction.now()
            found = await ImportLanes(transaction).next(now - LEASE)
            if found is None:
                return None
            whose, id = found
            store = ImportStore(transaction, whose)
            job = await store.get(id)
            if job is None:
                return None
            if job.state is State.CHECKING:
                job = replace(job, progress=NOTHING_YET, place=0, line=1)
                await PartStore(transaction, whose, id).drop(PartKind.REFUSED)
            job = replace(job, touched_at=now)
            await store.save(job)
            organisation = await self._organisations.read(transaction, whose)
        return job, Importer(job.started_by, organisation)


@dataclass(frozen=True, slots=True)
class _Hands:
    """What somebody works with who reads a file."""

    tried: Tried
    storage: Storage
    imports: Imports
    sealer: Sealer


class _OneFile:
    """One file, while one worker reads it."""

    def __init__(self, job: Import, caller: Importer, hands: _Hands) -> None:
        self._job = job
        self._caller = caller
        self._whose = caller.organisation.id
        self._tried, self._storage = hands.tried, hands.storage
        self._imports, self._sealer = hands.imports, hands.sealer

    async def read(self, goes_on: Callable[[], bool]) -> None:
        job, since = self._job, None
        if job.place:
            since = Spot(place=job.place, line=job.line, dialect=job.dialect)
        recipe = await self._imports.recipe(
            self._caller.organisation, job.plan, is_trial=job.state is State.CHECKING
        )
        reading = Batches(most=AT_ONCE, since=since)
        position, offset = divmod(job.place, PART_BYTES)
        while True:
            part = await self._part(position)
            for unread in reading.end() if part is None else reading.feed(part[offset:]):
                if not goes_on():
                    await self._save(handed_back(self._job))
                    return
                if not await self._keep(made(recipe, unread)):
                    return
                await asyncio.sleep(0)
            if part is None:
                await self._finish()
                return
            position, offset = position + 1, 0

    async def _part(self, position: int) -> bytes | None:
        async with self._storage.reading(self._whose) as transaction:
            parts = OpenPartStore(transaction, self._whose, self._job.id, self._sealer)
            return await parts.get(PartKind.SOURCE, position)

    async def _keep(self, batch: Batch) -> bool:
        """Keep a batch; say whether the import is still ours."""
        return await looked_again(partial(self._try_to_keep, batch))

    async def _try_to_keep(self, batch: Batch) -> bool:
        job, caller, imports = self._job, self._caller, self._imports
        is_trial = job.state is State.CHECKING
        async with self._storage.begin(self._whose) as transaction:
            store = ImportStore(transaction, self._whose)
            if not _is_same(await store.hold(job.id), job):
                return False
            if is_trial:
                taken = await imports.attempt(transaction, self._whose, batch, self._tried)
            else:
                target = Noun.IMPORT.of(job.id)
                taken = await imports.take(transaction, caller, batch, target, vouches=job.vouches)
            after = replace(
                job,
                place=batch.spot.place,
                line=batch.spot.line,
                dialect=batch.spot.dialect,
                progress=job.progress.and_(counted(batch, taken)),
                touched_at=transaction.now(),
            )
            await store.save(after)
            if refused := sorted([*batch.refusals, *taken.refusals], key=lambda one: one.line):
                parts = OpenPartStore(transaction, self._whose, job.id, self._sealer)
                await parts.append(PartKind.REFUSED, packed(refused))
        self._job = after
        if not is_trial:
            imports.announce(self._whose, taken)
        return True

    async def _finish(self) -> None:
        job = self._job
        async with self._storage.begin(self._whose) as transaction:
            store = ImportStore(transaction, self._whose)
            if not _is_same(await store.hold(job.id), job):
                return
            after = ended(job, transaction.now())
            await store.save(after)
            if after.state is State.DONE:
                # The file has done its work; what was refused of it is still to be fetched.
                await PartStore(transaction, self._whose, job.id).drop(PartKind.SOURCE)
                counts = {"read": job.progress.read, "kept": job.progress.kept}
                await note(transaction, self._caller, Action.IMPORT_ENDED, job.id, **counts)
        log.info("import.read", import_id=str(job.id), state=after.state, rows=job.progress.read)

    async def _save(self, job: Import) -> None:
        async with self._storage.begin(self._whose) as transaction:
            store = ImportStore(transaction, self._whose)
            if _is_same(await store.hold(job.id), job):
                await store.save(job)


def _is_same(held: Import | None, job: Import) -> bool:
    """Say whether nobody has dropped an import, or gone on with it, since it was read."""
    return held is not None and held.state is job.state and held.place == job.place
