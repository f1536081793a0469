"""Where budgets are kept: one row for each key, held while it is judged."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from watchword.features.limits.rules import DAY, MONTH, Budget, aged
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction

HOLD = """
    select sends, wrong, wrong_in_a_row, blocked_until from budgets
    where organisation_id = :organisation_id and key = :key
    for update
"""

MAKE_OR_HOLD = """
    insert into budgets (
        organisation_id, key, sends, wrong, wrong_in_a_row, blocked_until, touched_at
    ) values (:organisation_id, :key, :none, :none, 0, null, :now)
    on conflict (organisation_id, key) do update set key = excluded.key
    returning sends, wrong, wrong_in_a_row, blocked_until
"""

SAVE = """
    update budgets set
        sends = :sends, wrong = :wrong,
        wrong_in_a_row = :wrong_in_a_row, blocked_until = :blocked_until, touched_at = :now
    where organisation_id = :organisation_id and key = :key
"""

FORGET = """
    delete from budgets where (organisation_id, key) in (
        with due as materialized (
            select organisation_id, key from budgets
            where wrong_in_a_row = 0 and touched_at < :before
              and (touched_at < :long_before or substr(key, length(key) - 6) <> ':letter')
            limit :most
            for update skip locked
        )
        select organisation_id, key from due
    )
"""

ALL = """
    select key, sends, wrong, wrong_in_a_row, blocked_until from budgets
    where organisation_id = :organisation_id
    for update
"""

ABOUT = """
    select key, sends, wrong, wrong_in_a_row, blocked_until from budgets
    where organisation_id = :organisation_id and key >= :start and key < :end
    order by key limit :most
"""

LIFT = """
    delete from budgets
    where organisation_id = :organisation_id and substr(key, 1, :length) = :start
"""

MOMENT_BYTES = 8


class BudgetStore:
    """The budgets of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def hold(self, key: str) -> Budget:
        """Read a budget that nobody else can use until the transaction ends."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, key=key)
        return Budget() if row is None else _from_row(row)

    async def make_or_hold(self, key: str) -> Budget:
        """Do the same for a budget that may be new; it is there afterwards, and can be saved."""
        row = await self._transaction.one(
            MAKE_OR_HOLD, organisation_id=self._ours, key=key, none=b"", now=self._now
        )
        return Budget() if row is None else _from_row(row)

    async def save(self, key: str, budget: Budget) -> None:
        """Write back a budget that was held."""
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            key=key,
            sends=_packed(budget.sends),
            wrong=_packed(budget.wrong),
            wrong_in_a_row=budget.wrong_in_a_row,
            blocked_until=microseconds_if_any(budget.blocked_until),
            now=self._now,
        )

    async def age(self, by: timedelta) -> None:
        """Make all that was used up older, as if so much time had passed."""
        rows = await self._transaction.all(ALL, organisation_id=self._ours)
        for row in rows:
            await self.save(row["key"], aged(_from_row(row), by))

    async def about(self, start: str, most: int) -> Mapping[str, Budget]:
        """Give what was used up under keys that begin so, by what follows."""
        # The character behind the last one ends the range, so that the index finds it.
        end = f"{start[:-1]}{chr(ord(start[-1]) + 1)}"
        rows = await self._transaction.all(
            ABOUT, organisation_id=self._ours, start=start, end=end, most=most
        )
        return {row["key"].removeprefix(start): _from_row(row) for row in rows}

    async def lift(self, start: str) -> int:
        """Forget all that was used up under keys that begin so, and say how many there were."""
        return await self._transaction.run(
            LIFT, organisation_id=self._ours, start=start, length=len(start)
        )


class BudgetSweep:
    """What is not used up any more, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, most: int) -> int:
        """Drop budgets that no cap asks for. Wrong guesses in a row are never forgotten."""
        now = self._transaction.now()
        return await self._transaction.run(
            FORGET,
            before=to_microseconds(now - DAY),
            long_before=to_microseconds(now - MONTH),
            most=most,
        )


def _from_row(row: Row) -> Budget:
    return Budget(
        sends=_unpacked(row["sends"]),
        wrong=_unpacked(row["wrong"]),
        wrong_in_a_row=row["wrong_in_a_row"],
        blocked_until=moment_if_any(row["blocked_until"]),
    )


def _packed(moments: tuple[datetime, ...]) -> bytes:
    return b"".join(to_microseconds(moment).to_bytes(MOMENT_BYTES, "big") for moment in moments)


def _unpacked(packed: bytes) -> tuple[datetime, ...]:
    starts = range(0, len(packed), MOMENT_BYTES)
    return tuple(
        from_microseconds(int.from_bytes(packed[start : start + MOMENT_BYTES], "big"))
        for start in starts
    )
