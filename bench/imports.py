"""What a file of customers costs: rows read, judged, sealed and kept, and the memory it takes.

    PYTHONPATH=src:. python bench/imports.py            # 100,000 rows; some minutes
    PYTHONPATH=src:. python bench/imports.py --quick    # 20,000
    PYTHONPATH=src:. python bench/imports.py --profile  # where the time goes

A row is one of a garden centre: number, name, date of birth, e-mail, mobile, address, card, points,
turnover. `CPU` is that of our process; on PostgreSQL the server works besides.
"""

import argparse
import asyncio
import cProfile
import gc
import logging
import pstats
import resource
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

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
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services

WHOLE, QUICK = 100_000, 20_000
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


async def measure(url: str, engine: str, many: int) -> list[Figure]:
    await upgrade(url)
    keyring = new_keyring(LocalTime().now(), is_throwaway=True)
    async with open_services(parse({"database": {"url": url}}), keyring) as services:
        organisation = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
        )
        assert isinstance(organisation, Organisation)  # noqa: S101 - so that types are known
        before = _memory()
        taken = [await take(services, organisation, many // 4, many // 4 * n) for n in range(4)]
        grown = _memory() - before
        again = await take(services, organisation, many // 4, 0)
        tried = await take(services, organisation, many // 4, many, is_trial=True)
    return [
        Figure(name=f"rows taken in, {engine}", unit="rows/s CPU", rounds=taken, least=WANTED),
        Figure(name=f"rows that were here, {engine}", unit="rows/s CPU", rounds=[again]),
        Figure(name=f"rows tried, {engine}", unit="rows/s CPU", rounds=[tried]),
        Figure(name=f"memory grown over all, {engine}", unit="MB", rounds=[grown]),
    ]


async def take(
    services: Services,
    organisation: Organisation,
    many: int,
    first: int,
    *,
    is_trial: bool = False,
) -> float:
    began = time.process_time()
    progress = await services.imports.imports.run(
        Operator(name="bench", organisation=organisation),
        rows(many, first),
        guess(HEADINGS),
        _hear,
        is_trial=is_trial,
    )
    spent = time.process_time() - began
    assert isinstance(progress, Progress)  # noqa: S101 - likewise
    assert progress.read == progress.kept + progress.known == many, progress  # noqa: S101
    return many / spent


def _hear(_: Progress, refusals: Sequence[Refusal]) -> None:
    assert not refusals, refusals[0].faults  # noqa: S101 - the file is good


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def databases(folder: Path, *, is_alone: bool) -> Iterator[tuple[str, str]]:
    yield f"sqlite:///{folder / 'bench.db'}", "SQLite"
    programs = {} if is_alone else found()
    if not programs:
        return
    server = start(next(iter(programs.values())))
    try:
        yield server.create_database(), "PostgreSQL"
    finally:
        server.stop()


def main(many: int, *, is_alone: bool) -> None:
    figures = list[Figure]()
    gc.freeze()  # as our commands do
    with TemporaryDirectory() as folder:
        for url, engine in databases(Path(folder), is_alone=is_alone):
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                figures += runner.run(measure(url, engine, many))
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
