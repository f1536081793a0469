"""What a sale costs: begun, proven, reserved and committed.

    PYTHONPATH=src:. python bench/tills.py                   # 512 sales, one after the other
    PYTHONPATH=src:. python bench/tills.py --many 2048 --at-once 32

Times are the median CPU of our process for each step, on SQLite, with the commits that make it
durable. Sales that happen at once share commits, as they do in a shop with many tills. Beside them
stands how many statements each step of one sale is.
"""

import argparse
import asyncio
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import uvloop

from bench.drift import WORK, noticed
from bench.shop import new_shop
from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import Contact
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.redemptions.rules import Redemption
from watchword.features.rewards.rules import Reward
from watchword.features.tills.rules import NewSession, TillSessionId
from watchword.features.tills.verdicts import Asking, Proven
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.foundation.storage.moments import LocalTime
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services

WHOLE, WARM = 512, 64
CODE = 123456
Asked = TypeVar("Asked")
Done = TypeVar("Done")
GATEWAY = {
    "kind": "http",
    "channel": ["sms"],
    "url": "http://127.0.0.1:9/send",
    "body": {"to": "{to}", "text": "{text}"},
}


class Watch:
    """CPU of each step, for some sales at once; and the statements of each, once it traces them."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}
        self.statements: Counter[str] = Counter()
        self._step = ""

    def trace(self, connections: Sequence[sqlite3.Connection]) -> None:
        """Count statements from now on. Call it once: a connection on which another thread is at
        work, and is traced already, waits for us as we would for it."""
        for connection in connections:
            connection.set_trace_callback(self._count)

    async def time(
        self, name: str, step: Callable[[Asked], Coroutine[Any, Any, Done]], on: Sequence[Asked]
    ) -> list[Done]:
        self._step = name
        start = time.process_time()
        done = await asyncio.gather(*map(step, on))
        self.spent.setdefault(name, []).append((time.process_time() - start) / len(on))
        return done

    def _count(self, sql: str) -> None:
        self.statements[self._step] += sql.lstrip().lower().startswith(WORK)


def draw(among: int) -> int:
    """Draw the same code for everybody, for we read no messages here."""
    return CODE % among


async def measure(url: str, many: int, at_once: int, connections: list[sqlite3.Connection]) -> None:
    await upgrade(url)
    connections.clear()  # What brought the schema up to date has been closed.
    keyring = new_keyring(LocalTime().now(), is_throwaway=True)
    settings = parse({"database": {"url": url}, "providers": {"gateway": GATEWAY}})
    async with open_services(settings, keyring, draw=draw) as services:
        organisation = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.LIVE, country="DE", locale="de", actor="bench"
        )
        assert isinstance(organisation, Organisation)  # noqa: S101 - it is new
        operator = Operator(name="bench", organisation=organisation)
        shop = await new_shop(services, operator, WARM + 1 + many)
        reward, [*phones, last] = shop.reward, shop.phones
        await sell(services, operator, reward, phones[:WARM], Watch())
        watch = Watch()
        for start in range(WARM, len(phones), at_once):
            await sell(services, operator, reward, phones[start : start + at_once], watch)
        counted = Watch()
        counted.trace(connections)
        await sell(services, operator, reward, [last], counted)
    show(watch, counted.statements)


def show(watch: Watch, statements: Counter[str]) -> None:
    for name, spent in watch.spent.items():
        say(name, median(spent), min(spent), statements[name])
    together = sum(median(spent) for spent in watch.spent.values())
    best = sum(min(spent) for spent in watch.spent.values())
    say("together", together, best, statements.total())


def say(name: str, mostly: float, best: float, statements: int) -> None:
    cost = f"{mostly * 1e6:8.0f} µs CPU, at best {best * 1e6:.0f}"
    print(f"{name:<10}{cost}; {statements} statements")


async def sell(
    services: Services, operator: Operator, reward: Reward, phones: Sequence[Contact], watch: Watch
) -> None:
    """Sell to some customers at once, step by step."""

    async def open(phone: Contact) -> TillSessionId:
        asking = await services.tills.open(operator, NewSession(who=phone))
        assert isinstance(asking, Asking), asking  # noqa: S101 - a code is on its way
        return asking.id

    async def prove(id: TillSessionId) -> TillSessionId:
        proven = await services.tills.answer(operator, id, str(CODE))
        assert isinstance(proven, Proven), proven  # noqa: S101 - it is the right one
        return id

    async def reserve(id: TillSessionId) -> Redemption:
        made = await services.redemptions.reserve(operator, id, reward.id)
        assert isinstance(made, Redemption), made  # noqa: S101 - there are points enough
        return made

    async def commit(made: Redemption) -> None:
        done = await services.redemptions.commit(operator, made.id, str(made.id))
        assert isinstance(done, Redemption), done  # noqa: S101 - it is reserved

    sessions = await watch.time("open", open, phones)
    await watch.time("prove", prove, sessions)
    await watch.time("commit", commit, await watch.time("reserve", reserve, sessions))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--many", type=int, default=WHOLE)
    parser.add_argument("--at-once", type=int, default=1)
    asked = parser.parse_args()
    set_up_log(level=logging.ERROR)
    with TemporaryDirectory() as folder, noticed() as connections:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        uvloop.run(measure(url, asked.many, asked.at_once, connections))


if __name__ == "__main__":
    main()
