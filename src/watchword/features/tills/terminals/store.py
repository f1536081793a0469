"""Where terminals are kept: what their credentials are known by, never the credentials."""

from collections.abc import Sequence

from watchword.features.organisations.rules import LocationId
from watchword.features.tills.terminals.rules import Terminal, TerminalId
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into terminals (organisation_id, id, location_id, name, fingerprint, created_at)
    values (:organisation_id, :id, :location_id, :name, :fingerprint, :created_at)
"""

GET = "select * from terminals where organisation_id = :organisation_id and id = :id"

HOLD = GET + " for update"

SAVE = """
    update terminals set name = :name, seen_at = :seen_at, revoked_at = :revoked_at
    where organisation_id = :organisation_id and id = :id
"""

SEE = """
    update terminals set seen_at = :seen_at
    where organisation_id = :organisation_id and id = :id and revoked_at is null
"""

OF_LOCATION = """
    select * from terminals
    where organisation_id = :organisation_id and location_id = :location_id
    order by case when revoked_at is null then 0 else 1 end, name, id limit :most
"""

ALL = """
    select * from terminals where organisation_id = :organisation_id order by id limit :most
"""

KNOWN = """
    select t.* from terminals t
    join locations l on l.organisation_id = t.organisation_id and l.id = t.location_id
    where t.fingerprint = :fingerprint and t.revoked_at is null and l.closed_at is null
"""

KNOWN_HERE = KNOWN + " and t.organisation_id = :organisation_id"

AT_MOST = 5000


class TerminalStore:
    """The terminals of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, terminal: Terminal) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(terminal.id),
            location_id=str(terminal.location_id),
            name=terminal.name,
            fingerprint=terminal.fingerprint,
            created_at=to_microseconds(terminal.created_at),
        )

    async def get(self, id: TerminalId) -> Terminal | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: TerminalId) -> Terminal | None:
        """Read a terminal that nobody else can change until the end."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def save(self, terminal: Terminal) -> None:
        """Keep what was held."""
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(terminal.id),
            name=terminal.name,
            seen_at=microseconds_if_any(terminal.seen_at),
            revoked_at=microseconds_if_any(terminal.revoked_at),
        )

    async def see(self, terminal: Terminal) -> None:
        """Write down when a terminal was seen, unless it was revoked meanwhile."""
        await self._transaction.run(
            SEE,
            organisation_id=self._ours,
            id=str(terminal.id),
            seen_at=microseconds_if_any(terminal.seen_at),
        )

    async def at(self, location_id: LocationId) -> Sequence[Terminal]:
        """Give the terminals of a location, those at work first."""
        rows = await self._transaction.all(
            OF_LOCATION, organisation_id=self._ours, location_id=str(location_id), most=AT_MOST
        )
        return [_from_row(row) for row in rows]

    async def all(self) -> Sequence[Terminal]:
        rows = await self._transaction.all(ALL, organisation_id=self._ours, most=AT_MOST)
        return [_from_row(row) for row in rows]

    async def known(self, fingerprint: bytes) -> Terminal | None:
        """Give the terminal of a credential, if it is at work at a location that is open."""
        row = await self._transaction.one(
            KNOWN_HERE, organisation_id=self._ours, fingerprint=fingerprint
        )
        return None if row is None else _from_row(row)


class TerminalDirectory:
    """Tells whose terminal a browser is that shows a credential."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, fingerprint: bytes) -> tuple[OrganisationId, Terminal] | None:
        row = await self._transaction.one(KNOWN, fingerprint=fingerprint)
        if row is None:
            return None
        return OrganisationId(Id(row["organisation_id"])), _from_row(row)


def _from_row(row: Row) -> Terminal:
    return Terminal(
        id=TerminalId(Id(row["id"])),
        location_id=LocationId(Id(row["location_id"])),
        name=row["name"],
        fingerprint=row["fingerprint"],
        created_at=from_microseconds(row["created_at"]),
        seen_at=moment_if_any(row["seen_at"]),
        revoked_at=moment_if_any(row["revoked_at"]),
    )
