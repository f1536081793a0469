"""What a code notices of a campaign that comes to know its recipients beside it.

    PYTHONPATH=src:. python bench/beside.py                    # on SQLite
    PYTHONPATH=src:. python bench/beside.py --only PostgreSQL

One server answers and works, as `watchword serve` does. Codes are asked for over HTTP at random
moments, and each is on its way until its provider, here, has it. By turns the campaign goes on and
is paused, so whatever else the machine does meets both. Turns in which it is paused are compared
with each other as well: by so much figures differ that should be one.
"""

import argparse
import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import cast

import msgspec
import uvloop

from bench.beside_server import DONE, ON, TURN
from bench.campaigns import MANY, POSTGRESQL, SECONDS, SQLITE
from bench.figures import Figure, table
from bench.programs import free_port
from bench.slow_provider import REPLY, whole_request
from bench.slow_provider import SECONDS as PROVIDER_TAKES
from bench.wire import Wire, connected
from tests.postgresql import found as servers
from tests.postgresql import start

RECIPIENTS = 300_000
GOES_ON, PAUSED, PAUSED_STILL = range(3)
A_SECOND = 60
"""Codes that are asked for in one, at random moments."""
CONNECTIONS = 8
SERVER = Path(__file__).parent / "beside_server.py"
STARTS_WITHIN, ENDS_WITHIN = 180.0, 25.0  # seconds


class Taken(asyncio.Protocol):
    """A provider: it knows when it was asked to write to whom, and answers a little later."""

    def __init__(self, taken: dict[str, float]) -> None:
        self._taken = taken
        self._read = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        while whole := whole_request(self._read):
            body, self._read = whole
            self._taken[msgspec.json.decode(body, type=Asked).to] = time.perf_counter()
            asyncio.get_running_loop().call_later(PROVIDER_TAKES, self._answer)

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(REPLY)


class Asked(msgspec.Struct):
    to: str


@dataclass
class Turns:
    """Since when the campaign goes on, or is paused; and what became of it in the end."""

    moments: list[tuple[float, bool]] = field(default_factory=list)
    seconds: float = 0.0
    count: int = 0

    def hear(self, line: str) -> bool:
        """Take what the server says; say whether there is more to come."""
        word, number, *rest = line.split()
        if word == DONE:
            self.seconds, self.count = float(number), int(rest[0])
            return False
        self.moments.append((float(number), word == ON))
        return True

    def at(self, moment: float) -> int | None:
        """Say whose turn it was. What was asked for before the first one counts for nobody."""
        before = [each for each in self.moments if each[0] <= moment]
        if not before:
            return None
        began, is_on = before[-1]
        if is_on:
            return GOES_ON
        return PAUSED if moment < began + TURN else PAUSED_STILL


async def compared(url: str, engine: str, many: int) -> list[Figure]:
    turns, asked, taken = Turns(), dict[str, float](), dict[str, float]()
    async with _provider(taken) as provider, _server(url, provider, many) as (process, port, key):
        work = asyncio.create_task(_ask(port, key, asked))
        try:
            await _until_done(process, turns)
        finally:
            work.cancel()
    if turns.count != many:
        raise RuntimeError(f"{turns.count} of {many} recipients: nothing was measured.")
    waits: tuple[list[float], ...] = ([], [], [])
    for phone, moment in asked.items():
        if phone in taken and (turn := turns.at(moment)) is not None:
            waits[turn].append((taken[phone] - moment) * 1000)
    return told(engine, turns.seconds * MANY / many, *waits)


def told(
    engine: str,
    seconds: float,
    beside: Sequence[float],
    alone: Sequence[float],
    again: Sequence[float],
) -> list[Figure]:
    both = [*alone, *again]
    rows = {
        "median beside a campaign": median(beside),
        "median alone": median(both),
        "p99 beside a campaign": _p99(beside),
        "p99 alone": _p99(both),
        "p99 alone, the first half": _p99(alone),
        "p99 alone, the second half": _p99(again),
    }
    wall = f"{engine}: a million recipients, codes beside"
    ratio = f"{engine}: p99 beside, to p99 alone"
    note = f"{len(beside)} codes beside, {len(both)} alone"
    return [
        Figure(name=wall, unit="s", rounds=[seconds], most=SECONDS),
        *(
            Figure(name=f"{engine}: a code, {name}", unit="ms", rounds=[row])
            for name, row in rows.items()
        ),
        Figure(name=ratio, unit="times", rounds=[_p99(beside) / _p99(both)], note=note),
    ]


def _p99(waits: Sequence[float]) -> float:
    return quantiles(waits, n=100)[98]


async def _ask(port: int, key: str, asked: dict[str, float]) -> None:
    """Ask for codes at random moments: nobody who wants one knows of the others."""
    chance = Random(1)  # noqa: S311 - nobody guesses who asks for codes here
    # Far apart: of numbers that are neighbours, rules against pumping would not take so many.
    phones = (f"+4915{number}" for number in chance.sample(range(111111111, 199999999), MANY // 10))
    async with AsyncExitStack() as stack:
        free = [await stack.enter_async_context(connected(port, key)) for _ in range(CONNECTIONS)]
        under_way = await stack.enter_async_context(_with_its_end())
        while True:
            await asyncio.sleep(chance.expovariate(A_SECOND))
            if free:
                task = asyncio.create_task(_ask_one(free, phones, asked))
                under_way.add(task)
                task.add_done_callback(under_way.discard)


@asynccontextmanager
async def _with_its_end() -> AsyncIterator[set[asyncio.Task[None]]]:
    """Let nobody wait for an answer any more when nothing is measured any more."""
    under_way = set[asyncio.Task[None]]()
    try:
        yield under_way
    finally:
        for task in under_way:
            task.cancel()


async def _ask_one(free: list[Wire], phones: Iterator[str], asked: dict[str, float]) -> None:
    wire, phone = free.pop(), next(phones)
    asked[phone] = time.perf_counter()
    to = {"phone": phone}
    wanted = {"purpose": "contact_verification", "to": to, "channel": "sms"}
    await wire.post("/v1/challenges", wanted)
    free.append(wire)


async def _until_done(process: Process, turns: Turns) -> None:
    assert process.stdin is not None  # noqa: S101 - both are piped
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(b"begin\n")
    while line := await process.stdout.readline():
        if not turns.hear(line.decode()):
            return
    raise RuntimeError("The server has ended; try it by hand.")


@asynccontextmanager
async def _provider(taken: dict[str, float]) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Taken(taken), "127.0.0.1", 0, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def _server(url: str, provider: int, many: int) -> AsyncIterator[tuple[Process, int, str]]:
    port = free_port()
    words = [str(SERVER), url, str(port), str(provider), str(many)]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=PIPE, stdout=PIPE)
    assert process.stdout is not None  # noqa: S101 - it is piped
    try:
        key = await asyncio.wait_for(process.stdout.readline(), STARTS_WITHIN)
        if not key:
            raise RuntimeError("The server does not start; try it by hand.")
        yield process, port, key.decode().strip()
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), ENDS_WITHIN)


async def main(many: int, only: str) -> list[Figure]:
    if only == SQLITE:
        with TemporaryDirectory() as folder:
            return await compared(f"sqlite:///{folder}/bench.db", SQLITE, many)
    server = start(next(iter(servers().values())))
    try:
        return await compared(server.create_database(), POSTGRESQL, many)
    finally:
        server.stop()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="What a code notices of a campaign.")
    arguments.add_argument("--many", type=int, default=RECIPIENTS, help="how many recipients")
    arguments.add_argument("--only", choices=(SQLITE, POSTGRESQL), default=SQLITE, help="engine")
    chosen = arguments.parse_args()
    print(table(uvloop.run(main(chosen.many, chosen.only))))
