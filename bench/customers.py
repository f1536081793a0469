"""How long it takes to find one of a million customers, and to list them and their cards.

    PYTHONPATH=src:. python bench/customers.py                       # on SQLite and PostgreSQL
    PYTHONPATH=src:. python bench/customers.py --quick               # a tenth of it
    PYTHONPATH=src:. python bench/customers.py --only PostgreSQL     # a quarter of an hour

On a machine that has other work, the fastest round and our CPU say more than the median, which
stands first. What it costs to keep customers is measured by `bench/imports.py`.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from functools import partial
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench.crowd import BEGIN, Ways, copying, pour
from bench.figures import Figure, table
from bench.server import opened
from tests.postgresql import found, start
from watchword.features.cards.rules import CardState
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.ids import Id
from watchword.foundation.log import set_up_log
from watchword.foundation.pages import Bookmark
from watchword.migrations.steps import upgrade
from watchword.wiring import Services

MANY, TIMES = 1_000_000, 15
MOST = 50.0  # milliseconds
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


async def measure(url: str, engine: str, many: int, admin_url: str = "") -> list[Figure]:
    await upgrade(url)
    async with opened(url) as services:
        organisation = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
        )
        if not isinstance(organisation, Organisation):
            raise TypeError(organisation)
        async with filling(services, organisation, admin_url) as ways:
            async with services.storage.reading(organisation.id) as transaction:
                keys = await services.organisations.keys(transaction, organisation.id)
            half = await pour(ways, keys, organisation, many)
        return [
            await timed(engine, name, ask)
            for name, ask in asked(services, organisation, many, half).items()
        ]


def filling(
    services: Services, organisation: Organisation, admin_url: str
) -> AbstractAsyncContextManager[Ways]:
    """Fill a database of PostgreSQL as its superuser, and one of SQLite as the product does."""
    if admin_url:
        return copying(admin_url)
    return nullcontext(lambda: services.storage.begin(organisation.id))


def asked(
    services: Services, organisation: Organisation, many: int, half: datetime
) -> Mapping[str, Callable[[], Awaitable[object]]]:
    """Give what somebody at the counter types, and what else is looked at."""
    whose, customers, cards = organisation.id, services.customers, services.cards.register
    typed = {
        "a common name": "Müller",
        "a common name, as far as it is typed": "Mül",
        "four letters, of which few go on so": "Sche",
        "a name that nobody has": "Xaverschmid",
        "two names": "Anna Müller",
        "two names, as far as they are typed": "ann mül",
        "two names, most of whom are others": "mari schmidb",
        "a telephone number": f"0{1700000000 + many // 2}",
        "an e-mail address": f"c{many // 2}@example.org",
    }
    asks: dict[str, Callable[[], Awaitable[object]]] = {
        f"find by {name}": partial(customers.search, whose, words) for name, words in typed.items()
    }
    middle = Bookmark(half, Id(int=0))
    for rows in (25, 100):
        asks[f"the list of cards, {rows}"] = partial(cards.page, whose, None, None, rows)
        asks[f"the list of cards, {rows} from the middle"] = partial(
            cards.page, whose, None, middle, rows
        )
        asks[f"the list of cards in one state, {rows}"] = partial(
            cards.page, whose, CardState.UNVERIFIED, None, rows
        )
        asks[f"find cards by a common name, {rows}"] = partial(cards.search, whose, "Müller", rows)
        asks[f"the newest {rows} customers"] = partial(customers.page, whose, None, rows)
        asks[f"{rows} customers from the middle"] = partial(customers.page, whose, middle, rows)
        asks[f"the queue of duplicates, {rows}"] = partial(
            services.duplicates.page, whose, None, rows
        )
    asks["find a card by its number"] = partial(cards.search, whose, f"{BEGIN + many // 2}")
    return asks


async def timed(engine: str, name: str, ask: Callable[[], Awaitable[object]]) -> Figure:
    rounds, spent = [], []
    for _ in range(TIMES):
        began, worked = time.perf_counter(), time.process_time()
        await ask()
        rounds.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - worked) * 1000)
    note = f"fastest {min(rounds):.1f}, of that {min(spent):.1f} ms CPU of ours"
    return Figure(name=f"{name} ({engine})", unit="ms", rounds=rounds, most=MOST, note=note)


async def on_sqlite(many: int) -> list[Figure]:
    with TemporaryDirectory() as folder:
        return await measure(f"sqlite:///{folder}/customers.db", SQLITE, many)


async def on_postgresql(many: int) -> list[Figure]:
    servers = found()
    if not servers:
        return []
    server = start(next(iter(servers.values())))
    try:
        url = server.create_database()
        admin_url = server.admin(urlsplit(url).path.removeprefix("/"))
        return await measure(url, POSTGRESQL, many, admin_url)
    finally:
        server.stop()


async def main(many: int, only: str | None) -> None:
    figures = [] if only == POSTGRESQL else await on_sqlite(many)
    figures += [] if only == SQLITE else await on_postgresql(many)
    print(table(figures))


if __name__ == "__main__":
    set_up_log()
    arguments = argparse.ArgumentParser(description="How long it takes to find a customer.")
    arguments.add_argument("--quick", action="store_true", help="a tenth of the customers")
    arguments.add_argument("--many", type=int, default=MANY, help="how many customers")
    arguments.add_argument("--only", choices=(SQLITE, POSTGRESQL), help="one engine alone")
    chosen = arguments.parse_args()
    asyncio.run(main(chosen.many // 10 if chosen.quick else chosen.many, chosen.only))
