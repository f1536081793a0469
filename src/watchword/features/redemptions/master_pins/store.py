"""Where master PINs are kept: sealed hashes, and who set them."""

from collections.abc import Mapping, Sequence

from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.master_pins.rules import MasterPin, MasterPinId
from watchword.foundation.clock import (
    from_microseconds,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import HEAD_BYTES, count_versions
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into master_pins (
        organisation_id, id, location_id, sealed_hash, set_by, agreed_by, created_at, expires_at
    ) values (
        :organisation_id, :id, :location_id, :sealed_hash, :set_by, :agreed_by, :created_at,
        :expires_at
    )
"""

NEWEST = """
    select * from master_pins
    where organisation_id = :organisation_id and location_id = :location_id
    order by created_at desc, id desc limit :most
"""

CURRENT = """
    select * from master_pins
    where organisation_id = :organisation_id and location_id = :location_id and ended_at is null
    order by created_at desc, id desc limit 1
"""

END = """
    update master_pins set ended_at = :now
    where organisation_id = :organisation_id and location_id = :location_id and ended_at is null
"""

ALL_CURRENT = """
    select * from master_pins
    where organisation_id = :organisation_id and ended_at is null
    order by expires_at limit :most
"""

HEADS = """
    select substr(sealed_hash, 1, :length) as head, count(*) as found from master_pins
    where ended_at is null and expires_at > :now group by head
"""

AT_MOST = 2000


class MasterPinStore:
    """The master PINs of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, pin: MasterPin) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(pin.id),
            location_id=str(pin.location_id),
            sealed_hash=pin.sealed_hash,
            set_by=pin.set_by,
            agreed_by=pin.agreed_by,
            created_at=to_microseconds(pin.created_at),
            expires_at=to_microseconds(pin.expires_at),
        )

    async def current(self, location_id: LocationId) -> MasterPin | None:
        """Give the one that was set last, if nobody has ended it; its time may be over."""
        row = await self._transaction.one(
            CURRENT, organisation_id=self._ours, location_id=str(location_id)
        )
        return None if row is None else _from_row(row)

    async def all_current(self) -> Sequence[MasterPin]:
        """Give those of all locations, what runs out next comes first."""
        rows = await self._transaction.all(ALL_CURRENT, organisation_id=self._ours, most=AT_MOST)
        return [_from_row(row) for row in rows]

    async def newest(self, location_id: LocationId, most: int) -> Sequence[MasterPin]:
        rows = await self._transaction.all(
            NEWEST, organisation_id=self._ours, location_id=str(location_id), most=most
        )
        return [_from_row(row) for row in rows]

    async def end(self, location_id: LocationId) -> int:
        """End what is there at a location; count it."""
        return await self._transaction.run(
            END,
            organisation_id=self._ours,
            location_id=str(location_id),
            now=to_microseconds(self._transaction.now()),
        )


class MasterPinCensus:
    """How much rests under each version of the key for PINs, of all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_pins_key(self) -> Mapping[int, int]:
        now = to_microseconds(self._transaction.now())
        rows = await self._transaction.all(HEADS, length=HEAD_BYTES, now=now)
        return count_versions((row["head"], row["found"]) for row in rows)


def _from_row(row: Row) -> MasterPin:
    return MasterPin(
        id=MasterPinId(Id(row["id"])),
        location_id=LocationId(Id(row["location_id"])),
        sealed_hash=row["sealed_hash"],
        set_by=row["set_by"],
        agreed_by=row["agreed_by"],
        created_at=from_microseconds(row["created_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        ended_at=moment_if_any(row["ended_at"]),
    )
