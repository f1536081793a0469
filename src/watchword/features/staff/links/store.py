"""Where it is kept which addresses are good: not by what is in them, but by its digest."""

from collections.abc import Mapping
from datetime import datetime

from watchword.features.staff.links.rules import Link, LinkId, LinkKind
from watchword.features.staff.rules import StaffId
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into staff_links (
        organisation_id, id, staff_id, kind, fingerprint, created_at, expires_at
    ) values (
        :organisation_id, :id, :staff_id, :kind, :fingerprint, :created_at, :expires_at
    )
"""

FIND = "select * from staff_links where fingerprint = :fingerprint"

HOLD = """
    select * from staff_links where organisation_id = :organisation_id and id = :id for update
"""

OPEN = """
    select * from staff_links
    where organisation_id = :organisation_id and kind <> 'objection'
      and used_at is null and withdrawn_at is null
    order by created_at, id
"""

USE = """
    update staff_links set used_at = :now
    where organisation_id = :organisation_id and id = :id
"""

WITHDRAW = """
    update staff_links set withdrawn_at = :now
    where organisation_id = :organisation_id and staff_id = :staff_id and kind <> 'objection'
      and used_at is null and withdrawn_at is null
    returning id
"""


class LinkStore:
    """The links of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, link: Link) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(link.id),
            staff_id=str(link.staff_id),
            kind=link.kind,
            fingerprint=link.fingerprint,
            created_at=to_microseconds(link.created_at),
            expires_at=to_microseconds(link.expires_at),
        )

    async def hold(self, id: LinkId) -> Link | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def open(self) -> Mapping[StaffId, Link]:
        """Give by whom somebody is waited for: the newest link of each that nobody has used."""
        rows = await self._transaction.all(OPEN, organisation_id=self._ours)
        return {link.staff_id: link for link in map(_from_row, rows)}

    async def use(self, id: LinkId, now: datetime) -> None:
        await self._transaction.run(
            USE, organisation_id=self._ours, id=str(id), now=to_microseconds(now)
        )

    async def withdraw(self, staff_id: StaffId, now: datetime) -> list[LinkId]:
        """Shut all ways in that somebody was sent and has not used, and say which."""
        rows = await self._transaction.all(
            WITHDRAW,
            organisation_id=self._ours,
            staff_id=str(staff_id),
            now=to_microseconds(now),
        )
        return [LinkId(Id(row["id"])) for row in rows]


class LinkDirectory:
    """All links: one is opened, and tells which organisation it belongs to."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, fingerprint: bytes) -> tuple[OrganisationId, Link] | None:
        row = await self._transaction.one(FIND, fingerprint=fingerprint)
        return None if row is None else (OrganisationId(Id(row["organisation_id"])), _from_row(row))


def _from_row(row: Row) -> Link:
    return Link(
        id=LinkId(Id(row["id"])),
        staff_id=StaffId(Id(row["staff_id"])),
        kind=LinkKind(row["kind"]),
        fingerprint=row["fingerprint"],
        created_at=from_microseconds(row["created_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        used_at=moment_if_any(row["used_at"]),
        withdrawn_at=moment_if_any(row["withdrawn_at"]),
    )
