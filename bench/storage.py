"""What storage costs, beside a bare driver that is given the same statements.

    python bench/storage.py             # on SQLite, and on a PostgreSQL started for it
    python bench/storage.py postgresql://…

A transaction is what opening a challenge does: count it, keep it, queue a notice, audit it.
Many tasks do that as fast as they can. The time is that of the processor, in our process alone.
"""

import asyncio
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import TypeAlias
from uuid import uuid4

import asyncpg

from tests.postgresql import found, start
from watchword.foundation.storage import Storage, Value
from watchword.foundation.storage.postgresql import CONNECTIONS, PostgresqlStorage
from watchword.foundation.storage.sql import for_postgresql, for_sqlite
from watchword.foundation.storage.sqlite import SqliteStorage
from watchword.foundation.storage.sqlite_connections import TO_WRITE

TASKS, TRANSACTIONS, ROUNDS = 32, 4096, 9

TABLES = [
    *(f"drop table if exists bench_{name}" for name in ("counts", "opened", "notices", "audit")),
    "create table bench_counts (address text primary key, used bigint not null)",
    "create table bench_opened (id text primary key, print bytea, ends_at bigint not null)",
    "create table bench_notices (id text primary key, sealed bytea, due_at bigint not null)",
    "create table bench_audit (id text primary key, at bigint not null, what text not null)",
]
COUNT = """
    insert into bench_counts values (:address, 1)
    on conflict (address) do update set used = bench_counts.used + 1 returning used
"""
KEEP = "insert into bench_opened values (:id, :print, :ends_at)"
QUEUE = "insert into bench_notices values (:id, :sealed, :due_at)"
AUDIT = "insert into bench_audit values (:id, :at, :what)"
SQLITE = {sql: for_sqlite(sql).text for sql in (COUNT, KEEP, QUEUE, AUDIT)}
POSTGRESQL = {sql: for_postgresql(sql).text for sql in (COUNT, KEEP, QUEUE, AUDIT)}

Write: TypeAlias = Callable[[sqlite3.Connection, int], None]


def steps(number: int) -> Iterator[tuple[str, dict[str, Value]]]:
    id = str(uuid4())
    yield COUNT, {"address": f"+4477009{number % 1000:05}"}
    yield KEEP, {"id": id, "print": b"p" * 32, "ends_at": number}
    yield QUEUE, {"id": id, "sealed": b"s" * 34, "due_at": number}
    yield AUDIT, {"id": id, "at": number, "what": "challenge.opened"}


async def cost_of_storage(storage: Storage) -> float:
    numbers = iter(range(TRANSACTIONS))

    async def work() -> None:
        for number in numbers:
            async with storage.begin() as transaction:
                for sql, values in steps(number):
                    await transaction.one(sql, **values)

    async with storage.begin() as transaction:
        for table in TABLES:
            await transaction.run(table)
    return await cost(work, TASKS)


async def cost(work: Callable[[], Awaitable[None]], tasks: int) -> float:
    began = process_time()
    await asyncio.gather(*(work() for _ in range(tasks)))
    return (process_time() - began) / TRANSACTIONS * 1e6


async def cost_of_sqlite(path: Path) -> tuple[float, int]:
    """Give the cost of one transaction, and how many of them shared a commit."""
    storage = SqliteStorage(path, None)
    cost = await cost_of_storage(storage)
    await storage.close()
    return cost, round(TRANSACTIONS / storage.commits)


def cost_of_bare_sqlite(
    path: Path, group: int, write: Write, commit: Callable[..., object]
) -> float:
    with closing(
        sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    ) as connection:
        for statement in (*(f"pragma {setting}" for setting in TO_WRITE), *TABLES):
            connection.execute(statement)
        began = process_time()
        for first in range(0, TRANSACTIONS, group):
            connection.execute("begin immediate")
            for number in range(first, min(first + group, TRANSACTIONS)):
                write(connection, number)
            commit(connection.execute, "commit")
        return (process_time() - began) / TRANSACTIONS * 1e6


def write(connection: sqlite3.Connection, number: int) -> None:
    for sql, values in steps(number):
        connection.execute(SQLITE[sql], [*values.values()]).fetchone()


def write_a_block(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("savepoint block")
    write(connection, number)
    connection.execute("release block")


async def cost_of_bare_postgresql(url: str) -> float:
    numbers = iter(range(TRANSACTIONS))

    async def work() -> None:
        connection = connections.pop()
        for number in numbers:
            async with connection.transaction():
                for sql, values in steps(number):
                    await connection.fetchrow(POSTGRESQL[sql], *values.values())
        await connection.close()

    connections = [await asyncpg.connect(url) for _ in range(CONNECTIONS)]
    for table in TABLES:
        await connections[0].execute(table)
    return await cost(work, CONNECTIONS)


def measure_sqlite(folder: Path) -> dict[str, float]:
    ours, group = asyncio.run(cost_of_sqlite(folder / "ours.db"))
    with ThreadPoolExecutor(1) as thread:
        return {
            "sqlite3": cost_of_bare_sqlite(
                folder / "bare.db", group, write, lambda do, sql: do(sql)
            ),
            "sqlite3, savepoints, commits in a thread": cost_of_bare_sqlite(
                folder / "apart.db", group, write_a_block, lambda *do: thread.submit(*do).result()
            ),
            "storage on SQLite": ours,
        }


async def measure_postgresql(url: str) -> dict[str, float]:
    bare = await cost_of_bare_postgresql(url)
    storage = await PostgresqlStorage.connect(url, None)
    ours = await cost_of_storage(storage)
    await storage.close()
    return {"asyncpg": bare, "storage on PostgreSQL": ours}


def show(rounds: list[dict[str, float]]) -> None:
    costs = {name: median(measured[name] for measured in rounds) for name in rounds[0]}
    bare = next(iter(costs.values()))
    for name, microseconds in costs.items():
        print(f"{name:42}{microseconds:8.0f} µs   x {microseconds / bare:.2f}")


def measure_on(url: str) -> None:
    show([asyncio.run(measure_postgresql(url)) for _ in range(ROUNDS)])


def measure_on_our_own() -> None:
    servers = found()
    if not servers:
        print("PostgreSQL is not measured: there is none on this machine.")
        return
    name, binaries = next(iter(servers.items()))
    server = start(binaries)
    print(name)
    try:
        measure_on(server.create_database())
    finally:
        server.stop()


def main(url: str | None) -> None:
    print(f"CPU for a transaction of 4 statements, {TASKS} tasks, median of {ROUNDS} rounds")
    rounds = []
    for _ in range(ROUNDS):
        with TemporaryDirectory() as folder:
            rounds.append(measure_sqlite(Path(folder)))
    show(rounds)
    if url:
        measure_on(url)
    else:
        measure_on_our_own()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
