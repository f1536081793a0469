"""Where entries are found again: by what was done, by whom, to what and when."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from watchword.features.ledger.rules import EntryId, LedgerEntry, Wanted
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Row, Transaction, Value

FIND = "select * from audit_entries where organisation_id = :organisation_id and id = :id"

COUNTED_AT_MOST = 1000
COLUMNS = ("target", "actor", "action")
"""What may be asked for; each has an index of its own."""


def _count(column: str) -> str:
    return f"""
        select count(*) as found from (
            select 1 from audit_entries
            where organisation_id = :organisation_id and {column} = :value limit :most
        ) as few
    """  # noqa: S608 - made of names that stand here


COUNT = {column: _count(column) for column in COLUMNS}


class EntryStore:
    """The entries of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def find(self, id: EntryId) -> LedgerEntry | None:
        row = await self._transaction.one(FIND, organisation_id=self._ours, id=str(id))
        return None if row is None else entry_from(row)

    async def page(
        self, wanted: Wanted, most: int, after: Bookmark | None
    ) -> Sequence[LedgerEntry]:
        """Give entries that are wanted, the newest first; one more than asked, if more follow."""
        asked = {name: getattr(wanted, name) for name in COLUMNS if getattr(wanted, name)}
        sql = _page(asked, await self._scarcest(asked), wanted, after)
        values: dict[str, Value] = dict(asked)
        if wanted.since is not None:
            values["since"] = to_microseconds(wanted.since)
        if wanted.until is not None:
            values["until"] = to_microseconds(wanted.until)
        if after is not None:
            values |= {"last_at": to_microseconds(after.created_at), "last_id": str(after.id)}
        rows = await self._transaction.all(sql, organisation_id=self._ours, most=most + 1, **values)
        return [entry_from(row) for row in rows]

    async def has(self, column: str, value: str) -> bool:
        """Say whether any entry has a value in one of `COLUMNS`."""
        return await self._counted(column, value, 1) > 0

    async def _scarcest(self, asked: Mapping[str, str]) -> str | None:
        """Choose what to look up: of several, that which the fewest entries have."""
        if len(asked) <= 1:
            return next(iter(asked), None)
        counts = {
            name: await self._counted(name, value, COUNTED_AT_MOST) for name, value in asked.items()
        }
        return min(counts, key=lambda name: counts[name])

    async def _counted(self, column: str, value: str, most: int) -> int:
        row = await self._transaction.one(
            COUNT[column], organisation_id=self._ours, value=value, most=most
        )
        return 0 if row is None else int(row["found"])


def _page(
    asked: Iterable[str], scarcest: str | None, wanted: Wanted, after: Bookmark | None
) -> str:
    """Write the statement for a page. Only the index of the scarcest is of use to it."""
    conditions = [
        f"and {name} = :{name}" if name == scarcest else f"and ({name} || '') = :{name}"
        for name in asked
    ]
    if wanted.since is not None:
        conditions.append("and at >= :since")
    if wanted.until is not None:
        conditions.append("and at < :until")
    if after is not None:
        conditions.append("and at <= :last_at and (at < :last_at or id < :last_id)")
    return f"""
        select * from audit_entries where organisation_id = :organisation_id
        {" ".join(conditions)}
        order by at desc, id desc limit :most
    """  # noqa: S608 - made of names that stand here


def entry_from(row: Row) -> LedgerEntry:
    return LedgerEntry(
        id=EntryId(Id(row["id"])),
        at=from_microseconds(row["at"]),
        action=row["action"],
        actor=row["actor"],
        target=row["target"],
        details=msgspec.json.decode(row["details"]),
        position=row["leaf_position"],
        leaf=row["leaf_hash"],
    )
