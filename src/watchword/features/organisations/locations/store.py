"""Where the locations of an organisation are kept."""

from collections.abc import Sequence

from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into locations (organisation_id, id, name, known_as, time_zone, created_at, closed_at)
    values (:organisation_id, :id, :name, :known_as, :time_zone, :created_at, :closed_at)
    on conflict (organisation_id, known_as) do nothing
"""

GET = "select * from locations where organisation_id = :organisation_id and id = :id"

HOLD = GET + " for update"

NAMED = "select * from locations where organisation_id = :organisation_id and known_as = :known_as"

PAGE = """
    select * from locations where organisation_id = :organisation_id and known_as > :after
    order by known_as limit :most
"""

COUNT = "select count(*) as found from locations where organisation_id = :organisation_id"

SAVE = """
    update locations set
        name = :name, known_as = :known_as, time_zone = :time_zone, closed_at = :closed_at
    where organisation_id = :organisation_id and id = :id
"""


class LocationStore:
    """The locations of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, location: Location) -> bool:
        """Keep a new location, unless there is one of that name."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(location.id),
            name=location.name,
            known_as=location.known_as,
            time_zone=location.time_zone,
            created_at=to_microseconds(location.created_at),
            closed_at=microseconds_if_any(location.closed_at),
        )
        return added == 1

    async def get(self, id: LocationId) -> Location | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: LocationId) -> Location | None:
        """Read a location that nobody else can change until the end."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def named(self, known_as: str) -> Location | None:
        row = await self._transaction.one(NAMED, organisation_id=self._ours, known_as=known_as)
        return None if row is None else _from_row(row)

    async def page(self, after: str, most: int) -> Sequence[Location]:
        """Give locations by their names, from behind the one that `after` is known as."""
        rows = await self._transaction.all(PAGE, organisation_id=self._ours, after=after, most=most)
        return [_from_row(row) for row in rows]

    async def count(self) -> int:
        row = await self._transaction.one(COUNT, organisation_id=self._ours)
        return 0 if row is None else int(row["found"])

    async def save(self, location: Location) -> None:
        """Keep what was held."""
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(location.id),
            name=location.name,
            known_as=location.known_as,
            time_zone=location.time_zone,
            closed_at=microseconds_if_any(location.closed_at),
        )


def _from_row(row: Row) -> Location:
    return Location(
        id=LocationId(Id(row["id"])),
        name=row["name"],
        time_zone=row["time_zone"],
        created_at=from_microseconds(row["created_at"]),
        closed_at=moment_if_any(row["closed_at"]),
    )
