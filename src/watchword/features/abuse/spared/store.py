"""Where spared numbers are kept: every query on them."""

from collections.abc import Sequence

from watchword.features.abuse.spared.rules import Spared, SparedId
from watchword.features.contacts.rules import ContactId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into spared_numbers (organisation_id, id, contact_id, created_at, created_by)
    values (:organisation_id, :id, :contact_id, :created_at, :created_by)
    on conflict (organisation_id, contact_id) do nothing
"""

ALL = """
    select * from spared_numbers where organisation_id = :organisation_id
    order by created_at, id
"""

FIND = "select * from spared_numbers where organisation_id = :organisation_id and id = :id"

OF = """
    select * from spared_numbers
    where organisation_id = :organisation_id and contact_id = :contact_id
"""

REMOVE = "delete from spared_numbers where organisation_id = :organisation_id and id = :id"


class SparedStore:
    """The spared numbers of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, spared: Spared) -> bool:
        """Keep one; say whether it is new."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(spared.id),
            contact_id=str(spared.contact_id),
            created_at=to_microseconds(spared.created_at),
            created_by=spared.created_by,
        )
        return added == 1

    async def all(self) -> Sequence[Spared]:
        """Give them all. There are few, and rules are judged by them with every message."""
        rows = await self._transaction.all(ALL, organisation_id=self._ours)
        return [_from_row(row) for row in rows]

    async def find(self, id: SparedId) -> Spared | None:
        row = await self._transaction.one(FIND, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def of(self, contact_id: ContactId) -> Spared | None:
        row = await self._transaction.one(
            OF, organisation_id=self._ours, contact_id=str(contact_id)
        )
        return None if row is None else _from_row(row)

    async def remove(self, id: SparedId) -> bool:
        return await self._transaction.run(REMOVE, organisation_id=self._ours, id=str(id)) == 1


def _from_row(row: Row) -> Spared:
    return Spared(
        id=SparedId(Id(row["id"])),
        contact_id=ContactId(Id(row["contact_id"])),
        created_at=from_microseconds(row["created_at"]),
        created_by=row["created_by"],
    )
