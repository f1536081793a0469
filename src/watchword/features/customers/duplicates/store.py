"""Where it is kept which customers may be one person, and what staff said about it."""

from collections.abc import Collection, Iterable, Sequence

from watchword.features.customers.duplicates.rules import (
    Duplicate,
    DuplicateId,
    DuplicateState,
    pair_of,
)
from watchword.features.customers.matching import Trait
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId, new_id
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into duplicates (organisation_id, id, first_id, second_id, because, state, found_at)
    values (:organisation_id, :id, :first_id, :second_id, :because, 'open', :found_at)
    on conflict (organisation_id, first_id, second_id) do nothing
"""

OPEN = """
    select * from duplicates
    where organisation_id = :organisation_id and state = 'open'
      and (found_at, id) > (:since, :above)
    order by found_at, id limit :most
"""

COUNT_OPEN = """
    select count(*) as found from (
        select 1 from duplicates
        where organisation_id = :organisation_id and state = 'open' limit :most
    ) waiting
"""

GET = """
    select * from duplicates
    where organisation_id = :organisation_id and id = :id
"""

DECIDE = """
    update duplicates set state = :state, decided_by = :decided_by, decided_at = :decided_at
    where organisation_id = :organisation_id and first_id = :first_id and second_id = :second_id
      and state = 'open'
"""

DECIDE_ONE = """
    update duplicates set state = :state, decided_by = :decided_by, decided_at = :decided_at
    where organisation_id = :organisation_id and id = :id and state = 'open'
"""

WITH = """
    select * from duplicates
    where organisation_id = :organisation_id and first_id = :id
    union all
    select * from duplicates
    where organisation_id = :organisation_id and second_id = :id
"""

DROP = """
    delete from duplicates
    where organisation_id = :organisation_id and (first_id = :id or second_id = :id)
"""

DROP_OPEN = DROP + " and state = 'open'"


class DuplicateStore:
    """The duplicates of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, found: Iterable[tuple[CustomerId, CustomerId, Collection[Trait]]]) -> None:
        """Note pairs; about those that somebody has decided on, nobody is asked again."""
        now = to_microseconds(self._transaction.now())
        rows = list[dict[str, Value]]()
        for one, other, because in found:
            first, second = pair_of(one, other)
            rows.append(
                {
                    "organisation_id": self._ours,
                    "id": str(new_id()),
                    "first_id": str(first),
                    "second_id": str(second),
                    "because": " ".join(because),
                    "found_at": now,
                }
            )
        await self._transaction.many(ADD, rows)

    async def open(self, after: Bookmark | None, most: int) -> Sequence[Duplicate]:
        """Give what is to be decided, what was found first before the rest."""
        rows = await self._transaction.all(
            OPEN,
            organisation_id=self._ours,
            since=0 if after is None else to_microseconds(after.created_at),
            above="" if after is None else str(after.id),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def count_open(self, most: int) -> int:
        row = await self._transaction.one(COUNT_OPEN, organisation_id=self._ours, most=most)
        return 0 if row is None else int(row["found"])

    async def get(self, id: DuplicateId) -> Duplicate | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def dismiss(self, id: DuplicateId, decided_by: str) -> bool:
        """Note that they are two people, unless somebody has decided before."""
        decided = await self._transaction.run(
            DECIDE_ONE,
            organisation_id=self._ours,
            id=str(id),
            state=DuplicateState.TWO_PEOPLE,
            decided_by=decided_by,
            decided_at=to_microseconds(self._transaction.now()),
        )
        return decided == 1

    async def merged(self, one: CustomerId, other: CustomerId, decided_by: str) -> None:
        first, second = pair_of(one, other)
        await self._transaction.run(
            DECIDE,
            organisation_id=self._ours,
            first_id=str(first),
            second_id=str(second),
            state=DuplicateState.MERGED,
            decided_by=decided_by,
            decided_at=to_microseconds(self._transaction.now()),
        )

    async def hand_over(self, kept: CustomerId, merged: CustomerId) -> None:
        """Ask about the one who was kept what was open about the one who was merged."""
        rows = await self._transaction.all(WITH, organisation_id=self._ours, id=str(merged))
        pairs = [
            (
                kept,
                duplicate.second_id if duplicate.first_id == merged else duplicate.first_id,
                duplicate.because,
            )
            for duplicate in map(_from_row, rows)
            if duplicate.state is DuplicateState.OPEN
        ]
        await self.add(pair for pair in pairs if pair[0] != pair[1])
        await self._transaction.run(DROP_OPEN, organisation_id=self._ours, id=str(merged))

    async def drop(self, id: CustomerId) -> None:
        await self._transaction.run(DROP, organisation_id=self._ours, id=str(id))


def _from_row(row: Row) -> Duplicate:
    return Duplicate(
        id=DuplicateId(Id(row["id"])),
        first_id=CustomerId(Id(row["first_id"])),
        second_id=CustomerId(Id(row["second_id"])),
        because=[Trait(word) for word in str(row["because"]).split()],
        state=DuplicateState(row["state"]),
        found_at=from_microseconds(row["found_at"]),
        decided_by=row["decided_by"],
        decided_at=moment_if_any(row["decided_at"]),
    )
