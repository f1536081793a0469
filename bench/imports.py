"""What a file of customers costs: rows read, judged, sealed and kept, and the memory it takes.

    PYTHONPATH=src:. python bench/imports.py            # 200,000 rows; some minutes
    PYTHONPATH=src:. python bench/imports.py --quick    # 20,000
    PYTHONPATH=src:. python bench/imports.py --profile  # where the time goes

A row is one of a garden centre: number, name, date of birth, e-mail, mobile, address, card, points,
turnover. A second process makes rows ready, and on PostgreSQL the server works besides. Rows in a
second are those of the clock, and hold on a quiet machine alone (look at `vmstat 5`); CPU is what
each row costs whoever works, and tells more on a busy one. A short file pays for the start of the
second process, and for the rows that are made ready before it is there.
"""

import argparse
import asyncio
import cProfile
import gc
import logging
import os
import pstats
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pipe, active_children, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import uvloop

from bench.figures import Figure, table
from tests.postgresql import found, start
from watchword.features.clients.rules import Operator
from watchword.features.imports.columns import guess
from watchword.features.imports.rows import Refusal
from watchword.features.imports.rules import Progress
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.foundation.storage.moments import LocalTime
from watchword.foundation.storage.sqlite_connections import BUSY_PAUSE
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services

WHOLE, QUICK = 200_000, 20_000
LOOKED_AT = (20_000, 50_000, 100_000, 200_000)
"""Rows after which memory is looked at."""
PAUSE = 0.02  # seconds between two who write
SQLITE = "sqlite:///"
PIECE = 64 * 1024
WANTED = 5000  # rows in a second
HEADINGS = (
    *("Kundennummer", "Vorname", "Nachname", "Geburtsdatum", "E-Mail", "Mobil", "Straße", "PLZ"),
    *("Ort", "Kartennummer", "Punkte", "Umsatz"),
)
GIVEN = ("Anna", "Bernd", "Käthe", "Jürgen", "Sabine", "Uwe", "Petra", "Heinz-Peter", "Lena", "Max")
FAMILY = ("Müller", "Schmidt", "Groß", "Meyer-Landrut", "Köhler", "Wagner", "Becker", "von Ahlen")


def rows(many: int, first: int = 0) -> Iterator[bytes]:
    """Write a file in pieces; no two rows are about one customer."""
    piece = bytearray((";".join(HEADINGS) + "\r\n").encode())
    for number in range(first, first + many):
        given, family = GIVEN[number % 10], FAMILY[number // 10 % 8]
        piece += (
            f"{number};{given};{family}{_letters(number)};"
            f"{1 + number % 28:02}.{1 + number % 12:02}.{1940 + number % 60};k{number}@example.org;"
            f"0171 {1000000 + number};"
            f"Gartenweg {number % 200};{10000 + number % 80000};Musterstadt;{29000000 + number};"
            f"{number % 5000};{number % 900},{number % 100:02}\r\n"
        ).encode()
        if len(piece) >= PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def _letters(number: int) -> str:
    """Make names as many as a town has."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(3))


Spent = Callable[[], float]
"""Tells how many seconds of CPU a server has spent by now."""


async def measure(url: str, engine: str, many: int, server: Spent | None) -> list[Figure]:
    await upgrade(url)
    keyring = new_keyring(LocalTime().now(), is_throwaway=True)
    async with open_services(parse({"database": {"url": url}}), keyring) as services:
        organisation = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
        )
        assert isinstance(organisation, Organisation)  # noqa: S101 - so that types are known
        with Neighbour(url) as neighbour:
            new = await take(services, organisation, Take(many, server))
        again = await take(services, organisation, Take(many // 4, server))
        tried = await take(services, organisation, Take(many // 4, server), many, is_trial=True)
    figures = [
        new.figure(f"rows taken in, {engine}", WANTED),
        again.figure(f"rows that were here, {engine}"),
        tried.figure(f"rows tried, {engine}"),
    ]
    for read, (here, aside) in new.memory.items():
        name = f"memory after {read:,} rows, {engine}"
        figures.append(Figure(name=name, unit="MB", rounds=[here], note=f"and {aside:.0f} aside"))
    if neighbour.waits:
        longest = f"longest {max(neighbour.waits):.0f}"
        name = f"how long others wait to write, {engine}"
        figures.append(Figure(name=name, unit="ms", rounds=neighbour.waits, note=longest))
    return figures


@dataclass
class Take:
    """What taking in has cost so far. `memory`: by the rows read, here and in other processes."""

    many: int
    server: Spent | None
    wall: float = field(default_factory=time.perf_counter)
    here: float = field(default_factory=time.process_time)
    aside: float = field(default_factory=lambda: _aside())  # noqa: PLW0108 - it stands below
    served: float = 0.0
    memory: dict[int, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.served = 0.0 if self.server is None else self.server()

    def hear(self, progress: Progress, refusals: Sequence[Refusal]) -> None:
        assert not refusals, refusals[0].faults  # noqa: S101 - the file is good
        if progress.read in LOOKED_AT:
            aside = sum(_resident(each.pid) for each in active_children() if each.pid)
            self.memory[progress.read] = _resident(os.getpid()), aside

    def end(self) -> None:
        self.wall = time.perf_counter() - self.wall
        self.here = time.process_time() - self.here
        self.aside = _aside() - self.aside
        self.served = 0.0 if self.server is None else self.server() - self.served

    def figure(self, name: str, least: float | None = None) -> Figure:
        spent = {"here": self.here, "aside": self.aside, "of the server": self.served}
        each = (f"{took / self.many * 1e6:.0f} {who}" for who, took in spent.items() if took)
        note = f"µs of CPU: {', '.join(each)}"
        return Figure(
            name=name, unit="rows/s", rounds=[self.many / self.wall], least=least, note=note
        )


async def take(
    services: Services,
    organisation: Organisation,
    taking: Take,
    first: int = 0,
    *,
    is_trial: bool = False,
) -> Take:
    many = taking.many
    progress = await services.imports.imports.run(
        Operator(name="bench", organisation=organisation),
        rows(many, first),
        guess(HEADINGS),
        taking.hear,
        is_trial=is_trial,
    )
    taking.end()
    assert isinstance(progress, Progress)  # noqa: S101 - likewise
    assert progress.read == progress.kept + progress.known == many, progress  # noqa: S101
    return taking


class Neighbour:
    """Somebody in another process who writes a little, again and again, as a door does; on SQLite
    they have to wait until nobody else writes."""

    def __init__(self, url: str) -> None:
        self.waits: list[float] = []
        self._path = url.removeprefix(SQLITE) if url.startswith(SQLITE) else None

    def __enter__(self) -> Self:
        if self._path is not None:
            self._ours, theirs = Pipe()
            self._process = get_context("spawn").Process(target=_write, args=(self._path, theirs))
            self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._path is not None:
            self._ours.send(None)
            self.waits = self._ours.recv()
            self._process.join()


def _write(path: str, others: Connection) -> None:
    database, waits = sqlite3.connect(path, isolation_level=None, timeout=0), list[float]()
    while not others.poll(PAUSE):
        began = time.perf_counter()
        while True:
            try:
                database.execute("begin immediate")
                break
            except sqlite3.OperationalError:
                time.sleep(BUSY_PAUSE)
        database.execute("rollback")
        waits.append((time.perf_counter() - began) * 1000)
    others.send(waits)


def _aside() -> float:
    """Give the CPU of processes that have ended by now."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident(process: int) -> float:
    """Give the memory of a process as it is now, in megabytes."""
    pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize() / 1024**2


def _spent_by(postmaster: int) -> float:
    """Give the CPU of a server: of its processes, and of those that have ended."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parent, *rest = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1:]
            if int(stat.parent.name) == postmaster:
                ticks += sum(map(int, rest[9:13]))
            elif int(parent) == postmaster:
                ticks += sum(map(int, rest[9:11]))
    return ticks / os.sysconf("SC_CLK_TCK")


def databases(folder: Path, *, is_alone: bool) -> Iterator[tuple[str, str, Spent | None]]:
    yield f"sqlite:///{folder / 'bench.db'}", "SQLite", None
    programs = {} if is_alone else found()
    if not programs:
        return
    server = start(next(iter(programs.values())))
    try:
        assert server.process is not None  # noqa: S101 - it was started here
        told = (server.process.folder / "data" / "postmaster.pid").read_text(encoding="ascii")
        spent = partial(_spent_by, int(told.split()[0]))
        yield server.create_database(), "PostgreSQL", spent
    finally:
        server.stop()


def main(many: int, *, is_alone: bool) -> None:
    figures = list[Figure]()
    gc.freeze()  # as our commands do
    with TemporaryDirectory() as folder:
        for url, engine, server in databases(Path(folder), is_alone=is_alone):
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                figures += runner.run(measure(url, engine, many, server))
    print(table(figures))


if __name__ == "__main__":
    set_up_log(level=logging.WARNING, is_terminal=True)
    asked = argparse.ArgumentParser(description="What a file of customers costs.")
    asked.add_argument("--quick", action="store_true", help="with fewer rows")
    asked.add_argument("--sqlite", action="store_true", help="without PostgreSQL")
    asked.add_argument("--profile", action="store_true", help="show where the time goes")
    chosen = asked.parse_args()
    count = QUICK if chosen.quick or chosen.profile else WHOLE
    if chosen.profile:
        profile = cProfile.Profile()
        profile.runcall(main, count, is_alone=True)
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    else:
        main(count, is_alone=chosen.sqlite)
