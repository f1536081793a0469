"""Where it is counted how often somebody failed, by a blind index of what they are looked up by."""

from datetime import datetime

from watchword.features.calls.locks.rules import FORGOTTEN_AFTER, LOCKS_END_AFTER, Count
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction

GET = """
    select * from call_locks
    where organisation_id = :organisation_id and number_index = :number_index
"""

MAKE_OR_HOLD = """
    insert into call_locks (organisation_id, number_index, in_a_row, last_at)
    values (:organisation_id, :number_index, 0, :last_at)
    on conflict (organisation_id, number_index) do update set number_index = excluded.number_index
    returning *
"""

SAVE = """
    update call_locks set in_a_row = :in_a_row, last_at = :last_at, locked_at = :locked_at
    where organisation_id = :organisation_id and number_index = :number_index
"""

FORGET = """
    delete from call_locks where (organisation_id, number_index) in (
        select organisation_id, number_index from call_locks
        where last_at <= :before and (locked_at is null or locked_at <= :locked_before)
        order by last_at limit :most
    )
"""


class LockStore:
    """The counts of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def get(self, index: bytes) -> Count:
        row = await self._transaction.one(GET, organisation_id=self._ours, number_index=index)
        return Count() if row is None else _from_row(row)

    async def hold(self, index: bytes) -> Count:
        """Read a count that nobody else can change until the transaction ends. Where there is none,
        one is made: so of two that begin it, neither is lost."""
        row = await self._transaction.one(
            MAKE_OR_HOLD,
            organisation_id=self._ours,
            number_index=index,
            last_at=to_microseconds(self._transaction.now()),
        )
        return Count() if row is None else _from_row(row)

    async def save(self, index: bytes, count: Count, at: datetime) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            number_index=index,
            in_a_row=count.in_a_row,
            last_at=to_microseconds(at),
            locked_at=microseconds_if_any(count.locked_at),
        )


class LockSweep:
    """The counts of all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, most: int) -> int:
        """Drop what has not failed again for long, and what has been locked for much longer."""
        now = self._transaction.now()
        return await self._transaction.run(
            FORGET,
            before=to_microseconds(now - FORGOTTEN_AFTER),
            locked_before=to_microseconds(now - LOCKS_END_AFTER),
            most=most,
        )


def _from_row(row: Row) -> Count:
    in_a_row = row["in_a_row"]
    return Count(
        in_a_row=in_a_row,
        last_at=from_microseconds(row["last_at"]) if in_a_row else None,
        locked_at=moment_if_any(row["locked_at"]),
    )
