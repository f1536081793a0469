"""What happens to files that were brought: they are kept sealed, tried, and taken in by a worker.

How far a file is read is kept together with its rows, so that whoever goes on after a break neither
misses one nor takes one twice.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from watchword.features.approvals.rules import Kind
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.imports.columns import Plan, recalled
from watchword.features.imports.files import look, read_headings, unpacked, written_headings
from watchword.features.imports.reading import Dialect
from watchword.features.imports.rows import Refusal
from watchword.features.imports.rules import NoTable, Sight
from watchword.features.imports.uploads.rules import (
    BYTES_AT_MOST,
    PART_BYTES,
    REPORTS_STAY,
    WAITS_FOR,
    Import,
    ImportId,
    MayNotVouch,
    NeedsApproval,
    NotNow,
    PartKind,
    Refused,
    State,
    TooLarge,
    begun,
    dropped,
    subject_of,
    tried,
)
from watchword.features.imports.uploads.store import (
    ImportLanes,
    ImportStore,
    OpenPartStore,
    PartStore,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage, Transaction

RECALLED = 20
"""Files, the newest, whose columns are known again."""


class Uploads:
    def __init__(self, *, storage: Storage, approvals: Approvals, sealer: Sealer) -> None:
        self._storage = storage
        self._approvals = approvals
        self._sealer = sealer

    async def receive(
        self, caller: Caller, pieces: AsyncIterator[bytes], name: str = ""
    ) -> Import | NoTable | TooLarge:
        """Keep a file, sealed, until it is taken in or a day has gone by.

        `name`: what it was called where it came from. It may name a person, so it is sealed, too.
        """
        whose, id = caller.organisation.id, ImportId(new_id())
        size, position, rest = 0, 0, bytearray()
        sight: Sight | NoTable | None = None
        async for piece in pieces:
            rest += piece
            size += len(piece)
            if size > BYTES_AT_MOST:
                await self._throw_away(whose, id)
                return TooLarge()
            while len(rest) >= PART_BYTES:
                part, rest = bytes(rest[:PART_BYTES]), rest[PART_BYTES:]
                sight = sight or look(part)
                await self._put(whose, id, position, part)
                position += 1
        sight = sight or look(bytes(rest))
        if isinstance(sight, NoTable):
            await self._throw_away(whose, id)
            return sight
        if rest:
            await self._put(whose, id, position, bytes(rest))
        return await self._brought(caller, id, sight, size, name)

    async def read(self, whose: OrganisationId, id: ImportId) -> tuple[Import, Sight]:
        """Give an import, and what its file shows; of one that is gone, the headings."""
        async with self._storage.reading(whose) as transaction:
            job = await ImportStore(transaction, whose).get(id)
            if job is None:
                raise NotFound("import")
            parts = OpenPartStore(transaction, whose, id, self._sealer)
            part = await parts.get(PartKind.SOURCE, 0)
            headings = await parts.get(PartKind.HEADINGS, 0)
        sight = NoTable() if part is None else look(part)
        if isinstance(sight, Sight):
            return job, sight
        return job, Sight(read_headings(headings or b"[]"), job.plan, ())

    async def page(self, whose: OrganisationId, after: Bookmark | None, most: int) -> Page[Import]:
        async with self._storage.reading(whose) as transaction:
            found = await ImportStore(transaction, whose).page(after, most + 1)
        return page_of(found, most, lambda job: Bookmark(job.started_at, job.id))

    async def check(self, caller: Caller, id: ImportId, plan: Plan) -> Import | Refused:
        """Try a file with columns as somebody has chosen them: all is read, nothing kept."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            job = await _held(transaction, caller, id)
            after = tried(replace(job, plan=plan))
            if isinstance(after, Import):
                await _restart(transaction, caller, after)
        return after

    async def start(
        self, caller: Caller, id: ImportId, plan: Plan, *, vouches: bool, may_vouch: bool
    ) -> Import | Refused:
        """Take a file in as it was tried: with another `plan` than then, it is tried anew instead.

        Whoever `vouches` says that its cards were verified where it says so.
        """
        if vouches and not may_vouch:
            return MayNotVouch()
        whose = caller.organisation.id
        needs_two = vouches and await self._approvals.needs_second_person(whose, Kind.BULK)
        async with self._storage.begin(whose) as transaction:
            job = await _held(transaction, caller, id)
            after = begun(job, plan, vouches=vouches)
            if not isinstance(after, Import):
                return after
            if after.state is State.CHECKING:
                await _restart(transaction, caller, after)
                return after
            subject = subject_of(job)
            if needs_two and not await self._approvals.take(
                transaction, whose, Kind.BULK, subject, actor=caller.actor
            ):
                return NeedsApproval(subject)
            # Whoever starts it answers for it, whoever has brought the file.
            after = replace(after, started_by=caller.actor)
            await _restart(transaction, caller, after)
            said = "yes" if vouches else "no"
            await note(transaction, caller, Action.IMPORT_STARTED, id, vouched=said)
        return after

    async def drop(self, caller: Caller, id: ImportId) -> Import | NotNow:
        """Throw a file away. What was taken in of it stays."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            after = dropped(await _held(transaction, caller, id), transaction.now())
            if isinstance(after, Import):
                await ImportStore(transaction, whose).save(after)
                await PartStore(transaction, whose, id).drop(PartKind.SOURCE)
                await note(transaction, caller, Action.IMPORT_DROPPED, id)
        return after

    async def refusals(self, whose: OrganisationId, id: ImportId) -> AsyncIterator[Refusal]:
        """Give the rows that were refused, as long as they are kept."""
        position = 0
        while True:
            async with self._storage.reading(whose) as transaction:
                parts = OpenPartStore(transaction, whose, id, self._sealer)
                part = await parts.get(PartKind.REFUSED, position)
            if part is None:
                return
            for refusal in unpacked(part):
                yield refusal
            position += 1

    async def first_refusals(
        self, whose: OrganisationId, id: ImportId, most: int
    ) -> Sequence[Refusal]:
        """Give the first of them, for somebody to look at."""
        found = list[Refusal]()
        async for refusal in self.refusals(whose, id):
            if len(found) == most:
                break
            found.append(refusal)
        return found

    async def name(self, whose: OrganisationId, id: ImportId) -> str:
        """Give what the file was called where it came from, as long as that is kept."""
        return (await self.names(whose, [id]))[id]

    async def names(self, whose: OrganisationId, ids: Sequence[ImportId]) -> Mapping[ImportId, str]:
        async with self._storage.reading(whose) as transaction:
            return {
                id: (
                    await OpenPartStore(transaction, whose, id, self._sealer).get(PartKind.NAME, 0)
                    or b""
                ).decode()
                for id in ids
            }

    async def forget(self, most: int) -> int:
        """Throw away files that nobody has taken in, and reports that nobody has fetched."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            lanes, now = ImportLanes(transaction), transaction.now()
            left = await lanes.left(now - WAITS_FOR, most)
            for whose, id in left:
                store = ImportStore(transaction, whose)
                job = await store.hold(id)
                after = None if job is None else dropped(job, now)
                if isinstance(after, Import):
                    await store.save(after)
                await PartStore(transaction, whose, id).drop(PartKind.SOURCE)
            return len(left) + await lanes.drop_parts(now - REPORTS_STAY, most - len(left))

    async def record(self, caller: Caller, job: Import, headings: Sequence[str]) -> None:
        """Note a file that was taken in elsewhere than here, so that the list has it, too."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            now = transaction.now()
            job = replace(job, started_by=caller.actor, touched_at=now, ended_at=now)
            await ImportStore(transaction, whose).add(job)
            parts = OpenPartStore(transaction, whose, job.id, self._sealer)
            await parts.put(PartKind.HEADINGS, 0, written_headings(headings))
            progress = job.progress
            await note(
                transaction,
                caller,
                Action.IMPORT_ENDED,
                job.id,
                read=progress.read,
                kept=progress.kept,
            )

    async def _brought(
        self, caller: Caller, id: ImportId, sight: Sight, size: int, name: str
    ) -> Import:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            now = transaction.now()
            job = Import(
                id=id,
                state=State.BROUGHT,
                plan=await self._recall(transaction, whose, sight) or sight.plan,
                dialect=Dialect(),
                size=size,
                started_by=caller.actor,
                started_at=now,
                touched_at=now,
            )
            await ImportStore(transaction, whose).add(job)
            parts = OpenPartStore(transaction, whose, id, self._sealer)
            await parts.put(PartKind.HEADINGS, 0, written_headings(sight.headings))
            if name:
                await parts.put(PartKind.NAME, 0, name.encode())
            await note(transaction, caller, Action.IMPORT_BROUGHT, id, bytes=size)
        return job

    async def _recall(
        self, transaction: Transaction, whose: OrganisationId, sight: Sight
    ) -> Plan | None:
        """Give what was said of the columns of such a file, as long as its headings are kept."""
        found = list[tuple[Sequence[str], Plan]]()
        for job in await ImportStore(transaction, whose).page(None, RECALLED):
            parts = OpenPartStore(transaction, whose, job.id, self._sealer)
            headings = await parts.get(PartKind.HEADINGS, 0) if job.was_tried else None
            if headings is not None:
                found.append((read_headings(headings), job.plan))
        return recalled(sight.headings, found)

    async def _put(
        self, whose: OrganisationId, id: ImportId, position: int, content: bytes
    ) -> None:
        async with self._storage.begin(whose) as transaction:
            parts = OpenPartStore(transaction, whose, id, self._sealer)
            await parts.put(PartKind.SOURCE, position, content)

    async def _throw_away(self, whose: OrganisationId, id: ImportId) -> None:
        async with self._storage.begin(whose) as transaction:
            await PartStore(transaction, whose, id).drop(PartKind.SOURCE)


async def note(
    transaction: Transaction, caller: Caller, action: Action, id: ImportId, **details: str | int
) -> None:
    entry = Entry(action=action, actor=caller.actor, target=Noun.IMPORT.of(id), details=details)
    await AuditStore(transaction, caller.organisation.id).add(entry)


async def _held(transaction: Transaction, caller: Caller, id: ImportId) -> Import:
    job = await ImportStore(transaction, caller.organisation.id).hold(id)
    if job is None:
        raise NotFound("import")
    return job


async def _restart(transaction: Transaction, caller: Caller, job: Import) -> None:
    whose = caller.organisation.id
    await ImportStore(transaction, whose).save(job)
    await PartStore(transaction, whose, job.id).drop(PartKind.REFUSED)
