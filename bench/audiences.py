"""What it costs to go through a crowd for a campaign, and to count whom an audience means.

    PYTHONPATH=src:. python bench/audiences.py                       # on SQLite and PostgreSQL
    PYTHONPATH=src:. python bench/audiences.py --many 100000 --only SQLite --explain

Two of three customers have agreed to texts. What a page costs is told for each customer that was
looked at, whether or not they are meant: a million of them are to be gone through in 45 seconds.
Of PostgreSQL the CPU is that of its own process, too.
"""

import argparse
import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench.crowd import pour
from bench.customers import POSTGRESQL, SQLITE, filling
from bench.figures import Figure, table
from bench.server import opened
from tests.postgresql import found, start
from watchword.features.audiences.conditions import condition_of
from watchword.features.audiences.rules import EVERYBODY, Choice, Filter
from watchword.features.audiences.store import AMONG, COUNT, COUNTED, WHOM, AudienceStore
from watchword.features.consents.rules import Scope
from watchword.features.customers.rules import START, CustomerId
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.clock import to_microseconds
from watchword.foundation.log import set_up_log
from watchword.foundation.storage import Transaction
from watchword.migrations.steps import upgrade
from watchword.wiring import Services

MANY, AT_ONCE, MOST = 1_000_000, 1_000, 45.0  # microseconds for a customer
TICKS = 100
AGREE = """
    insert into consents (organisation_id, contact_id, scope, since, record_id)
    select organisation_id, contact_id, 'text', 0, contact_id from customer_contacts
    where organisation_id = :organisation_id and kind = 'phone' and contact_id < 'aaaa'
"""
TAG = """
    insert into customer_tags (organisation_id, customer_id, tag, added_at)
    select organisation_id, id, 'regular', 0 from customers
    where organisation_id = :organisation_id and id < '8'
"""
BUY = """
    insert into point_transfers (
        organisation_id, id, account_id, kind, giver, taker, points, amount, actor, at
    )
    select organisation_id, id, id, 'earned', 'issued', 'available', 1, 100, 'bench', :at
    from accounts where organisation_id = :organisation_id and points > 2000
"""
TUNE = "analyze"


def choices(today: date) -> Mapping[str, Choice]:
    day = today - timedelta(days=90)
    return {
        "everybody": EVERYBODY,
        "with points": Filter(points_from=1_000, points_to=3_000),
        "with points and a tag, who have bought lately": Filter(
            points_from=1_000, tags_any=("regular",), bought_since=day
        ),
        "who never bought, and have no tag": Filter(never_bought=True, tags_none=("regular",)),
        "whose card is verified, in German": Filter(card_verified=True, languages=("de",)),
        "nobody at all": Filter(tags_any=("nobody has this",)),
    }


async def measure(
    url: str, engine: str, many: int, admin_url: str = "", *, explains: bool = False
) -> list[Figure]:
    await upgrade(url)
    async with opened(url) as services:
        organisation = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
        )
        if not isinstance(organisation, Organisation):
            raise TypeError(organisation)
        whose = organisation.id
        async with filling(services, organisation, admin_url) as ways:
            async with services.storage.reading(whose) as transaction:
                keys = await services.organisations.keys(transaction, whose)
            await pour(ways, keys, organisation, many)
        lately = to_microseconds(services.storage.now())
        async with services.storage.begin(whose) as transaction:
            for sql in (AGREE, TAG):
                await transaction.run(sql, organisation_id=str(whose))
            await transaction.run(BUY, organisation_id=str(whose), at=lately)
        async with services.storage.begin(whose) as transaction:
            await transaction.run(TUNE)
        figures = list[Figure]()
        today = services.storage.now().date()
        for name, choice in choices(today).items():
            if explains:
                async with services.storage.reading(whose) as transaction:
                    await explain(transaction, engine, str(whose), choice)
            figures += [
                await paged(services, organisation, f"{name} ({engine})", choice, many),
                await counted(services, organisation, f"{name} ({engine})", choice),
            ]
    return figures


async def paged(
    services: Services, whose: Organisation, name: str, choice: Choice, many: int
) -> Figure:
    chosen, after, longest = 0, START, 0.0
    with spending() as spent:
        goes_on: CustomerId | None = after
        while goes_on is not None:
            began = time.perf_counter()
            async with services.storage.reading(whose.id) as transaction:
                store = AudienceStore(transaction, whose.id)
                some = await store.page(choice, Scope.TEXT, goes_on, AT_ONCE)
            longest = max(longest, time.perf_counter() - began)
            chosen, goes_on = chosen + len(some.chosen), some.after
    cost = spent[0] / many * 1_000_000
    note = f"{chosen:,} are meant; the longest page took {longest * 1000:.0f} ms"
    return Figure(name=f"page: {name}", unit="µs", rounds=[cost], most=MOST, note=note)


async def counted(services: Services, whose: Organisation, name: str, choice: Choice) -> Figure:
    with spending() as spent:
        found = await services.audiences.count(whose.id, choice)
    cost = spent[0] * 1000
    said = "" if found.is_whole else "at least "
    note = f"{said}{found.customers:,} are meant, {found.by(Scope.TEXT):,} by text"
    return Figure(name=f"count: {name}", unit="ms", rounds=[cost], note=note)


@contextmanager
def spending() -> Iterator[list[float]]:
    """Give the seconds of CPU that we take, and with it what servers of PostgreSQL take on this
    machine: no other should be at work."""
    spent, own, theirs = [0.0], time.process_time(), servers()
    yield spent
    more = sum(max(0.0, now - theirs.get(pid, 0.0)) for pid, now in servers().items())
    spent[0] = time.process_time() - own + more


def servers() -> Mapping[str, float]:
    """Give the CPU of each process of PostgreSQL, in seconds."""
    found = dict[str, float]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition(") ")
        except OSError:
            continue
        if name.endswith("(postgres"):
            fields = rest.split()
            found[stat.parent.name] = (int(fields[11]) + int(fields[12])) / TICKS
    return found


async def explain(transaction: Transaction, engine: str, whose: str, choice: Choice) -> None:
    if not isinstance(choice, Filter):
        return
    condition = condition_of(choice)
    how = "explain (analyze, buffers)" if engine == POSTGRESQL else "explain query plan"
    row = await transaction.one(
        "select max(id) as last from (select id from customers order by id limit :most) few",
        most=AT_ONCE,
    )
    values = {"organisation_id": whose, "after": "", "last": row["last"] if row else ""}
    for sql, more in (
        (WHOM.format(among=AMONG, conditions=condition.sql), {"scope": "text"}),
        (COUNT.format(counted=COUNTED, among=AMONG, conditions=condition.sql), {}),
    ):
        print(f"--- {engine}: {choice}")
        for each in await transaction.all(f"{how} {sql}", **values, **more, **condition.values):
            print(each["QUERY PLAN"] if engine == POSTGRESQL else each["detail"])


async def on_sqlite(many: int, *, explains: bool) -> list[Figure]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/audiences.db"
        return await measure(url, SQLITE, many, explains=explains)


async def on_postgresql(many: int, *, explains: bool) -> list[Figure]:
    servers = found()
    if not servers:
        return []
    server = start(next(iter(servers.values())))
    try:
        url = server.create_database()
        admin_url = server.admin(urlsplit(url).path.removeprefix("/"))
        return await measure(url, POSTGRESQL, many, admin_url, explains=explains)
    finally:
        server.stop()


async def main(many: int, only: str | None, *, explains: bool) -> None:
    figures = [] if only == POSTGRESQL else await on_sqlite(many, explains=explains)
    figures += [] if only == SQLITE else await on_postgresql(many, explains=explains)
    print(table(figures))


if __name__ == "__main__":
    set_up_log()
    arguments = argparse.ArgumentParser(description="What it costs to go through a crowd.")
    arguments.add_argument("--many", type=int, default=MANY, help="how many customers")
    arguments.add_argument("--only", choices=(SQLITE, POSTGRESQL), help="one engine alone")
    arguments.add_argument("--explain", action="store_true", help="show how it is found")
    chosen = arguments.parse_args()
    asyncio.run(main(chosen.many, chosen.only, explains=chosen.explain))
