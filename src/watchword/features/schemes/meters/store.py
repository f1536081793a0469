"""Where meters and their bounds are kept: every query on them."""

from collections.abc import Sequence

from watchword.features.schemes.meters.rules import Bound, BoundId, Meter, MeterId
from watchword.features.schemes.rules import SchemeId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into scheme_meters (
        organisation_id, id, scheme_id, name, description, created_at, changed_at
    ) values (
        :organisation_id, :id, :scheme_id, :name, :description, :created_at, :changed_at
    )
"""

OF = """
    select * from scheme_meters
    where organisation_id = :organisation_id and scheme_id = :scheme_id
    order by created_at, id
"""

SAVE = """
    update scheme_meters set description = :description, changed_at = :changed_at
    where organisation_id = :organisation_id and id = :id
"""

REMOVE = "delete from scheme_meters where organisation_id = :organisation_id and id = :id"

REMOVE_OF = """
    delete from scheme_meters where organisation_id = :organisation_id and scheme_id = :scheme_id
"""

ADD_BOUND = """
    insert into scheme_bounds (
        organisation_id, id, meter_id, scheme_id, most, seconds, created_at, changed_at
    ) values (
        :organisation_id, :id, :meter_id, :scheme_id, :most, :seconds, :created_at, :changed_at
    )
"""

BOUNDS_OF = """
    select * from scheme_bounds
    where organisation_id = :organisation_id and meter_id = :meter_id
    order by created_at, id
"""

SAVE_BOUND = """
    update scheme_bounds set most = :most, seconds = :seconds, changed_at = :changed_at
    where organisation_id = :organisation_id and id = :id
"""

REMOVE_BOUND = "delete from scheme_bounds where organisation_id = :organisation_id and id = :id"

REMOVE_BOUNDS_OF_METER = """
    delete from scheme_bounds where organisation_id = :organisation_id and meter_id = :meter_id
"""

REMOVE_BOUNDS_OF = """
    delete from scheme_bounds where organisation_id = :organisation_id and scheme_id = :scheme_id
"""


class MeterStore:
    """The meters of one organisation, seen from inside one transaction. There are few under a
    scheme, so they are read together."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, meter: Meter) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(meter.id),
            scheme_id=str(meter.scheme_id),
            name=meter.name,
            description=meter.description,
            created_at=to_microseconds(meter.created_at),
            changed_at=to_microseconds(meter.changed_at),
        )

    async def of(self, scheme_id: SchemeId) -> Sequence[Meter]:
        """Give the meters of a scheme, the first first."""
        rows = await self._transaction.all(OF, organisation_id=self._ours, scheme_id=str(scheme_id))
        return [_meter(row) for row in rows]

    async def save(self, meter: Meter) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(meter.id),
            description=meter.description,
            changed_at=to_microseconds(meter.changed_at),
        )

    async def remove(self, id: MeterId) -> None:
        await self._transaction.run(REMOVE, organisation_id=self._ours, id=str(id))

    async def remove_of(self, scheme_id: SchemeId) -> None:
        await self._transaction.run(REMOVE_OF, organisation_id=self._ours, scheme_id=str(scheme_id))


class BoundStore:
    """The bounds of the meters of one organisation, likewise."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, bound: Bound, scheme_id: SchemeId) -> None:
        await self._transaction.run(
            ADD_BOUND,
            organisation_id=self._ours,
            meter_id=str(bound.meter_id),
            scheme_id=str(scheme_id),
            created_at=to_microseconds(bound.created_at),
            **_written(bound),
        )

    async def of(self, meter_id: MeterId) -> Sequence[Bound]:
        """Give the bounds of a meter, the first first."""
        rows = await self._transaction.all(
            BOUNDS_OF, organisation_id=self._ours, meter_id=str(meter_id)
        )
        return [_bound(row) for row in rows]

    async def save(self, bound: Bound) -> None:
        await self._transaction.run(SAVE_BOUND, organisation_id=self._ours, **_written(bound))

    async def remove(self, id: BoundId) -> None:
        await self._transaction.run(REMOVE_BOUND, organisation_id=self._ours, id=str(id))

    async def remove_of_meter(self, meter_id: MeterId) -> None:
        await self._transaction.run(
            REMOVE_BOUNDS_OF_METER, organisation_id=self._ours, meter_id=str(meter_id)
        )

    async def remove_of(self, scheme_id: SchemeId) -> None:
        await self._transaction.run(
            REMOVE_BOUNDS_OF, organisation_id=self._ours, scheme_id=str(scheme_id)
        )


def _written(bound: Bound) -> dict[str, str | int]:
    return {
        "id": str(bound.id),
        "most": bound.most,
        "seconds": bound.seconds,
        "changed_at": to_microseconds(bound.changed_at),
    }


def _meter(row: Row) -> Meter:
    return Meter(
        id=MeterId(Id(row["id"])),
        scheme_id=SchemeId(Id(row["scheme_id"])),
        name=row["name"],
        description=row["description"],
        created_at=from_microseconds(row["created_at"]),
        changed_at=from_microseconds(row["changed_at"]),
    )


def _bound(row: Row) -> Bound:
    return Bound(
        id=BoundId(Id(row["id"])),
        meter_id=MeterId(Id(row["meter_id"])),
        most=row["most"],
        seconds=row["seconds"],
        created_at=from_microseconds(row["created_at"]),
        changed_at=from_microseconds(row["changed_at"]),
    )
