"""PostgreSQL: a pool of connections, and rows that are held until their transaction ends."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Self, TypeAlias, TypeVar

import asyncpg

from watchword.foundation.errors import WatchwordError
from watchword.foundation.ids import Reach
from watchword.foundation.storage.arrays import as_one_insert, asked_of_each
from watchword.foundation.storage.faults import (
    ConstraintViolated,
    StatementRefused,
    StorageConflict,
    StorageUnavailable,
)
from watchword.foundation.storage.moments import Now, ServerTime
from watchword.foundation.storage.sql import for_postgresql
from watchword.foundation.storage.transactions import Row, Storage, Transaction, Value

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Kinds: TypeAlias = dict[str, Sequence[str]]
"""Of the values of statements that add many rows, as PostgreSQL calls them: `int8`."""
Answer = TypeVar("Answer")

CONNECTIONS = 10
TO_WRITE = "begin isolation level read committed"
TO_WRITE_SOON = f"{TO_WRITE}; set local synchronous_commit = off"
TO_READ = "begin isolation level repeatable read, read only"
REACH = "set local watchword.organisation = "  # what the policies of row-level security ask
PLAN_ANEW = "set local plan_cache_mode = force_custom_plan"
"""A plan that is kept was made when the table was small, and reads it whole for ever after: 60 ms
instead of 2, with 10,000 rows, until somebody has counted these. So where many are asked about, and
many may be added, each statement is planned for the table as it is."""
DURABILITY = """
    select
        current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as synchronous_commit,
        current_setting('full_page_writes') as full_page_writes
"""
WALLS = """
    select coalesce(bool_and(row_security_active(polrelid)), false) as stand
    from pg_policy join pg_class on pg_class.oid = polrelid
    where relnamespace = current_schema()::regnamespace
"""
UPKEEP = """
    select current_setting('autovacuum')::boolean and current_setting('track_counts')::boolean
        as stands
"""
TIME = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint"

DRIVER_FAULTS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # said when it is asked just after the server has hung up
    OSError,
)
OUT_OF_REACH = (
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    OSError,
)


class PostgresqlStorage(Storage):
    def __init__(self, pool: Pool, patience: float | None, now: Now | None = None) -> None:
        super().__init__(patience)
        self._pool = pool
        self._time = ServerTime()
        self._kinds: Kinds = {}
        self._now = now or self._time.now

    @classmethod
    async def connect(cls, url: str, patience: float | None, *, now: Now | None = None) -> Self:
        pool = asyncpg.create_pool(
            url,
            min_size=1,
            max_size=CONNECTIONS,
            statement_cache_size=1000,
            reset=_as_it_is,
        )
        storage = cls(pool, patience, now)
        try:
            await pool
        except DRIVER_FAULTS as fault:
            raise _named(fault, is_lost=True) from None
        async with storage.reading():
            return storage  # By now it has asked what time it is.

    def now(self) -> datetime:
        return self._now()

    async def risks(self) -> Mapping[str, str]:
        async with self.reading() as transaction:
            [row] = await transaction.all(DURABILITY)
        found = {name: row[name] for name in ("fsync", "synchronous_commit", "full_page_writes")}
        return {name: value for name, value in found.items() if value == "off"}

    async def is_walled(self) -> bool:
        async with self.reading() as transaction:
            [row] = await transaction.all(WALLS)
        return bool(row["stand"])

    async def is_tended(self) -> bool:
        async with self.reading() as transaction:
            [row] = await transaction.all(UPKEEP)
        return bool(row["stands"])

    async def close(self) -> None:
        await self._pool.close()

    def _writing(self, reach: Reach, *, at_once: bool = True) -> Transaction:
        begin = _begin(TO_WRITE if at_once else TO_WRITE_SOON, reach)
        return _Transaction(self._pool, begin, self._now, self._time, self._kinds)

    def _reading(self, reach: Reach) -> Transaction:
        return _Transaction(self._pool, _begin(TO_READ, reach), self._now, self._time, self._kinds)


def _begin(begin: str, reach: Reach) -> str:
    # An id is made of hexadecimal digits and hyphens, so it needs no quoting beyond this.
    return begin if reach is None else f"{begin}; {REACH}'{reach}'"


class _Transaction(Transaction):
    _plans_anew = False

    def __init__(self, pool: Pool, begin: str, now: Now, time: ServerTime, kinds: Kinds) -> None:
        self._pool = pool
        self._begin = begin
        self._now = now
        self._time = time
        self._kinds = kinds

    async def one(self, sql: str, /, **values: Value) -> Row | None:
        return await self._do(self._connection.fetchrow, sql, values)

    async def all(self, sql: str, /, **values: Value) -> Sequence[Row]:
        return await self._do(self._connection.fetch, sql, values)

    async def each(self, sql: str, words: Sequence[Value], /, **values: Value) -> Sequence[Row]:
        if not words:
            return []
        self._check()
        if not self._plans_anew:
            self._plans_anew = True
            await self._ask(self._connection.execute(PLAN_ANEW))
        kind = "bytea" if isinstance(words[0], bytes) else "text"
        asked = asked_of_each(sql, kind)
        return await self._do(self._connection.fetch, asked, {**values, "each": words})

    async def run(self, sql: str, /, **values: Value) -> int:
        done = await self._do(self._connection.execute, sql, values)
        count = done.rpartition(" ")[2]  # as in `UPDATE 3`
        return int(count) if count.isdigit() else 0

    async def many(self, sql: str, rows: Iterable[Mapping[str, Value]], /) -> None:
        self._check()
        statement = for_postgresql(sql)
        arranged = statement.arrange_all(rows)
        insert = as_one_insert(sql)
        if insert is None:
            await self._ask(self._connection.executemany(statement.text, arranged))
        elif arranged:
            text = insert.text(await self._kinds_of(statement.text))
            await self._ask(self._connection.execute(text, *zip(*arranged, strict=True)))

    async def _kinds_of(self, text: str) -> Sequence[str]:
        """Give the kinds of the values of a statement. They are the same for good."""
        kinds = self._kinds.get(text)
        if kinds is None:
            prepared = await self._ask(self._connection.prepare(text))
            kinds = self._kinds[text] = [each.name for each in prepared.get_parameters()]
        return kinds

    async def _do(
        self, ask: Callable[..., Awaitable[Answer]], sql: str, values: Mapping[str, Any]
    ) -> Answer:
        self._check()
        statement = for_postgresql(sql)
        return await self._ask(ask(statement.text, *statement.arrange(values)))

    async def _ask(self, answer: Awaitable[Answer]) -> Answer:
        try:
            return await answer
        except DRIVER_FAULTS as fault:
            self._fault = _named(fault, is_lost=self._is_lost())
        # What PostgreSQL says of a fault may quote addresses, so it is not passed on.
        raise self._fault

    def _is_lost(self) -> bool:
        try:
            return self._connection.is_closed()
        except asyncpg.InterfaceError:
            return True  # The pool has taken it back already.

    async def _open(self) -> None:
        try:
            self._connection: Connection = await self._pool.acquire()
        except DRIVER_FAULTS as fault:
            raise _named(fault, is_lost=True) from None
        try:
            if self._time.is_stale:
                await self._time.ask(self._microseconds)
            await self._ask(self._connection.execute(self._begin))
        except BaseException:
            await self._pool.release(self._connection)
            raise

    async def _microseconds(self) -> int:
        count: int = await self._ask(self._connection.fetchval(TIME))
        return count

    async def _keep(self) -> None:
        try:
            ended = await self._ask(self._connection.execute("commit"))
        finally:
            await self._pool.release(self._connection)
        if ended != "COMMIT":
            raise StatementRefused("A statement was stopped, and all was undone with it.")

    async def _undo(self, reason: BaseException) -> None:
        try:
            with suppress(*DRIVER_FAULTS):
                await self._connection.execute("rollback")
        finally:
            await self._pool.release(self._connection)


async def _as_it_is(_: object) -> None:
    """Put a connection back: a transaction that has ended leaves nothing behind in it."""


def _named(fault: Exception, *, is_lost: bool) -> WatchwordError:
    """Say in our own words what has failed."""
    said = str(fault.args[0]) if isinstance(fault, asyncpg.PostgresError) else type(fault).__name__
    if is_lost or isinstance(fault, OUT_OF_REACH):
        return StorageUnavailable(said)
    if isinstance(fault, asyncpg.TransactionRollbackError):
        return StorageConflict(said)
    if isinstance(fault, asyncpg.IntegrityConstraintViolationError):
        return ConstraintViolated(said)
    return StatementRefused(said)
