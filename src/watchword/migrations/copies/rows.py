"""How rows leave a database and get into another one, whichever engine either has.

What is read is one moment, however long it takes; what is written is there as a whole, or not at
all. Neither ever holds more than some hundred rows in memory.
"""

import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Table

from watchword.foundation.errors import WatchwordError
from watchword.foundation.storage import Row, Transaction, Value
from watchword.migrations.copies.files import BadCopy, Cells, CopyReader, CopyWriter
from watchword.migrations.schema import schema

AT_ONCE = 500  # rows
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

Progress: TypeAlias = Callable[[int], None]
"""Told how many rows more are done."""


class NotEmpty(WatchwordError):
    """Rows are to be restored where there are some already."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"The database is not empty: there are rows in {table}. "
            "Restore into a new one, and set database.url to it."
        )


async def count(transaction: Transaction) -> int:
    """Count all rows, so that it can be said how far one is."""
    found = 0
    for table in _tables():
        [row] = await transaction.all(f"select count(*) as found from {table.name}")  # noqa: S608
        found += row["found"]
    return found


async def copy_out(transaction: Transaction, writer: CopyWriter, progress: Progress) -> None:
    """Write all rows of all tables, as this one reading transaction sees them."""
    for table in _tables():
        # What SQLAlchemy calls a name is a string of a kind of its own.
        columns = [str(column.name) for column in table.columns]
        writer.begin(str(table.name), columns)
        async for rows in _pages(transaction, table):
            writer.add([[row[name] for name in columns] for row in rows])
            progress(len(rows))


async def copy_in(transaction: Transaction, reader: CopyReader, progress: Progress) -> None:
    """Add all rows of a backup. The database must be empty, and have the schema of the backup."""
    await _check_empty(transaction, reader.header.tables)
    counts: dict[str, int] = {}
    for name, columns, pages in reader.tables():
        statement = _insert(name, columns)
        counts[name] = 0
        for rows in pages:
            await transaction.many(statement, [_values(columns, row) for row in rows])
            counts[name] += len(rows)
            progress(len(rows))
    if counts != reader.header.tables:
        raise BadCopy("The backup does not hold as many rows as it says.")


async def _check_empty(transaction: Transaction, names: Collection[str]) -> None:
    for name in names:
        if await transaction.one(f"select 1 as found from {_known(name)} limit 1"):  # noqa: S608
            raise NotEmpty(name)


def _tables() -> Sequence[Table]:
    return [schema.tables[name] for name in sorted(schema.tables)]


async def _pages(transaction: Transaction, table: Table) -> AsyncIterator[Sequence[Row]]:
    """Give all rows in the order of their key, some at a time."""
    key = [column.name for column in table.primary_key.columns]
    first, next_ = _select(table), _select(table, behind=True)
    rows = await transaction.all(first, most=AT_ONCE)
    while rows:
        yield rows
        if len(rows) < AT_ONCE:
            return
        last = {f"behind_{name}": rows[-1][name] for name in key}
        rows = await transaction.all(next_, most=AT_ONCE, **last)


def _select(table: Table, *, behind: bool = False) -> str:
    columns = ", ".join(column.name for column in table.columns)
    key = ", ".join(column.name for column in table.primary_key.columns)
    marks = ", ".join(f":behind_{column.name}" for column in table.primary_key.columns)
    rest = f"where ({key}) > ({marks})" if behind else ""
    return f"select {columns} from {table.name} {rest} order by {key} limit :most"  # noqa: S608


def _insert(name: str, columns: Sequence[str]) -> str:
    names = ", ".join(_known(column) for column in columns)
    marks = ", ".join(f":{column}" for column in columns)
    return f"insert into {_known(name)} ({names}) values ({marks})"  # noqa: S608 - names alone


def _known(name: str) -> str:
    """Let a name of a table or column pass, and nothing else that a file might hold."""
    if not NAME.fullmatch(name):
        raise BadCopy("The backup names a table or a column as no backup of ours does.")
    return name


def _values(columns: Sequence[str], row: Cells) -> Mapping[str, Value]:
    try:
        return dict(zip(columns, row, strict=True))
    except (TypeError, ValueError):
        raise BadCopy("The backup holds a row that does not fit its table.") from None
