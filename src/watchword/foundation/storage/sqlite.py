"""SQLite: one connection writes on the event loop, and a few read in threads.

A statement that writes takes some ten microseconds, less than it takes to hand it to a
thread. Only what waits for the disk, or may take long, is done elsewhere: commits, and reading.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from watchword.foundation.ids import Reach
from watchword.foundation.storage.groups import OPEN_FOR
from watchword.foundation.storage.moments import LocalTime, Now
from watchword.foundation.storage.parts import Listing
from watchword.foundation.storage.sql import for_sqlite
from watchword.foundation.storage.sqlite_connections import (
    BUSY_FOR,
    Readers,
    Writer,
    empty_log,
    named,
)
from watchword.foundation.storage.transactions import Row, Storage, Transaction, Value

Values: TypeAlias = Mapping[str, Value]
Result = TypeVar("Result")
Read: TypeAlias = Callable[[sqlite3.Cursor], Result]
Asked: TypeAlias = Coroutine[Any, Any, Result]

WORDS_AT_ONCE = 100
LOT, BREATH = 50, 0.00005
"""Rows that a reader takes in one go, and the seconds for which it then rests: see `_in_lots`."""
DURABILITY = {"journal_mode": "wal", "synchronous": "2"}  # 2 is what SQLite calls full


class SqliteStorage(Storage):
    def __init__(
        self,
        path: Path,
        patience: float | None,
        *,
        busy_for: float = BUSY_FOR,
        open_for: float = OPEN_FOR,
        now: Now | None = None,
    ) -> None:
        """`busy_for`: how long a turn waits, in seconds, while another process is writing.

        `open_for`: how long blocks may go on to share a commit, in seconds.
        """
        super().__init__(patience)
        self._now = now or LocalTime().now
        self._path = path
        self._writer = Writer(path, busy_for, open_for)
        self._readers = Readers(path)

    @property
    def commits(self) -> int:
        """How many times the disk was asked to keep something; many blocks share one."""
        return self._writer.groups.commits

    def now(self) -> datetime:
        return self._now()

    async def risks(self) -> Mapping[str, str]:
        found = {}
        async with self.begin() as transaction:  # The connection that writes is the one to ask.
            for name in DURABILITY:
                row = await transaction.one(f"pragma {name}")
                found[name] = "unknown" if row is None else str(row[name])
        return {name: value for name, value in found.items() if value != DURABILITY[name]}

    async def is_walled(self) -> bool:
        return False  # Our queries are the only wall.

    async def empty_log(self) -> bool:
        return await asyncio.to_thread(empty_log, self._path)

    async def close(self) -> None:
        await self._writer.close()
        await self._readers.close()

    def _writing(self, reach: Reach, *, at_once: bool = True) -> Transaction:
        return _Block(self._now, self._writer, at_once=at_once)

    def _reading(self, reach: Reach) -> Transaction:
        return _Snapshot(self._now, self._readers)


class _SqliteTransaction(Transaction):
    _connection: sqlite3.Connection

    # Each hands on what `_do` would make it wait for: one step less for every statement.

    def one(self, sql: str, /, **values: Value) -> Asked[Row | None]:
        return self._do(sqlite3.Cursor.fetchone, sql, values)

    def all(self, sql: str, /, **values: Value) -> Asked[Sequence[Row]]:
        return self._do(sqlite3.Cursor.fetchall, sql, values)

    def each(self, sql: str, words: Sequence[Value], /, **values: Value) -> Asked[Sequence[Row]]:
        return _about_each(sql).all(self, words, **values)

    def run(self, sql: str, /, **values: Value) -> Asked[int]:
        return self._do(_count, sql, values)

    async def many(self, sql: str, rows: Iterable[Values], /) -> None:
        self._check()
        statement = for_sqlite(sql)
        arranged = statement.arrange_all(rows)
        try:
            self._connection.executemany(statement.text, arranged)
        except (sqlite3.Error, OverflowError, UnicodeError) as fault:
            self._fault = named(fault)
            raise self._fault from fault

    async def _do(self, read: Read[Result], sql: str, values: Values) -> Result:
        return self._execute(read, sql, values)

    def _execute(self, read: Read[Result], sql: str, values: Values) -> Result:
        self._check()
        statement = for_sqlite(sql)
        arranged = statement.arrange(values)
        try:
            return read(self._connection.execute(statement.text, arranged))
        except (sqlite3.Error, OverflowError, UnicodeError) as fault:
            self._fault = named(fault)
            raise self._fault from fault


class _Block(_SqliteTransaction):
    """A savepoint in the transaction of its group."""

    def __init__(self, now: Now, writer: Writer, *, at_once: bool) -> None:
        self._now = now
        self._writer = writer
        self._at_once = at_once

    async def _open(self) -> None:
        if not self._at_once:
            await self._writer.let_log_be_brought()
        await self._writer.groups.turn(at_once=self._at_once)
        try:
            self._connection = self._writer.open_block()
        except BaseException:
            self._writer.groups.pass_on()
            raise

    async def _keep(self) -> None:
        try:
            self._writer.keep_block()
        finally:
            await self._writer.groups.kept()

    async def _undo(self, reason: BaseException) -> None:
        self._writer.undo_block()
        if isinstance(reason, Exception):
            # It may have failed for what it read of its group, so that has to be true first.
            await self._writer.groups.kept()
        else:
            self._writer.groups.pass_on()


class _Snapshot(_SqliteTransaction):
    """What one reader saw when it was first asked."""

    def __init__(self, now: Now, readers: Readers) -> None:
        self._now = now
        self._readers = readers

    def all(self, sql: str, /, **values: Value) -> Asked[Sequence[Row]]:
        return self._do(_in_lots, sql, values)

    async def _do(self, read: Read[Result], sql: str, values: Values) -> Result:
        work = partial(self._execute, read, sql, values)
        return await asyncio.get_running_loop().run_in_executor(self._reader.thread, work)

    def _execute(self, read: Read[Result], sql: str, values: Values) -> Result:
        if not self._connection.in_transaction:
            self._connection.execute("begin")
        return super()._execute(read, sql, values)

    async def _open(self) -> None:
        self._reader = await self._readers.take()
        self._connection = self._reader.connection

    async def _keep(self) -> None:
        self._readers.put_back(self._reader)

    async def _undo(self, reason: BaseException) -> None:
        self._readers.stop(self._reader)


@lru_cache(maxsize=100)
def _about_each(sql: str) -> Listing:
    return Listing.of(sql.replace("= :each", "in (:of_0)"), WORDS_AT_ONCE)


def _in_lots(cursor: sqlite3.Cursor) -> Sequence[Row]:
    """Read all rows, and let others have the interpreter in between.

    A thread gives it away for each row and has it back some microseconds later, before anybody else
    is awake. So the loop would wait until the last row is read, however many there are.
    """
    rows: list[Row] = []
    while lot := cursor.fetchmany(LOT):
        rows += lot
        if len(lot) < LOT:
            break
        time.sleep(BREATH)
    return rows


def _count(cursor: sqlite3.Cursor) -> int:
    return max(cursor.rowcount, 0)
