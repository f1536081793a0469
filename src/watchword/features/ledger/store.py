"""Where the ledger is kept: beside each entry its leaf, and the tree above them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchword.features.ledger.entries.store import entry_from
from watchword.features.ledger.rules import (
    NOTHING_YET,
    Growth,
    LedgerEntry,
)
from watchword.features.ledger.tree import Node, packed, unpacked
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction, Value

BEGIN = """
    insert into ledgers (organisation_id, size, peaks, last_leaf, signed_size)
    values (:organisation_id, 0, :none, :none, 0)
    on conflict (organisation_id) do nothing
"""

READ = "select * from ledgers where organisation_id = :organisation_id"

HOLD = READ + " for update"

SAVE = """
    update ledgers set
        size = :size, peaks = :peaks, last_leaf = :last_leaf,
        signed_size = :signed_size, unsigned_since = :unsigned_since
    where organisation_id = :organisation_id
"""

UNSEALED = """
    select * from audit_entries
    where organisation_id = :organisation_id and leaf_position is null
    order by at, id limit :most
"""

COUNT_UNSEALED = """
    select count(*) as found, min(at) as since from audit_entries
    where organisation_id = :organisation_id and leaf_position is null
"""

SEAL = """
    update audit_entries set leaf_position = :position, leaf_hash = :hash
    where organisation_id = :organisation_id and id = :id
"""

ADD_NODE = """
    insert into ledger_nodes (organisation_id, level, place, hash)
    values (:organisation_id, :level, :place, :hash)
"""

NODES = """
    select hash from ledger_nodes
    where organisation_id = :organisation_id and level = :level
      and place >= :start and place < :end
    order by place
"""

LEAVES = """
    select leaf_hash as hash from audit_entries
    where organisation_id = :organisation_id and leaf_position >= :start and leaf_position < :end
    order by leaf_position
"""

SEALED = """
    select * from audit_entries
    where organisation_id = :organisation_id and leaf_position >= :start and leaf_position < :end
    order by leaf_position
"""

ADD_CHECKPOINT = """
    insert into ledger_checkpoints (organisation_id, size, note, signed_at)
    values (:organisation_id, :size, :note, :signed_at)
"""

NEWEST_CHECKPOINT = """
    select * from ledger_checkpoints where organisation_id = :organisation_id
    order by size desc limit 1
"""

CHECKPOINTS = """
    select * from ledger_checkpoints
    where organisation_id = :organisation_id and size > :size
    order by size limit :most
"""

COUNT_CHECKPOINTS = """
    select count(*) as found from ledger_checkpoints
    where organisation_id = :organisation_id and size <= :size
"""

UNCOPIED = """
    select * from ledger_checkpoints
    where organisation_id = :organisation_id and copied_at is null
    order by size limit :most
"""

NEWEST_COPY = """
    select max(size) as size from ledger_checkpoints
    where organisation_id = :organisation_id and copied_at is not null
"""

COPIED = """
    update ledger_checkpoints set copied_at = :at
    where organisation_id = :organisation_id and size = :size
"""

WHO_NEEDS_SEALING = """
    select organisation_id from audit_entries where leaf_position is null
    union
    select organisation_id from ledgers where unsigned_since <= :since
"""

WHO_NEEDS_COPIES = "select distinct organisation_id from ledger_checkpoints where copied_at is null"

OLDEST_UNSEALED = "select min(at) as since from audit_entries where leaf_position is null"

OLDEST_UNCOPIED = "select min(signed_at) as since from ledger_checkpoints where copied_at is null"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheckpoint:
    """A checkpoint as it was signed. `copied_at`: when the second place took it, if it did."""

    size: int
    note: str
    signed_at: datetime
    copied_at: datetime | None


class LedgerStore:
    """The ledger of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def read(self) -> Growth:
        row = await self._transaction.one(READ, organisation_id=self._ours)
        return NOTHING_YET if row is None else _growth(row)

    async def hold(self) -> Growth:
        """Read how far the ledger has got; nobody else seals until the transaction ends."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours)
        if row is None:
            await self._transaction.run(BEGIN, organisation_id=self._ours, none=b"")
            row = await self._transaction.one(HOLD, organisation_id=self._ours)
        return NOTHING_YET if row is None else _growth(row)

    async def save(self, growth: Growth) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            size=growth.size,
            peaks=packed(growth.peaks),
            last_leaf=growth.last_leaf,
            signed_size=growth.signed_size,
            unsigned_since=microseconds_if_any(growth.unsigned_since),
        )

    async def unsealed(self, most: int) -> Sequence[LedgerEntry]:
        """Give entries that have no place yet, the oldest first."""
        rows = await self._transaction.all(UNSEALED, organisation_id=self._ours, most=most)
        return [entry_from(row) for row in rows]

    async def count_unsealed(self) -> tuple[int, datetime | None]:
        """Count what has no place yet; and say since when the oldest of it waits."""
        row = await self._transaction.one(COUNT_UNSEALED, organisation_id=self._ours)
        return (row["found"], moment_if_any(row["since"])) if row is not None else (0, None)

    async def seal(self, entries: Iterable[LedgerEntry], nodes: Iterable[Node]) -> None:
        """Write down which place each entry has got, and the nodes above them."""
        leaves: list[dict[str, Value]] = [
            {
                "organisation_id": self._ours,
                "id": str(entry.id),
                "position": entry.position,
                "hash": entry.leaf,
            }
            for entry in entries
        ]
        await self._transaction.many(SEAL, leaves)
        for level, place, hash in nodes:
            await self._transaction.run(
                ADD_NODE, organisation_id=self._ours, level=level, place=place, hash=hash
            )

    async def hashes(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """Give nodes of a level that is kept; at level 0, leaves."""
        if level == 0:
            rows = await self._transaction.all(
                LEAVES, organisation_id=self._ours, start=start, end=end
            )
        else:
            rows = await self._transaction.all(
                NODES, organisation_id=self._ours, level=level, start=start, end=end
            )
        return [row["hash"] for row in rows]

    async def sealed(self, start: int, end: int) -> Sequence[LedgerEntry]:
        """Give the entries from one position to just before another."""
        rows = await self._transaction.all(SEALED, organisation_id=self._ours, start=start, end=end)
        return [entry_from(row) for row in rows]

    async def add_checkpoint(self, size: int, note: str, signed_at: datetime) -> None:
        await self._transaction.run(
            ADD_CHECKPOINT,
            organisation_id=self._ours,
            size=size,
            note=note,
            signed_at=to_microseconds(signed_at),
        )

    async def newest_checkpoint(self) -> KeptCheckpoint | None:
        row = await self._transaction.one(NEWEST_CHECKPOINT, organisation_id=self._ours)
        return None if row is None else _checkpoint(row)

    async def checkpoints(self, size: int, most: int) -> Sequence[KeptCheckpoint]:
        """Give the next checkpoints over more than so many entries, the smallest first."""
        rows = await self._transaction.all(
            CHECKPOINTS, organisation_id=self._ours, size=size, most=most
        )
        return [_checkpoint(row) for row in rows]

    async def count_checkpoints(self, size: int) -> int:
        """Count the checkpoints over so many entries, or fewer."""
        row = await self._transaction.one(COUNT_CHECKPOINTS, organisation_id=self._ours, size=size)
        return 0 if row is None else int(row["found"])

    async def uncopied(self, most: int) -> Sequence[KeptCheckpoint]:
        rows = await self._transaction.all(UNCOPIED, organisation_id=self._ours, most=most)
        return [_checkpoint(row) for row in rows]

    async def copied(self, size: int, at: datetime) -> None:
        """Write down that the second place has a checkpoint."""
        await self._transaction.run(
            COPIED, organisation_id=self._ours, size=size, at=to_microseconds(at)
        )

    async def newest_copy(self) -> int | None:
        """Give the size that the newest copy in the second place tells of."""
        row = await self._transaction.one(NEWEST_COPY, organisation_id=self._ours)
        return None if row is None else row["size"]


class LedgerLanes:
    """Which organisations a worker has to visit."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def unsealed(self, since: datetime) -> Sequence[OrganisationId]:
        """Give those who have entries without a place, or none signed `since` that moment."""
        rows = await self._transaction.all(WHO_NEEDS_SEALING, since=to_microseconds(since))
        return [OrganisationId(Id(row["organisation_id"])) for row in rows]

    async def uncopied(self) -> Sequence[OrganisationId]:
        rows = await self._transaction.all(WHO_NEEDS_COPIES)
        return [OrganisationId(Id(row["organisation_id"])) for row in rows]


class LedgerCensus:
    """How long entries and checkpoints wait, over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def oldest_unsealed(self) -> datetime | None:
        row = await self._transaction.one(OLDEST_UNSEALED)
        return None if row is None else moment_if_any(row["since"])

    async def oldest_uncopied(self) -> datetime | None:
        row = await self._transaction.one(OLDEST_UNCOPIED)
        return None if row is None else moment_if_any(row["since"])


def _growth(row: Row) -> Growth:
    return Growth(
        size=row["size"],
        peaks=tuple(unpacked(row["peaks"])),
        last_leaf=row["last_leaf"],
        signed_size=row["signed_size"],
        unsigned_since=moment_if_any(row["unsigned_since"]),
    )


def _checkpoint(row: Row) -> KeptCheckpoint:
    return KeptCheckpoint(
        size=row["size"],
        note=row["note"],
        signed_at=from_microseconds(row["signed_at"]),
        copied_at=moment_if_any(row["copied_at"]),
    )
