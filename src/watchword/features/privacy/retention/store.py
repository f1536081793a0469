"""What is too old, in all organisations: found first, and then dropped by its key.

To find it, nobody is kept waiting; to drop it, others wait for some hundred rows at most. The
statements are made of the data map. What is dropped is looked at once more in that moment, for it
may have become needed since it was found.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from watchword.features.limits.service import HOUSE
from watchword.features.privacy.retention.rules import Run, Sweep
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.storage import Row, Transaction

NOTE = """
    insert into retention_runs (organisation_id, term, ran_at, found)
    values (:organisation_id, :term, :ran_at, :found)
    on conflict (organisation_id, term)
    do update set ran_at = excluded.ran_at, found = excluded.found
"""

RUNS = "select * from retention_runs where organisation_id = :organisation_id order by term"

HOLD_CONTACT = """
    select person_id from contact_points
    where organisation_id = :organisation_id and id = :id
    for update skip locked
"""

DROP_KEY = """
    delete from person_keys
    where organisation_id = :organisation_id and person_id = :person_id and not exists (
        select 1 from contact_points
        where organisation_id = :organisation_id and person_id = :person_id
    )
"""

DROP_REQUESTERS = """
    delete from known_requesters
    where organisation_id = :organisation_id and contact_id = :id and not exists (
        select 1 from contact_points where organisation_id = :organisation_id and id = :id
    )
"""


@cache
def _find(sweep: Sweep) -> str:
    keys = ", ".join(("organisation_id", *sweep.table.key))
    return f"select {keys} from {sweep.table.name} where {_is_due(sweep)} limit :most"  # noqa: S608


@cache
def _clear(sweep: Sweep) -> str:
    """Write what drops or empties one row that is due."""
    name, empties = sweep.table.name, sweep.term.empties
    key = " and ".join(f"{column} = :{column}" for column in ("organisation_id", *sweep.table.key))
    if not empties:
        return f"delete from {name} where {key} and {_is_due(sweep)}"  # noqa: S608
    columns = ", ".join(f"{column} = {value}" for column, value in empties.items())
    return f"update {name} set {columns} where {key} and {_is_due(sweep)}"  # noqa: S608


def _is_due(sweep: Sweep) -> str:
    return f"{sweep.term.since} < :before and {sweep.term.where}"


class RetentionSweep:
    """What was kept for long enough, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, sweep: Sweep, before: datetime, most: int) -> Sequence[Row]:
        """Find what is older than a moment; a transaction that only reads will do."""
        return await self._transaction.all(_find(sweep), before=to_microseconds(before), most=most)

    async def clear(self, sweep: Sweep, before: datetime, rows: Sequence[Row]) -> None:
        """Drop or empty what was found, if it is still so old."""
        names = ("organisation_id", *sweep.table.key)
        moment = to_microseconds(before)
        await self._transaction.many(
            _clear(sweep),
            [{"before": moment, **{name: row[name] for name in names}} for row in rows],
        )

    async def clear_contacts(self, sweep: Sweep, before: datetime, rows: Sequence[Row]) -> None:
        """Drop contact points with the keys of their persons; those in use are passed over."""
        for row in rows:
            key = {"organisation_id": row["organisation_id"], "id": row["id"]}
            held = await self._transaction.one(HOLD_CONTACT, **key)
            if held is None:
                continue
            await self._transaction.run(_clear(sweep), before=to_microseconds(before), **key)
            whose = {"organisation_id": row["organisation_id"], "person_id": held["person_id"]}
            await self._transaction.run(DROP_KEY, **whose)
            await self._transaction.run(DROP_REQUESTERS, **key)

    async def note(self, run: Run) -> None:
        """Write down when a sweep came to its end."""
        await self._transaction.run(
            NOTE,
            organisation_id=str(HOUSE),
            term=run.name,
            ran_at=to_microseconds(run.ran_at),
            found=run.found,
        )

    async def runs(self) -> Sequence[Run]:
        rows = await self._transaction.all(RUNS, organisation_id=str(HOUSE))
        return [
            Run(name=row["term"], ran_at=from_microseconds(row["ran_at"]), found=row["found"])
            for row in rows
        ]
