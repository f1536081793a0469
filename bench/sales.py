"""What sales cost through the API: begun, proven, reserved and committed, each with a request.

    PYTHONPATH=src:. python bench/sales.py                # on SQLite; a minute
    PYTHONPATH=src:. python bench/sales.py --many 2000 --rounds 5

What is counted is the processor time of the server alone: tills that ask are in another process.
From that follows how many redemptions, each reserved and committed, one process has time for in a
second. What went by on the clock is shown beside it, and depends on what else the machine does.
"""

import argparse
import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from tempfile import TemporaryDirectory
from typing import TypeAlias, TypeVar

import msgspec

from bench.figures import Figure, table
from bench.load import CONCURRENCY, Opened
from bench.programs import Server, ours
from bench.server import CODE, new_client, opened
from bench.shop import Shop, new_shop
from bench.wire import Wire, at_once
from watchword.features.contacts.rules import Contact
from watchword.foundation.keyring import new_keyring
from watchword.foundation.keyring_files import ENVIRONMENT, encode
from watchword.foundation.log import set_up_log
from watchword.migrations.steps import upgrade

CPU = "µs CPU"
WARM_UP = 200
LEAST = 500  # redemptions a second
STEPS = ("begin", "prove", "reserve", "commit")
Given = TypeVar("Given")
Step: TypeAlias = Callable[[Wire, Given], Awaitable[str]]


@dataclass(frozen=True)
class Round:
    """What one round took: of the processor for each step of a sale, and on the clock for what is
    a redemption."""

    costs: Sequence[float]  # microseconds
    per_second: float

    @property
    def redemption(self) -> float:
        return sum(self.costs[2:])


async def on_sqlite(rounds: int, many: int) -> list[Figure]:
    with TemporaryDirectory() as folder:
        return await through_the_api(f"sqlite:///{folder}/sales.db", rounds, many)


async def through_the_api(url: str, rounds: int, many: int) -> list[Figure]:
    async with _open_shop(url, WARM_UP + rounds * many) as (server, shop):
        await _sell(server, shop, WARM_UP)
        sold = [await _sell(server, shop, many) for _ in range(rounds)]
    return [
        *(
            Figure(
                name=f"a sale over HTTP: {name}", unit=CPU, rounds=[each.costs[at] for each in sold]
            )
            for at, name in enumerate(STEPS)
        ),
        Figure(
            name="a sale over HTTP, whole",
            unit="ms CPU",
            rounds=[sum(each.costs) / 1000 for each in sold],
        ),
        Figure(
            name="redemptions that one process has time for",
            unit="a second",
            rounds=[1e6 / each.redemption for each in sold],
            least=LEAST,
            note="reserved and committed",
        ),
        Figure(
            name="redemptions on the clock",
            unit="a second",
            rounds=[each.per_second for each in sold],
        ),
    ]


@asynccontextmanager
async def _open_shop(url: str, customers: int) -> AsyncIterator[tuple[Server, Shop]]:
    """Fill a database, and start a server for it."""
    keys = new_keyring(datetime.now(UTC))
    await upgrade(url)
    async with opened(url, keys=keys) as services:
        operator, key = await new_client(services)
        shop = await new_shop(services, operator, customers)
    surroundings = {ENVIRONMENT: base64.b64encode(encode(keys)).decode()}
    async with ours(url, "join", surroundings=surroundings) as server:
        yield replace(server, key=key), shop


async def _sell(server: Server, shop: Shop, many: int) -> Round:
    reward_id = str(shop.reward.id)

    async def begin(wire: Wire, phone: Contact) -> str:
        asked = {"phone": phone.address.reveal(), "terminal_id": "till-3", "staff": "Kim"}
        return _id(await wire.post("/v1/till-sessions", asked, once=phone.address.reveal()))

    async def prove(wire: Wire, id: str) -> str:
        reply = await wire.post(f"/v1/till-sessions/{id}/answers", {"code": str(CODE)}, once=id)
        if b'"proven"' not in reply:
            raise RuntimeError(f"The right code was not accepted: {reply!r}")
        return id

    async def reserve(wire: Wire, id: str) -> str:
        wanted = {"session_id": id, "reward_id": reward_id}
        return _id(await wire.post("/v1/redemptions", wanted, once=id))

    async def commit(wire: Wire, id: str) -> str:
        return _id(await wire.post(f"/v1/redemptions/{id}/commitments", {"order_id": id}, once=id))

    phones = [*islice(shop.phones, many)]
    begun, beginning = await _each(server, begin, phones)
    proven, proving = await _each(server, prove, begun)
    began = time.perf_counter()
    reserved, reserving = await _each(server, reserve, proven)
    _, committing = await _each(server, commit, reserved)
    passed = time.perf_counter() - began
    return Round((beginning, proving, reserving, committing), many / passed)


async def _each(
    server: Server, step: Step[Given], jobs: Sequence[Given]
) -> tuple[list[str], float]:
    """Do a step for all; give what came of it, and what each took of the server."""
    done = list[str]()

    async def one(wire: Wire, job: Given) -> None:
        done.append(await step(wire, job))

    before = server.seconds()
    await at_once([(server.port, server.key)] * CONCURRENCY, jobs, one)
    return done, (server.seconds() - before) / len(jobs) * 1e6


def _id(reply: bytes) -> str:
    return msgspec.json.decode(reply, type=Opened).id


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--many", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments)
    set_up_log()
    print(table(asyncio.run(on_sqlite(asked.rounds, asked.many))))


if __name__ == "__main__":
    main()
