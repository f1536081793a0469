"""What evidence costs: an entry in a business transaction, sealing, lists, exports, verifying.

    PYTHONPATH=src:. python bench/ledger.py            # some minutes
    PYTHONPATH=src:. python bench/ledger.py --quick    # with fewer entries

Figures for many entries are of one organisation that has them all. `CPU` is that of our process;
on PostgreSQL the server works besides.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import uvloop

from bench.figures import Figure, table
from tests.postgresql import found, start
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Operator
from watchword.features.ledger.exports.service import ExportForm
from watchword.features.ledger.rules import EntryId, Wanted
from watchword.features.ledger.service import NotYet
from watchword.features.ledger.verification import Verification
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.ids import new_id
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.foundation.storage.moments import LocalTime
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services

ROUNDS, APPENDS, SEALED = 5, 2000, 10_000
WHOLE, QUICK = 1_000_000, 50_000
IN_ONE_BLOCK = 500
RARE = Action.BLOCK_LIFTED


async def measure(url: str, engine: str, many: int) -> list[Figure]:
    await upgrade(url)
    keyring = new_keyring(LocalTime().now(), is_throwaway=True)
    async with open_services(parse({"database": {"url": url}}), keyring) as services:
        organisation = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
        )
        assert isinstance(organisation, Organisation)  # noqa: S101 - so that types are known
        appended = [await append(services, organisation) for _ in range(ROUNDS)]
        await services.ledger.sealing.seal_all(organisation.id)
        sealed = [await seal(services, organisation) for _ in range(ROUNDS)]
        await fill(services, organisation, many)
        return [
            Figure(name=f"append an entry, {engine}", unit="µs CPU", rounds=appended, most=60),
            Figure(name=f"seal 10,000 entries, {engine}", unit="s", rounds=sealed, most=1),
            *await lists(services, organisation, engine, many),
            *await out_and_verified(services, organisation, engine, many),
        ]


async def append(services: Services, organisation: Organisation) -> float:
    """Measure an entry alone: a block with it, less a block without it."""
    bare = await blocks(services, organisation, 0)
    return (await blocks(services, organisation, 1) - bare) / APPENDS * 1e6


async def blocks(services: Services, organisation: Organisation, entries: int) -> float:
    began = time.process_time()
    for _ in range(APPENDS // IN_ONE_BLOCK):
        async with services.storage.begin(organisation.id) as transaction:
            for _ in range(IN_ONE_BLOCK):
                store = AuditStore(transaction, organisation.id)
                for _ in range(entries):
                    await store.add(entry())
    return time.process_time() - began


def entry(action: Action = Action.CHALLENGE_OPENED) -> Entry:
    return Entry(
        action=action,
        actor="api_key:5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e",
        target=str(new_id()),
        details={"purpose": "wallet_signin", "channel": "sms"},
    )


async def seal(services: Services, organisation: Organisation) -> float:
    await add(services, organisation, SEALED)
    began = time.perf_counter()
    await services.ledger.sealing.seal_all(organisation.id)
    return time.perf_counter() - began


async def add(services: Services, organisation: Organisation, many: int) -> None:
    for start_of in range(0, many, IN_ONE_BLOCK):
        async with services.storage.begin(organisation.id) as transaction:
            store = AuditStore(transaction, organisation.id)
            for number in range(start_of, min(start_of + IN_ONE_BLOCK, many)):
                await store.add(entry(RARE if number % 10_000 == 0 else Action.CHALLENGE_OPENED))


async def fill(services: Services, organisation: Organisation, many: int) -> None:
    """Bring the ledger to so many entries."""
    there = (await services.ledger.entries.standing(organisation.id)).size
    await add(services, organisation, max(many - there, 0))
    await services.ledger.sealing.seal_all(organisation.id)


async def lists(
    services: Services, organisation: Organisation, engine: str, many: int
) -> list[Figure]:
    ledger, whose = services.ledger.entries, organisation.id
    first = await ledger.page(whose, Wanted(), most=50, after=None)
    middle = (await ledger.page(whose, Wanted(action=RARE), most=50, after=None)).page.items[-1]
    since, last = middle.at, first.page.items[-1]
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "the newest": lambda: ledger.page(whose, Wanted(), most=50, after=None),
        "a rare action": lambda: ledger.page(whose, Wanted(action=RARE), most=50, after=None),
        "one actor, a rare action": lambda: ledger.page(
            whose, Wanted(action=RARE, actor=last.actor), most=50, after=None
        ),
        "up to the middle": lambda: ledger.page(whose, Wanted(until=since), most=50, after=None),
        "an id": lambda: ledger.page(whose, Wanted(word=middle.target), most=50, after=None),
        "a key that did it all": lambda: ledger.page(
            whose, Wanted(word=last.actor.removeprefix("api_key:")), most=50, after=None
        ),
        "how it stands": lambda: ledger.standing(whose),
        "a receipt": lambda: receipt(services, organisation, middle.id),
    }
    return [
        Figure(
            name=f"{name}, of {many:,} entries, {engine}",
            unit="ms",
            rounds=[await spent(ask) for _ in range(ROUNDS)],
            most=50,
        )
        for name, ask in asked.items()
    ]


async def receipt(services: Services, organisation: Organisation, id: EntryId) -> None:
    if isinstance(await services.ledger.entries.receipt(organisation.id, id), NotYet):
        raise AssertionError  # noqa: TRY004 - it is not there yet


async def spent(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await ask()
    return (time.perf_counter() - began) * 1000


async def out_and_verified(
    services: Services, organisation: Organisation, engine: str, many: int
) -> list[Figure]:
    caller = Operator(name="bench", organisation=organisation)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        began = time.perf_counter()
        pieces = await services.ledger.exports.begin(caller, ExportForm.JSONL)
        with path.open("wb") as file:
            async for piece in cast(AsyncIterator[bytes], pieces):  # an operator asks nobody
                file.write(piece)
        exported = time.perf_counter() - began
        began = time.perf_counter()
        verify(path)
        verified = time.perf_counter() - began
    return [
        Figure(name=f"export {many:,} entries, {engine}", unit="s", rounds=[exported]),
        Figure(name=f"verify {many:,} entries", unit="s", rounds=[verified], most=60),
    ]


def verify(path: Path) -> None:
    checking = Verification()
    with path.open("rb") as file:
        for line in file:
            checking.read(line)
    if not checking.end().is_good:
        raise AssertionError(checking.end())


def databases() -> Iterator[tuple[str, str]]:
    with TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/ledger.db", "SQLite"
    servers = found()
    if not servers:
        print("PostgreSQL is not measured: there is none on this machine.")
        return
    server = start(next(iter(servers.values())))
    try:
        yield server.create_database(), "PostgreSQL"
    finally:
        server.stop()


def main(many: int) -> None:
    figures = list[Figure]()
    for url, engine in databases():
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            figures += runner.run(measure(url, engine, many))
    print(table(figures))


if __name__ == "__main__":
    set_up_log()
    arguments = argparse.ArgumentParser(description="What evidence costs.")
    arguments.add_argument("--quick", action="store_true", help="with fewer entries")
    main(QUICK if arguments.parse_args().quick else WHOLE)
