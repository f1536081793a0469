"""Where schemes are kept: every query on them."""

import msgspec

from watchword.features.schemes.rules import Manner, Scheme, SchemeId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, Page, older_than, page_of
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into schemes (organisation_id, id, name, manner, created_at, changed_at)
    values (:organisation_id, :id, :name, :manner, :created_at, :changed_at)
"""

FIND = "select * from schemes where organisation_id = :organisation_id and id = :id"
HOLD = f"{FIND} for update"

SAVE = """
    update schemes set name = :name, manner = :manner, changed_at = :changed_at
    where organisation_id = :organisation_id and id = :id
"""

REMOVE = "delete from schemes where organisation_id = :organisation_id and id = :id"

ALL = """
    select * from schemes
    where organisation_id = :organisation_id
      and (created_at < :before or (created_at = :before and id < :below))
    order by created_at desc, id desc limit :most
"""

COUNT = "select count(*) as found from schemes where organisation_id = :organisation_id"


class SchemeStore:
    """The schemes of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, scheme: Scheme) -> None:
        created_at = to_microseconds(scheme.created_at)
        await self._transaction.run(
            ADD, organisation_id=self._ours, created_at=created_at, **_written(scheme)
        )

    async def find(self, id: SchemeId) -> Scheme | None:
        return await self._one(FIND, id)

    async def hold(self, id: SchemeId) -> Scheme | None:
        """Read a scheme that nobody else can change until the transaction ends."""
        return await self._one(HOLD, id)

    async def save(self, scheme: Scheme) -> None:
        await self._transaction.run(SAVE, organisation_id=self._ours, **_written(scheme))

    async def remove(self, id: SchemeId) -> bool:
        removed = await self._transaction.run(REMOVE, organisation_id=self._ours, id=str(id))
        return removed == 1

    async def all(self, after: Bookmark | None, most: int) -> Page[Scheme]:
        """Give a page of schemes, the newest first."""
        rows = await self._transaction.all(
            ALL, organisation_id=self._ours, most=most + 1, **older_than(after)
        )
        found = [_from_row(row) for row in rows]
        return page_of(found, most, lambda each: Bookmark(each.created_at, each.id))

    async def count(self) -> int:
        row = await self._transaction.one(COUNT, organisation_id=self._ours)
        return 0 if row is None else int(row["found"])

    async def _one(self, sql: str, id: SchemeId) -> Scheme | None:
        row = await self._transaction.one(sql, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)


def _written(scheme: Scheme) -> dict[str, str | int]:
    return {
        "id": str(scheme.id),
        "name": scheme.name,
        "manner": msgspec.json.encode(scheme.manner).decode(),
        "changed_at": to_microseconds(scheme.changed_at),
    }


def _from_row(row: Row) -> Scheme:
    return Scheme(
        id=SchemeId(Id(row["id"])),
        name=row["name"],
        manner=msgspec.json.decode(row["manner"], type=Manner),
        created_at=from_microseconds(row["created_at"]),
        changed_at=from_microseconds(row["changed_at"]),
    )
