"""The log of SQLite comes into the file beside those who write, and does not grow for ever."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from watchword.foundation.storage import open_storage
from watchword.foundation.storage.sqlite_log import FEW, Log

SOON, A_MOMENT = 10.0, 0.1  # seconds
PAGE = 4096


class Slow(sqlite3.Connection):
    """A connection that begins what it is asked for, and ends it when it is let."""

    begun: Event
    may_end: Event
    was_let = False

    def execute(self, *asked: object) -> sqlite3.Cursor:
        self.begun.set()
        self.was_let = self.may_end.wait(SOON)
        return super().execute(*asked)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "test.db"
    with closing(sqlite3.connect(path)) as first:
        first.execute("pragma journal_mode = wal")
        first.execute("create table notes (said text)")
    return path


@pytest.fixture
def writer(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("pragma wal_autocheckpoint = 0")
        yield writer


def opened(path: Path, kind: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=kind)


def write(writer: sqlite3.Connection, many: int = 10) -> int:
    writer.executemany("insert into notes values (?)", [("a" * PAGE,)] * many)
    return writer.total_changes


def test_what_was_written_comes_into_the_file(path: Path, writer: sqlite3.Connection) -> None:
    log, before = Log(lambda: opened(path), rows=10), path.stat().st_size

    log.has_grown(write(writer, 20))
    log.close()

    assert path.stat().st_size > before + 20 * PAGE


def test_after_whoever_has_time_it_is_brought_sooner(
    path: Path, writer: sqlite3.Connection
) -> None:
    log, before = Log(lambda: opened(path), rows=9 * FEW), path.stat().st_size

    written = write(writer, FEW)
    log.has_grown(written, in_a_hurry=True)
    time.sleep(A_MOMENT)
    is_brought_in_a_hurry = path.stat().st_size > before
    log.has_grown(written, in_a_hurry=False)
    log.close()

    assert not is_brought_in_a_hurry
    assert path.stat().st_size > before


def test_for_a_few_rows_the_disk_is_not_asked(path: Path, writer: sqlite3.Connection) -> None:
    log, before = Log(lambda: opened(path), rows=20), path.stat().st_size

    log.has_grown(write(writer, 10))
    log.close()

    assert path.stat().st_size == before


def test_whoever_commits_does_not_wait_for_it(path: Path, writer: sqlite3.Connection) -> None:
    slow = opened(path, Slow)
    assert isinstance(slow, Slow)
    slow.begun, slow.may_end = Event(), Event()
    log = Log(lambda: slow, rows=1)

    log.has_grown(write(writer))
    assert slow.begun.wait(SOON)
    log.has_grown(write(writer))
    log.has_grown(write(writer))

    slow.may_end.set()
    log.close()
    assert slow.was_let


async def test_whoever_has_time_lets_it_come_to_its_end(
    path: Path, writer: sqlite3.Connection
) -> None:
    slow = opened(path, Slow)
    assert isinstance(slow, Slow)
    slow.begun, slow.may_end = Event(), Event()
    log = Log(lambda: slow, rows=1)
    await log.brought()

    log.has_grown(write(writer))
    assert slow.begun.wait(SOON)
    waiting = asyncio.create_task(log.brought())
    await asyncio.sleep(A_MOMENT)
    assert not waiting.done()

    slow.may_end.set()
    await asyncio.wait_for(waiting, SOON)
    log.close()


async def test_whoever_is_tired_of_waiting_stops_nothing(
    path: Path, writer: sqlite3.Connection
) -> None:
    slow = opened(path, Slow)
    assert isinstance(slow, Slow)
    slow.begun, slow.may_end = Event(), Event()
    log = Log(lambda: slow, rows=1)
    log.has_grown(write(writer))

    waiting = asyncio.create_task(log.brought())
    await asyncio.sleep(0)
    waiting.cancel()
    slow.may_end.set()
    await log.brought()
    log.close()

    assert slow.was_let


def test_a_log_that_is_long_is_waited_for(path: Path, writer: sqlite3.Connection) -> None:
    brought = Event()

    class OnASlowDisk(sqlite3.Connection):
        def execute(self, *asked: object) -> sqlite3.Cursor:
            time.sleep(A_MOMENT)
            cursor = super().execute(*asked)  # type: ignore[arg-type]
            brought.set()
            return cursor

    log, waited = Log(lambda: opened(path, OnASlowDisk), rows=10, long=5), list[bool]()

    for _ in range(10):
        brought.clear()
        log.has_grown(write(writer, 10))
        waited.append(brought.is_set())
        brought.wait(A_MOMENT * 2)
    log.close()

    assert not waited[0]
    assert any(waited)


def test_whoever_reads_for_long_keeps_nobody_from_committing(
    path: Path, writer: sqlite3.Connection
) -> None:
    log = Log(lambda: opened(path), rows=1, long=5)
    with closing(opened(path)) as reader:
        reader.execute("begin")
        before = reader.execute("select count(*) from notes").fetchone()

        for _ in range(20):
            log.has_grown(write(writer))

        assert reader.execute("select count(*) from notes").fetchone() == before
    log.close()


def test_where_it_cannot_be_done_nothing_is_lost(writer: sqlite3.Connection) -> None:
    def refuse() -> sqlite3.Connection:
        raise sqlite3.OperationalError("unable to open database file")

    log = Log(refuse, rows=1)

    log.has_grown(write(writer, 3))
    log.has_grown(write(writer, 3))
    log.close()

    assert writer.execute("select count(*) from notes").fetchone() == (6,)


async def test_a_storage_brings_its_log_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    async with open_storage(f"sqlite:///{path}") as storage:
        async with storage.begin() as transaction:
            await transaction.run("create table notes (said text)")
            await transaction.many(
                "insert into notes values (:said)", [{"said": "a" * PAGE}] * 1000
            )

        async with asyncio.timeout(SOON):
            while path.stat().st_size < 1000 * PAGE:  # noqa: ASYNC110 - a file tells nobody
                await asyncio.sleep(0.01)
