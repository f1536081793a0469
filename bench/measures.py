"""How each row of the table is measured: in short rounds, ours and the floor by turns."""

import base64
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures import Figure
from bench.load import answer_all, open_many, strangers, until_delivered
from bench.programs import Server, floor, ours
from watchword.foundation.keyring import new_keyring
from watchword.foundation.keyring_files import ENVIRONMENT, encode
from watchword.foundation.storage import Storage, open_storage

CPU = "µs CPU"
WARM_UP = 200


@dataclass(frozen=True)
class Plan:
    """How long all of it may take: so many rounds, each of so many operations."""

    rounds: int
    many: int


def say(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Costs:
    """Microseconds of the processor for one operation."""

    create: float
    check: float


@dataclass(frozen=True)
class Pairs:
    """What pairs cost when each code is sent through the sandbox before it is typed."""

    per_second: float
    cpu: float  # milliseconds for one


async def beside_the_floor(plan: Plan) -> list[Figure]:
    """Open and answer challenges, ours and the floor by turns, so that noise meets them both."""
    rounds: list[tuple[Costs, Costs]] = []
    low_phones, high_phones = strangers(), strangers()
    with TemporaryDirectory() as folder:
        async with (
            floor(Path(folder) / "floor.db") as low,
            ours(f"sqlite:///{folder}/ours.db") as high,
        ):
            await _warm_up([low], low_phones)
            await _warm_up([high], high_phones)
            for number in range(plan.rounds):
                beneath = await _costs(low, low_phones, plan.many)
                rounds.append((beneath, await _costs(high, high_phones, plan.many)))
                say(f"HTTP on SQLite, beside the floor: round {number + 1} of {plan.rounds}")
    return [
        *_compared("create, SQLite", [(low.create, high.create) for low, high in rounds], 700),
        *_compared("check, SQLite", [(low.check, high.check) for low, high in rounds], 500),
    ]


async def pairs_on_sqlite(plan: Plan) -> list[Figure]:
    with TemporaryDirectory() as folder:
        rounds = await _pairs(f"sqlite:///{folder}/pairs.db", plan, processes=1)
    return _shown("pair, SQLite", rounds, least=800, most=1.3)


async def on_postgresql(fresh: Callable[[], str], plan: Plan) -> list[Figure]:
    """`fresh` gives the URL of a new database. The server's own time is not in these figures."""
    phones = strangers()
    async with ours(fresh()) as server:
        await _warm_up([server], phones)
        costs = [await _costs(server, phones, plan.many) for _ in range(plan.rounds)]
    say("HTTP on PostgreSQL")
    one = await _pairs(fresh(), plan, processes=1)
    two = await _pairs(fresh(), plan, processes=2)
    gains = [b.per_second / a.per_second for a, b in zip(one, two, strict=True)]
    return [
        Figure(name="create, PostgreSQL", unit=CPU, rounds=[each.create for each in costs]),
        Figure(name="check, PostgreSQL", unit=CPU, rounds=[each.check for each in costs]),
        *_shown("pair, PostgreSQL", one),
        *_shown("pair, PostgreSQL, two processes", two),
        Figure(name="two processes beside one", unit="times", rounds=gains, least=1.5),
    ]


async def _warm_up(servers: Sequence[Server], phones: Iterator[str]) -> None:
    await answer_all(servers, await open_many(servers, phones, WARM_UP))


async def _costs(server: Server, phones: Iterator[str], many: int) -> Costs:
    before = server.seconds()
    ids = await open_many([server], phones, many)
    between = server.seconds()
    await answer_all([server], ids)
    after = server.seconds()
    return Costs((between - before) / many * 1e6, (after - between) / many * 1e6)


def _compared(name: str, rounds: Sequence[tuple[float, float]], most: float) -> list[Figure]:
    beneath = median(low for low, _ in rounds)
    return [
        Figure(
            name=name,
            unit=CPU,
            rounds=[high for _, high in rounds],
            most=most,
            note=f"the floor: {beneath:.0f} {CPU}",
        ),
        Figure(
            name=f"{name}, beside the floor",
            unit="times",
            rounds=[high / low for low, high in rounds],
            most=2.0,
        ),
    ]


async def _pairs(url: str, plan: Plan, *, processes: int) -> list[Pairs]:
    phones = strangers()
    async with _working(url, processes) as servers, open_storage(url) as storage:
        await _warm_up(servers, phones)
        rounds = []
        for number in range(plan.rounds):
            rounds.append(await _round(servers, storage, phones, plan.many))
            say(f"pairs, {url.partition(':')[0]}, {processes} at work: round {number + 1}")
    return rounds


@asynccontextmanager
async def _working(url: str, processes: int) -> AsyncIterator[list[Server]]:
    """Start so many servers for one database, each of which also sends."""
    written = encode(new_keyring(datetime.now(UTC)))
    surroundings = {ENVIRONMENT: base64.b64encode(written).decode()}
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(ours(url, "work", surroundings=surroundings))
        servers = [first]
        for _ in range(processes - 1):
            another = ours(url, "work", "join", surroundings=surroundings)
            servers.append(replace(await stack.enter_async_context(another), key=first.key))
        yield servers


async def _round(
    servers: Sequence[Server], storage: Storage, phones: Iterator[str], many: int
) -> Pairs:
    began, before = time.perf_counter(), sum(server.seconds() for server in servers)
    ids = await open_many(servers, phones, many)
    await until_delivered(storage)
    await answer_all(servers, ids)
    passed = time.perf_counter() - began
    used = sum(server.seconds() for server in servers) - before
    return Pairs(per_second=many / passed, cpu=used / many * 1000)


def _shown(
    name: str, rounds: Sequence[Pairs], *, least: float | None = None, most: float | None = None
) -> list[Figure]:
    rates, costs = [each.per_second for each in rounds], [each.cpu for each in rounds]
    return [
        Figure(
            name=f"{name}, sent through the sandbox", unit="a second", rounds=rates, least=least
        ),
        Figure(name=f"{name}, its cost", unit="ms CPU", rounds=costs, most=most),
    ]
