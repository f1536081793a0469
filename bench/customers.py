"""How long it takes to keep a million customers, and to find one of them.

    PYTHONPATH=src:. python bench/customers.py             # on SQLite and PostgreSQL; half an hour
    PYTHONPATH=src:. python bench/customers.py --quick     # a tenth of it

Names are as common as in life: every hundredth is a Müller. Each has a date of birth, an e-mail
address and a telephone, and all of it is sealed and indexed, as an import does it.
"""

import argparse
import asyncio
import resource
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from random import Random
from tempfile import TemporaryDirectory

from bench.figures import Figure, table
from bench.measures import say
from bench.server import opened
from tests.postgresql import found, start
from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.cards.service import COLUMN
from watchword.features.cards.store import CardStore, SealedNumber
from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import Contact, ContactKind
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.bulk.service import Kept
from watchword.features.customers.rules import NewCustomer, Origin, Profile
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.ids import new_id
from watchword.foundation.log import set_up_log
from watchword.foundation.secret import Secret
from watchword.migrations.steps import upgrade
from watchword.wiring import Services

MANY, AT_ONCE, TIMES = 1_000_000, 1_000, 15
MOST = 50.0  # milliseconds
LEAST = 5_000.0  # customers a second
FIRST_BORN = date(1940, 1, 1)
BEGIN = 29_000_000
"""The first number of a card."""
GIVEN = ("Anna", "Maria", "Ursula", "Monika", "Petra", "Sabine", "Peter", "Michael", "Thomas")
FAMILY = ("Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker")
STEMS = ("Bach", "Berg", "Brunn", "Dorf", "Eich", "Feld", "Groß", "Kirch", "Mühl", "Ober", "Stein")
ENDS = ("mann", "meier", "er", "hofer", "berger", "bauer", "müller", "huber", "egger", "inger")


async def measure(url: str, engine: str, many: int) -> list[Figure]:
    await upgrade(url)
    async with opened(url) as services:
        organisation = await services.organisations.found(
            slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
        )
        if not isinstance(organisation, Organisation):
            raise TypeError(organisation)
        figures = [await fill(services, organisation, engine, many)]
        if engine == "PostgreSQL":
            # As PostgreSQL does by itself after a while.
            async with services.storage.begin(organisation.id) as transaction:
                await transaction.run("analyze")
        for name, ask in asked(services, organisation, many).items():
            figures.append(await timed(engine, name, ask))
    return figures


def asked(
    services: Services, organisation: Organisation, many: int
) -> Mapping[str, Callable[[], Awaitable[object]]]:
    """Give what somebody at the counter types, and what else is looked at."""
    whose, customers = organisation.id, services.customers
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
    register = services.cards.register
    for rows in (25, 50, 100):
        asks[f"the list of cards, {rows}"] = partial(register.page, whose, None, None, rows)
        asks[f"the list of cards in one state, {rows}"] = partial(
            register.page, whose, CardState.UNVERIFIED, None, rows
        )
        asks[f"find cards by a common name, {rows}"] = partial(
            register.search, whose, "Müller", rows
        )
    asks["find a card by its number"] = partial(register.search, whose, f"{BEGIN + many // 2}")
    asks["the newest 25 customers"] = partial(customers.page, whose, None, 25)
    asks["the newest 100 customers"] = partial(customers.page, whose, None, 100)
    asks["the queue of duplicates, 25"] = partial(services.duplicates.page, whose, None, 25)
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


async def fill(services: Services, organisation: Organisation, engine: str, many: int) -> Figure:
    caller, people = Operator(name="bench", organisation=organisation), everybody(many)
    rounds, took, cpu, before = list[float](), 0.0, 0.0, peak()
    for first in range(0, many, AT_ONCE):
        some = [*islice(people, AT_ONCE)]
        turn, worked = time.perf_counter(), time.process_time()
        async with services.storage.begin(organisation.id) as transaction:
            kept = await services.customers.add_many(transaction, caller, some)
        cpu, span = cpu + time.process_time() - worked, time.perf_counter() - turn
        took += span
        rounds.append(len(some) / span)
        async with services.storage.begin(organisation.id) as transaction:
            keys = await services.organisations.keys(transaction, organisation.id)
            issued = cards(keys, kept, first, transaction.now())
            await CardStore(transaction, organisation.id).add_many(issued)
        if first % (AT_ONCE * 50) == 0:
            say(f"{engine}: {first:,} of {many:,} customers are there")
    return Figure(
        name=f"customers kept, {AT_ONCE:,} at once ({engine})",
        unit="/s",
        rounds=rounds,
        least=LEAST,
        note=f"{took:.0f} s, {cpu / many * 1e6:.0f} µs CPU each, memory +{peak() - before} MB",
    )


def peak() -> int:
    """Give the most memory that this process has had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def everybody(many: int) -> Iterator[NewCustomer]:
    chance = Random(7)  # noqa: S311 - figures, no secret
    families = [*FAMILY, *(f"{stem}{end}" for stem in STEMS for end in ENDS)]
    weights = [20, 15, 10, 8, 8, 7, 7, 6, *[5] * (len(families) - len(FAMILY))]
    for number in range(many):
        [family] = chance.choices(families, weights)
        born = FIRST_BORN + timedelta(days=chance.randrange(25_000))
        yield NewCustomer(
            profile=Profile(chance.choice(GIVEN), family, born),
            contacts=[
                _contact(ContactKind.EMAIL, f"c{number}@example.org"),
                _contact(ContactKind.PHONE, f"+49{1700000000 + number}"),
            ],
            origin=Origin.IMPORT,
            account=NewAccount(points=chance.randrange(5_000)),
        )


def cards(
    keys: OrganisationKeys, kept: Sequence[Kept], first: int, came: datetime
) -> Iterator[tuple[Card, SealedNumber]]:
    """Give each a card. Its number is what an import would keep of it, as far as lists go."""
    for place, each in enumerate(kept, first):
        if each.account_id is None:
            raise TypeError(each)
        number = f"{BEGIN + place}"
        card = Card(
            id=CardId(new_id()),
            account_id=each.account_id,
            customer_id=each.id,
            last_four=number[-4:],
            created_at=came,
            updated_at=came,
        )
        yield card, SealedNumber(index=keys.blind(COLUMN, number), sealed=b"")


def _contact(kind: ContactKind, address: str) -> Contact:
    """Give a contact point as if it had been read; to read them is the business of an import."""
    return Contact(kind, Secret(address), Secret(address), "•••")


async def on_sqlite(many: int) -> list[Figure]:
    with TemporaryDirectory() as folder:
        return await measure(f"sqlite:///{folder}/customers.db", "SQLite", many)


async def main(many: int) -> None:
    figures = await on_sqlite(many)
    servers = found()
    if servers:
        server = start(next(iter(servers.values())))
        try:
            figures += await measure(server.create_database(), "PostgreSQL", many)
        finally:
            server.stop()
    print(table(figures))


if __name__ == "__main__":
    set_up_log()
    arguments = argparse.ArgumentParser(description="How long it takes to find a customer.")
    arguments.add_argument("--quick", action="store_true", help="a tenth of the customers")
    arguments.add_argument("--many", type=int, default=MANY, help="how many customers")
    chosen = arguments.parse_args()
    asyncio.run(main(chosen.many // 10 if chosen.quick else chosen.many))
