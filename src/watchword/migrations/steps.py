"""How the schema gets from where it is to where it should be, and how far it is.

Alembic does the work. It is imported only here and in what it calls, and only when a database
is upgraded: a server that starts asks for the version with one query.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.foundation.errors import WatchwordError
from watchword.foundation.storage.faults import StorageUnavailable
from watchword.foundation.storage.sqlite_connections import make_private

if TYPE_CHECKING:
    from sqlalchemy import Connection

HERE = Path(__file__).parent
NEWEST = max(path.name[:4] for path in HERE.glob("versions/[0-9]*.py"))

LOCK = 0x77617463  # "watc": the advisory lock by which a second upgrade waits for the first
WAIT = 60.0  # seconds, for another process that upgrades the same SQLite file

IS_MADE = "select name from sqlite_master where name = 'alembic_version'"
VERSION = "select version_num from alembic_version"


class OtherSchema(WatchwordError):
    """The database has another schema than this version of the program needs."""

    def __init__(self, found: str | None) -> None:
        state = "is empty" if found is None else f"has schema {found}"
        remedy = (
            "A newer version has brought it there: install that one"
            if _is_newer(found)
            else "Bring it there: watchword database upgrade"
        )
        super().__init__(f"The database {state}, and this version needs schema {NEWEST}. {remedy}")


def _is_newer(found: str | None) -> bool:
    return found is not None and found > NEWEST


async def upgrade(url: str, to: str = NEWEST) -> str | None:
    """Bring a database to the newest schema; give the version it had. A second call waits.

    `to`: an older schema, if a backup is to be put into it.

    Raise `OtherSchema` if it is beyond that already: no step leads back.
    """
    with _named_faults(url):
        if url.startswith("sqlite:///"):
            path = Path(url.removeprefix("sqlite:///"))
            return await asyncio.to_thread(_upgrade_sqlite, path, to)
        return await _upgrade_postgresql(url, to)


async def check(url: str) -> None:
    """Raise `OtherSchema` unless the database has the newest schema."""
    found = await version(url)
    if found != NEWEST:
        raise OtherSchema(found)


async def version(url: str) -> str | None:
    """Give the version of the schema, or nothing if there is none yet."""
    with _named_faults(url):
        if url.startswith("sqlite:///"):
            return _version_of_sqlite(Path(url.removeprefix("sqlite:///")))
        return await _version_of_postgresql(url)


@contextmanager
def _named_faults(url: str) -> Iterator[None]:
    try:
        yield
    except WatchwordError:
        raise
    except _driver_faults(url) as fault:
        said = str(getattr(fault, "orig", None) or fault).strip() or type(fault).__name__
        raise StorageUnavailable(f"The database cannot be used: {said}") from fault


def _driver_faults(url: str) -> tuple[type[Exception], ...]:
    """Called only when something has failed, so that nobody else waits for the imports."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - see the head of this file

    if url.startswith("sqlite:///"):
        return (OSError, sqlite3.Error, DBAPIError)
    import asyncpg  # noqa: PLC0415

    return (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError)


def _version_of_sqlite(path: Path) -> str | None:
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute(IS_MADE).fetchone() is None:
            return None
        row = connection.execute(VERSION).fetchone()
        return None if row is None else str(row[0])


async def _version_of_postgresql(url: str) -> str | None:
    import asyncpg  # noqa: PLC0415 - a machine with SQLite alone need not load it

    connection = await asyncpg.connect(url)
    try:
        found: str | None = await connection.fetchval(VERSION)
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return found


def _upgrade_sqlite(path: Path, to: str) -> str | None:
    from sqlalchemy import create_engine, text  # noqa: PLC0415 - see the head of this file

    path.parent.mkdir(parents=True, exist_ok=True)
    make_private(path)
    engine = create_engine(
        f"sqlite:///{path}", isolation_level="AUTOCOMMIT", connect_args={"timeout": WAIT}
    )
    try:
        with engine.connect() as connection:
            # The driver would commit before each change of a table; one block holds them all.
            connection.execute(text("begin immediate"))
            before = _version_of_sqlite(path)
            _run(connection, before, to)
            connection.execute(text("commit"))
    finally:
        engine.dispose()
    return before


async def _upgrade_postgresql(url: str, to: str) -> str | None:
    import asyncpg  # noqa: PLC0415 - see the head of this file
    from sqlalchemy import text  # noqa: PLC0415
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url)
    )
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
            before = await _version_of_postgresql(url)
            await connection.run_sync(_run, before, to)
    finally:
        await engine.dispose()
    return before


def _run(connection: "Connection", before: str | None, to: str) -> None:
    if _is_newer(before):
        raise OtherSchema(before)
    from alembic import command  # noqa: PLC0415 - see the head of this file
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
