"""The database: one kind of transaction, on SQLite or on PostgreSQL.

    async with storage.begin(organisation_id) as transaction:    # durable, or it never happened
        card = await transaction.one(HOLD, id=str(card_id))
    async with storage.soon(organisation_id) as transaction:     # durable a little later, in order
        await transaction.many(ADD, rows)
    async with storage.reading(organisation_id) as transaction:  # one moment, never in the way
        rows = await transaction.all(REPORT)

A store writes its SQL once, so it keeps to what both engines take alike:

| in the table | in Python | and note |
| --- | --- | --- |
| `text` | `str` | an id is `str(id)`: one spelling in rows, logs and URLs |
| `bigint` | `int` | a moment is a count of microseconds, see `clock` |
| `boolean` | `bool` | if it is a column; what SQLite works out is 0 or 1 |
| `bytea` | `bytes` | SQLite takes any name for it |
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from watchword.foundation.storage.faults import (
    ConstraintViolated,
    HeldTooLong,
    NestedTransaction,
    StatementRefused,
    StorageConflict,
    StorageUnavailable,
)
from watchword.foundation.storage.moments import Now
from watchword.foundation.storage.parts import Listing, in_parts, places
from watchword.foundation.storage.postgresql import PostgresqlStorage
from watchword.foundation.storage.sqlite import SqliteStorage
from watchword.foundation.storage.transactions import Row, Storage, Transaction, Value

__all__ = [
    "ConstraintViolated",
    "HeldTooLong",
    "Listing",
    "NestedTransaction",
    "Now",
    "Row",
    "StatementRefused",
    "Storage",
    "StorageConflict",
    "StorageUnavailable",
    "Transaction",
    "Value",
    "in_parts",
    "open_storage",
    "places",
]


@asynccontextmanager
async def open_storage(
    url: str, *, patience: float | None = None, now: Now | None = None
) -> AsyncIterator[Storage]:
    """Open `sqlite:///relative/path`, `sqlite:////absolute/path` or `postgresql://…`.

    With `patience`, a transaction that stays open for so many seconds is interrupted: a sign
    that it waits for something else than the database. `now` stands in for the database's time.
    """
    storage = await _connect(url, patience, now)
    try:
        yield storage
    finally:
        await storage.close()


async def _connect(url: str, patience: float | None, now: Now | None) -> Storage:
    scheme, _, place = url.partition("://")
    if scheme == "sqlite" and place.startswith("/"):
        return SqliteStorage(Path(place[1:]), patience, now=now)
    if scheme == "postgresql":
        return await PostgresqlStorage.connect(url, patience, now=now)
    raise ValueError("The URL of a database begins with sqlite:/// or postgresql://")
