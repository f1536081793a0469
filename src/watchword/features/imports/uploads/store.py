"""Where imports are kept: how far they are, and their files, sealed, until they are over."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from watchword.features.imports.columns import Column, Plan
from watchword.features.imports.reading import Dialect
from watchword.features.imports.rules import Progress
from watchword.features.imports.uploads.rules import Import, ImportId, PartKind, State
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into imports (
        organisation_id, id, state, mapping, dialect, size, place, line, rows_read, rows_kept,
        rows_known, rows_refused, rows_verified, rows_agreed, vouched, wording, started_by,
        started_at, touched_at, ended_at
    ) values (
        :organisation_id, :id, :state, :mapping, :dialect, :size, :place, :line, :rows_read,
        :rows_kept, :rows_known, :rows_refused, :rows_verified, :rows_agreed, :vouched, :wording,
        :started_by, :started_at, :touched_at, :ended_at
    )
"""

SAVE = """
    update imports set
        state = :state, mapping = :mapping, dialect = :dialect, size = :size, place = :place,
        line = :line, rows_read = :rows_read, rows_kept = :rows_kept, rows_known = :rows_known,
        rows_refused = :rows_refused, rows_verified = :rows_verified, rows_agreed = :rows_agreed,
        vouched = :vouched, wording = :wording,
        started_by = :started_by, started_at = :started_at, touched_at = :touched_at,
        ended_at = :ended_at
    where organisation_id = :organisation_id and id = :id
"""

GET = "select * from imports where organisation_id = :organisation_id and id = :id"
HOLD = GET + " for update"

PAGE = """
    select * from imports
    where organisation_id = :organisation_id
      and (started_at < :before or (started_at = :before and id < :below))
    order by started_at desc, id desc limit :most
"""

NEXT = """
    select organisation_id, id from imports
    where (state = 'checking' or state = 'running') and touched_at <= :before
    order by touched_at limit 1
    for update skip locked
"""

OLD = """
    select organisation_id, id from imports
    where state in ('brought', 'checked') and touched_at <= :before
    order by touched_at limit :most
    for update skip locked
"""

ADD_PART = """
    insert into import_parts (organisation_id, import_id, kind, position, made_at, sealed)
    values (:organisation_id, :import_id, :kind, :position, :made_at, :sealed)
"""

PART = """
    select sealed from import_parts
    where organisation_id = :organisation_id and import_id = :import_id and kind = :kind
      and position = :position
"""

NEXT_PART = """
    select coalesce(max(position) + 1, 0) as position from import_parts
    where organisation_id = :organisation_id and import_id = :import_id and kind = :kind
"""

DROP_PARTS = """
    delete from import_parts
    where organisation_id = :organisation_id and import_id = :import_id and kind = :kind
"""

DROP_OLD = """
    delete from import_parts where (organisation_id, import_id, kind, position) in (
        select organisation_id, import_id, kind, position from import_parts
        where made_at <= :before
          and not exists (
            select 1 from imports i
            where i.organisation_id = import_parts.organisation_id
              and i.id = import_parts.import_id and (i.state = 'checking' or i.state = 'running')
          )
        order by made_at limit :most
    )
"""


class ImportStore:
    """The imports of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, job: Import) -> None:
        await self._transaction.run(ADD, **self._values(job))

    async def save(self, job: Import) -> None:
        await self._transaction.run(SAVE, **self._values(job))

    async def get(self, id: ImportId) -> Import | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: ImportId) -> Import | None:
        """Read an import that nobody else can change until the end."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def page(self, after: Bookmark | None, most: int) -> Sequence[Import]:
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            **older_than(after),
            most=most,
        )
        return [_from_row(row) for row in rows]

    def _values(self, job: Import) -> dict[str, Value]:
        mapping = [None if column is None else str(column) for column in job.plan.columns]
        return {
            "organisation_id": self._ours,
            "id": str(job.id),
            "state": job.state,
            "mapping": msgspec.json.encode(mapping).decode(),
            "dialect": msgspec.json.encode(_Dialect.of(job.dialect)).decode(),
            "size": job.size,
            "place": job.place,
            "line": job.line,
            "rows_read": job.progress.read,
            "rows_kept": job.progress.kept,
            "rows_known": job.progress.known,
            "rows_refused": job.progress.refused,
            "rows_verified": job.progress.verified,
            "rows_agreed": job.progress.agreed,
            "wording": job.plan.wording,
            "vouched": int(job.vouches),
            "started_by": job.started_by,
            "started_at": to_microseconds(job.started_at),
            "touched_at": to_microseconds(job.touched_at),
            "ended_at": microseconds_if_any(job.ended_at),
        }


class PartStore:
    """The files of one import, in parts that follow each other, seen from inside one transaction.

    They are sealed by whoever brings them here.
    """

    def __init__(
        self, transaction: Transaction, organisation_id: OrganisationId, import_id: ImportId
    ) -> None:
        self._transaction = transaction
        self._ours: dict[str, Value] = {
            "organisation_id": str(organisation_id),
            "import_id": str(import_id),
        }

    async def next(self, kind: PartKind) -> int:
        row = await self._transaction.one(NEXT_PART, **self._ours, kind=kind)
        return 0 if row is None else int(row["position"])

    async def add(self, kind: PartKind, position: int, sealed: bytes) -> None:
        now = to_microseconds(self._transaction.now())
        await self._transaction.run(
            ADD_PART, **self._ours, kind=kind, position=position, made_at=now, sealed=sealed
        )

    async def get(self, kind: PartKind, position: int) -> bytes | None:
        row = await self._transaction.one(PART, **self._ours, kind=kind, position=position)
        return None if row is None else row["sealed"]

    async def drop(self, kind: PartKind) -> None:
        await self._transaction.run(DROP_PARTS, **self._ours, kind=kind)


class OpenPartStore:
    """The parts of one file, opened and sealed on their way."""

    def __init__(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        import_id: ImportId,
        sealer: Sealer,
    ) -> None:
        self._store = PartStore(transaction, organisation_id, import_id)
        self._whose = organisation_id
        self._import_id = import_id
        self._sealer = sealer

    async def get(self, kind: PartKind, position: int) -> bytes | None:
        sealed = await self._store.get(kind, position)
        return None if sealed is None else self._sealer.open(sealed, self._place(kind, position))

    async def put(self, kind: PartKind, position: int, content: bytes) -> None:
        sealed = self._sealer.seal(content, self._place(kind, position))
        await self._store.add(kind, position, sealed)

    async def append(self, kind: PartKind, content: bytes) -> None:
        await self.put(kind, await self._store.next(kind), content)

    def _place(self, kind: PartKind, position: int) -> Place:
        return Place(self._whose, "import_parts", "sealed", f"{self._import_id}/{kind}/{position}")


class ImportLanes:
    """What is to be done next, whoever wants it."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def next(self, before: datetime) -> tuple[OrganisationId, ImportId] | None:
        """Hold an import at which nobody works."""
        row = await self._transaction.one(NEXT, before=to_microseconds(before))
        return None if row is None else _whose(row)

    async def left(self, before: datetime, most: int) -> Sequence[tuple[OrganisationId, ImportId]]:
        """Hold files that nobody has taken in."""
        rows = await self._transaction.all(OLD, before=to_microseconds(before), most=most)
        return [_whose(row) for row in rows]

    async def drop_parts(self, before: datetime, most: int) -> int:
        return await self._transaction.run(DROP_OLD, before=to_microseconds(before), most=most)


class _Dialect(msgspec.Struct, frozen=True):
    charset: str | None
    mark: str
    line_end: str

    @classmethod
    def of(cls, dialect: Dialect) -> "_Dialect":
        return cls(dialect.charset, dialect.mark, dialect.line_end.hex())


def _whose(row: Row) -> tuple[OrganisationId, ImportId]:
    return OrganisationId(Id(row["organisation_id"])), ImportId(Id(row["id"]))


def _from_row(row: Row) -> Import:
    columns = msgspec.json.decode(row["mapping"], type=tuple[Column | None, ...])
    dialect = msgspec.json.decode(row["dialect"], type=_Dialect)
    return Import(
        id=ImportId(Id(row["id"])),
        state=State(row["state"]),
        plan=Plan(columns, row["wording"] or ""),
        dialect=Dialect(dialect.charset, dialect.mark, bytes.fromhex(dialect.line_end)),
        size=row["size"],
        place=row["place"],
        line=row["line"],
        progress=Progress(
            read=row["rows_read"],
            kept=row["rows_kept"],
            known=row["rows_known"],
            refused=row["rows_refused"],
            verified=row["rows_verified"],
            agreed=row["rows_agreed"] or 0,
        ),
        vouches=bool(row["vouched"]),
        started_by=row["started_by"],
        started_at=from_microseconds(row["started_at"]),
        touched_at=from_microseconds(row["touched_at"]),
        ended_at=moment_if_any(row["ended_at"]),
    )
