"""Where work on a foreign database is done: on our own event loop, or in a thread beside it.

Both end in time. Whoever gives up learns whether something may have been written.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from watchword.foundation.errors import WatchwordError
from watchword.providers.cores.sql.columns import Unfit
from watchword.providers.cores.sql.settings import SqlSettings

Found = TypeVar("Found")
Work = Callable[[Connection], Found]

ASYNCHRONOUS: Final = {"postgresql": "postgresql+asyncpg"}
FAREWELL: Final = 1.0  # seconds
FAULTS: Final = (SQLAlchemyError, OSError, asyncio.TimeoutError)


class Course:
    """How far a piece of work has come: at its end it is committed, unless somebody gave up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_given_up = False
        self.may_be_written = False

    def begin_to_write(self) -> bool:
        """Say whether it may be committed. From then on, nobody knows until it has been."""
        with self._lock:
            self.may_be_written = not self._is_given_up
            return self.may_be_written

    def give_up(self) -> None:
        with self._lock:
            self._is_given_up = True


class Room(Protocol):
    async def work(self, do: Work[Found], course: Course) -> Found: ...

    async def close(self) -> None: ...


class DriverMissing(WatchwordError):
    """Nobody here speaks to databases of that kind; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "The driver of the database that `url` names is not installed, or there is none. "
            "Install it beside Watchword, and name it in `url`, as in oracle+oracledb://."
        )


def open_room(settings: SqlSettings) -> Room:
    """Connects to nobody yet."""
    try:
        url = _full(make_url(settings.url.reveal()))
        return _Loop(settings, url) if url.get_dialect().is_async else _Threads(settings, url)
    except (ImportError, ArgumentError, ValueError):
        raise DriverMissing from None


async def in_time(room: Room, do: Work[Found], course: Course, seconds: float) -> Found:
    try:
        async with asyncio.timeout(seconds):
            return await room.work(do, course)
    finally:
        course.give_up()


class _Loop:
    """For drivers that wait without a thread."""

    def __init__(self, settings: SqlSettings, url: URL) -> None:
        is_asyncpg = url.get_driver_name() == "asyncpg"
        patience = {"timeout": settings.timeout_seconds} if is_asyncpg else {}
        self._engine: AsyncEngine = create_async_engine(
            url, connect_args=patience, **_manner(settings)
        )
        _hush(self._engine.sync_engine)

    async def work(self, do: Work[Found], course: Course) -> Found:
        async with self._engine.connect() as connection:
            found = await connection.run_sync(do)
            if course.begin_to_write():
                await connection.commit()
            return found

    async def close(self) -> None:
        # Whoever does not answer does not answer to a farewell either.
        with suppress(*FAULTS):
            async with asyncio.timeout(FAREWELL):
                await self._engine.dispose()


class _Threads:
    """For all other drivers. A thread cannot be interrupted, but it is kept from writing."""

    def __init__(self, settings: SqlSettings, url: URL) -> None:
        is_sqlite = url.get_backend_name() == "sqlite"
        patience = {"timeout": settings.timeout_seconds} if is_sqlite else {}
        self._file = _file_of(url) if is_sqlite else None
        self._engine = create_engine(url, connect_args=patience, **_manner(settings))
        self._threads = ThreadPoolExecutor(settings.connections, thread_name_prefix="core")
        _hush(self._engine)

    async def work(self, do: Work[Found], course: Course) -> Found:
        return await asyncio.wrap_future(self._threads.submit(self._work, do, course))

    def _work(self, do: Work[Found], course: Course) -> Found:
        if self._file is not None and not self._file.is_file():
            # SQLite would make an empty one.
            raise Unfit("there is no such file")
        with self._engine.connect() as connection:
            found = do(connection)
            if course.begin_to_write():
                connection.commit()
            return found

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._engine.dispose()


def _full(url: URL) -> URL:
    """Take the driver that we have, where none is named."""
    return url.set(drivername=ASYNCHRONOUS.get(url.drivername, url.drivername))


def _file_of(url: URL) -> Path | None:
    """Tell in which file SQLite keeps it, if it is plainly one."""
    name = url.database or ":memory:"
    return None if name == ":memory:" or name.startswith("file:") else Path(name)


def _manner(settings: SqlSettings) -> dict[str, Any]:
    return {
        "hide_parameters": True,  # or whatever fails would quote a PIN
        "logging_name": "core",
        "pool_logging_name": "core",
        "pool_size": settings.connections,
        "max_overflow": 0,
        "pool_timeout": settings.timeout_seconds,
        "pool_pre_ping": True,
    }


def _hush(engine: Engine) -> None:
    """Hear nothing of what the engine says at its most talkative: there, it quotes whole rows."""
    for logger in (engine.logger, engine.pool.logger):
        if isinstance(logger, logging.Logger):
            logger.disabled = True
