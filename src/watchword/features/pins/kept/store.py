"""Where it is kept what rests of PINs: sealed hashes, and what is known beside them."""

from collections.abc import Iterable, Mapping, Sequence

from watchword.features.customers.rules import CustomerId
from watchword.features.pins.kept.rules import EarlierId, Origin, PinRecord, Subject
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import HEAD_BYTES, count_versions
from watchword.foundation.storage import Row, Transaction, Value

GET = """
    select * from kept_pins where organisation_id = :organisation_id and subject = :subject
"""

HOLD = f"{GET} for update"

ADD = """
    insert into kept_pins (
        organisation_id, subject, customer_id, sealed_hash, origin, must_change, wrong_in_a_row,
        locked_at, established_at, changed_at, created_at, seen_at
    ) values (
        :organisation_id, :subject, :customer_id, :sealed_hash, :origin, :must_change,
        :wrong_in_a_row, :locked_at, :established_at, :changed_at, :created_at, :seen_at
    )
    on conflict (organisation_id, subject) do nothing
"""

SAVE = """
    update kept_pins set
        customer_id = :customer_id, sealed_hash = :sealed_hash, origin = :origin,
        must_change = :must_change, wrong_in_a_row = :wrong_in_a_row, locked_at = :locked_at,
        established_at = :established_at, changed_at = :changed_at, created_at = :created_at,
        seen_at = :seen_at
    where organisation_id = :organisation_id and subject = :subject
"""

EARLIER = """
    select * from earlier_pins
    where organisation_id = :organisation_id and subject = :subject
    order by created_at desc, id desc limit :most
"""

ADD_EARLIER = """
    insert into earlier_pins (
        organisation_id, id, subject, customer_id, sealed_hash, origin, created_at
    ) values (
        :organisation_id, :id, :subject, :customer_id, :sealed_hash, :origin, :created_at
    )
"""

DROP_EARLIER = "delete from earlier_pins where organisation_id = :organisation_id and id = :id"

OLD = """
    select subject, sealed_hash from kept_pins
    where organisation_id = :organisation_id and sealed_hash is not null
      and substr(sealed_hash, 1, :length) <> :head
    order by subject limit :most for update
"""

OLD_EARLIER = """
    select id, sealed_hash from earlier_pins
    where organisation_id = :organisation_id and substr(sealed_hash, 1, :length) <> :head
    order by id limit :most for update
"""

REWRAP = """
    update kept_pins set sealed_hash = :sealed_hash
    where organisation_id = :organisation_id and subject = :subject
"""

REWRAP_EARLIER = """
    update earlier_pins set sealed_hash = :sealed_hash
    where organisation_id = :organisation_id and id = :id
"""

HEADS = """
    select substr(sealed_hash, 1, :length) as head, count(*) as found from kept_pins
    where sealed_hash is not null group by head
    union all
    select substr(sealed_hash, 1, :length) as head, count(*) as found from earlier_pins
    group by head
"""


class PinStore:
    """What rests of the PINs of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def get(self, subject: Subject) -> PinRecord | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, subject=subject)
        return None if row is None else _from_row(row)

    async def hold(self, subject: Subject) -> PinRecord | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, subject=subject)
        return None if row is None else _from_row(row)

    async def make_or_hold(self, new: PinRecord) -> PinRecord:
        """Give the record of somebody, made if there is none yet."""
        await self._transaction.run(ADD, organisation_id=self._ours, **_to_row(new))
        return await self.hold(new.subject) or new

    async def save(self, record: PinRecord) -> None:
        await self._transaction.run(SAVE, organisation_id=self._ours, **_to_row(record))

    async def earlier(self, subject: Subject, most: int) -> Sequence[tuple[EarlierId, bytes]]:
        """Give the last PINs of somebody, the one that is in force among them, newest first."""
        rows = await self._transaction.all(
            EARLIER, organisation_id=self._ours, subject=subject, most=most
        )
        return [(EarlierId(Id(row["id"])), row["sealed_hash"]) for row in rows]

    async def add_earlier(
        self, id: EarlierId, record: PinRecord, sealed: bytes, origin: Origin
    ) -> None:
        await self._transaction.run(
            ADD_EARLIER,
            organisation_id=self._ours,
            id=str(id),
            subject=record.subject,
            customer_id=None if record.customer_id is None else str(record.customer_id),
            sealed_hash=sealed,
            origin=origin,
            created_at=to_microseconds(self._transaction.now()),
        )

    async def drop_earlier(self, ids: Iterable[EarlierId]) -> None:
        for id in ids:
            await self._transaction.run(DROP_EARLIER, organisation_id=self._ours, id=str(id))

    async def old(self, head: bytes, most: int) -> Sequence[tuple[Subject, bytes]]:
        """Give hashes that rest under another version of the key than this."""
        rows = await self._transaction.all(
            OLD, organisation_id=self._ours, length=HEAD_BYTES, head=head, most=most
        )
        return [(Subject(row["subject"]), row["sealed_hash"]) for row in rows]

    async def old_earlier(self, head: bytes, most: int) -> Sequence[tuple[EarlierId, bytes]]:
        rows = await self._transaction.all(
            OLD_EARLIER, organisation_id=self._ours, length=HEAD_BYTES, head=head, most=most
        )
        return [(EarlierId(Id(row["id"])), row["sealed_hash"]) for row in rows]

    async def rewrap(self, subject: Subject, sealed: bytes) -> None:
        await self._transaction.run(
            REWRAP, organisation_id=self._ours, subject=subject, sealed_hash=sealed
        )

    async def rewrap_earlier(self, id: EarlierId, sealed: bytes) -> None:
        await self._transaction.run(
            REWRAP_EARLIER, organisation_id=self._ours, id=str(id), sealed_hash=sealed
        )


class KeptPinCensus:
    """How much rests under each version of the key for PINs, of all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_pins_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(HEADS, length=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)


def _to_row(record: PinRecord) -> dict[str, Value]:
    return {
        "subject": record.subject,
        "customer_id": None if record.customer_id is None else str(record.customer_id),
        "sealed_hash": record.sealed_hash,
        "origin": record.origin,
        "must_change": int(record.must_change),
        "wrong_in_a_row": record.wrong_in_a_row,
        "locked_at": microseconds_if_any(record.locked_at),
        "established_at": microseconds_if_any(record.established_at),
        "changed_at": microseconds_if_any(record.changed_at),
        "created_at": to_microseconds(record.created_at),
        "seen_at": to_microseconds(record.seen_at),
    }


def _from_row(row: Row) -> PinRecord:
    return PinRecord(
        subject=Subject(row["subject"]),
        customer_id=None if row["customer_id"] is None else CustomerId(Id(row["customer_id"])),
        sealed_hash=row["sealed_hash"],
        origin=None if row["origin"] is None else Origin(row["origin"]),
        must_change=bool(row["must_change"]),
        wrong_in_a_row=row["wrong_in_a_row"],
        locked_at=moment_if_any(row["locked_at"]),
        established_at=moment_if_any(row["established_at"]),
        changed_at=moment_if_any(row["changed_at"]),
        created_at=from_microseconds(row["created_at"]),
        seen_at=from_microseconds(row["seen_at"]),
    )
