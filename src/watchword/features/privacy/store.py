"""Where all that is known about a person is gathered, and where it is destroyed.

The statements are made of the data map, once, when they are first needed. Nothing that comes from
outside stands in one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from watchword.features.contacts.rules import ContactId
from watchword.features.privacy.mapping import Emptied, Link, Table
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction, Value

AT_ONCE = 20
"""Ids in one statement. What is missing is filled up with the last one, so that there are few."""

HOLD = """
    select person_id from contact_points
    where organisation_id = :organisation_id and id = :id
    for update
"""

DESTROY_KEY = """
    delete from person_keys
    where organisation_id = :organisation_id and person_id = :person_id
      and not exists (
        select 1 from contact_points
        where organisation_id = :organisation_id and person_id = :person_id
      )
"""

DESTROY_CONTACT = """
    delete from contact_points where organisation_id = :organisation_id and id = :id
"""

STAFF_STATE = """
    select state from staff
    where organisation_id = :organisation_id and contact_id = :contact_id
    for update
"""


@cache
def _find(table: Table, link: Link, length: int) -> str:
    """Write how rows are found; `length`: of what stands before the rest, where more goes on."""
    said = f"substr({link.column}, 1, {length})" if link.goes_on else link.column
    places = ", ".join(f":of_{number}" for number in range(AT_ONCE))
    return f"""
        select * from {table.name}
        where organisation_id = :organisation_id and {said} in ({places})
    """  # noqa: S608 - made of the data map


@cache
def _drop(table: Table) -> str:
    return f"delete from {table.name} where {_key(table)}"  # noqa: S608 - likewise


@cache
def _empty(table: Table) -> str:
    fate = table.fate
    if not isinstance(fate, Emptied):
        raise TypeError(f"{table.name} is not emptied.")
    columns = ", ".join(f"{name} = {value}" for name, value in fate.columns.items())
    return f"update {table.name} set {columns} where {_key(table)}"  # noqa: S608 - likewise


def _key(table: Table) -> str:
    return " and ".join(f"{name} = :{name}" for name in ("organisation_id", *table.key))


class PeopleStore:
    """What one organisation knows about people, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def about(self, table: Table, link: Link, ids: Collection[Value]) -> Sequence[Row]:
        """Find the rows of a table that name one of some ids in a column."""
        words = [_word(link, id) for id in ids]
        rows: list[Row] = []
        for start in range(0, len(words), AT_ONCE):
            some = words[start : start + AT_ONCE]
            filled = [*some, *[some[-1]] * (AT_ONCE - len(some))]
            length = len(some[0]) if isinstance(some[0], str) else 0
            rows += await self._transaction.all(
                _find(table, link, length if link.goes_on else 0),
                organisation_id=self._ours,
                **{f"of_{number}": word for number, word in enumerate(filled)},
            )
        return rows

    async def drop(self, table: Table, rows: Collection[Row]) -> None:
        await self._transaction.many(_drop(table), [*self._keys(table, rows)])

    async def empty(self, table: Table, rows: Collection[Row]) -> None:
        await self._transaction.many(_empty(table), [*self._keys(table, rows)])

    async def hold(self, id: ContactId) -> str | None:
        """Keep a contact point as it is until the transaction ends; give whose it is.

        Whoever is writing to it at this moment is waited for.
        """
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else str(row["person_id"])

    async def works_here(self, id: ContactId) -> bool:
        """Say whether somebody of staff has this contact point who has not been disabled."""
        row = await self._transaction.one(
            STAFF_STATE, organisation_id=self._ours, contact_id=str(id)
        )
        return row is not None and row["state"] != "disabled"

    async def destroy(self, id: ContactId, person_id: str) -> None:
        """Destroy a contact point, and with the last of a person their key."""
        await self._transaction.run(DESTROY_CONTACT, organisation_id=self._ours, id=str(id))
        await self._transaction.run(DESTROY_KEY, organisation_id=self._ours, person_id=person_id)

    def _keys(self, table: Table, rows: Collection[Row]) -> Iterator[Mapping[str, Value]]:
        for row in rows:
            yield {"organisation_id": self._ours, **{name: row[name] for name in table.key}}


def _word(link: Link, id: Value) -> Value:
    if not isinstance(id, str):
        return id
    return f"{link.before}{id}:" if link.goes_on else f"{link.before}{id}"
