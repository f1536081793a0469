"""How quickly a campaign leaves.

    PYTHONPATH=src:. python bench/campaigns.py                  # on SQLite
    PYTHONPATH=src:. python bench/campaigns.py --only PostgreSQL

On a machine that has other work, our CPU says more than the clock on the wall. `bench/expansion.py`
measures how long a campaign takes to know its recipients, and `bench/beside.py` who waits for it.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from logging import ERROR
from tempfile import TemporaryDirectory

import msgspec
import uvloop

from bench.drain import found, provider, settings_for
from bench.figures import Figure, table
from tests.postgresql import found as servers
from tests.postgresql import start
from watchword.features.audiences.rules import Audience, Filter
from watchword.features.campaigns.lifecycle import FINAL
from watchword.features.campaigns.rules import Campaign, Category, Draft, Text
from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import (
    Contact,
    ContactId,
    ContactKind,
    NewContact,
    read_phone,
)
from watchword.features.contacts.service import made
from watchword.features.contacts.store import ContactStore
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.foundation.ids import new_id, new_ids
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.foundation.storage import Transaction
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services
from watchword.workers.crew import working

MANY, LEAVE = 1_000_000, 6_000
SECONDS, LEAST = 90.0, 1500.0
AT_ONCE = 1000
STUB = ProviderName("slow")
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"

CUSTOMER = """
    insert into customers (
        organisation_id, id, person_id, sealed_profile, locale, state, origin, version, created_at,
        updated_at
    ) values (:whose, :id, :person, :profile, 'de', 'active', 'import', 1, 0, 0)
"""
CONTACT = """
    insert into customer_contacts (organisation_id, customer_id, contact_id, kind, added_at)
    values (:whose, :id, :contact, 'phone', 0)
"""
CONSENT = """
    insert into consents (organisation_id, contact_id, scope, since, record_id)
    values (:whose, :contact, 'text', 0, :contact)
"""


async def fill(services: Services, organisation: Organisation, many: int) -> None:
    """Let so many be customers who have agreed. Those that are only counted have no addresses."""
    async with services.storage.reading(organisation.id) as transaction:
        keys = await services.organisations.keys(transaction, organisation.id)
    for start_at in range(0, many, AT_ONCE):
        draw = new_ids()  # anew, as an import does for each of its parts
        contacts = [
            made(keys, _phone(number)) if many <= MANY // 10 else _counted(draw)
            for number in range(start_at, min(start_at + AT_ONCE, many))
        ]
        async with services.storage.begin(organisation.id) as transaction:
            await _add(transaction, organisation, contacts, draw)
    if services.settings.database.url.startswith("postgresql"):
        # As PostgreSQL does by itself after a while; it chooses ways by what it knows of a table.
        async with services.storage.begin(organisation.id) as transaction:
            await transaction.run("analyze")


async def _add(
    transaction: Transaction,
    organisation: Organisation,
    contacts: Sequence[NewContact],
    draw: Callable[[], object],
) -> None:
    whose = str(organisation.id)
    rows: list[dict[str, str | bytes | int | float | None]] = [
        {
            "whose": whose,
            "id": str(draw()),
            "person": each.person_id,
            "profile": b"",
            "contact": str(each.id),
        }
        for each in contacts
    ]
    if contacts[0].sealed_value:
        await ContactStore(transaction, organisation.id).add_many(contacts)
    few = [{name: row[name] for name in ("whose", "id", "person", "profile")} for row in rows]
    await transaction.many(CUSTOMER, few)
    few = [{name: row[name] for name in ("whose", "id", "contact")} for row in rows]
    await transaction.many(CONTACT, few)
    few = [{name: row[name] for name in ("whose", "contact")} for row in rows]
    await transaction.many(CONSENT, few)


def _phone(number: int) -> Contact:
    contact = read_phone(f"+49170{number + 1_000_000}", "DE")
    if not isinstance(contact, Contact):
        raise TypeError(contact)
    return contact


def _counted(draw: Callable[[], object]) -> NewContact:
    return NewContact(
        id=ContactId(new_id()),
        person_id=str(draw()),
        kind=ContactKind.PHONE,
        blind_index=b"",
        sealed_value=b"",
        data_version=1,
        wrapped=b"",
    )


# So many would need a second person, and an hour would need to be a good one.
UNDER_WAY = """update campaigns set state = 'running', started_at = 0, links_version = 1,
    choice = :choice, at_most = null where organisation_id = :whose and id = :id"""


async def scheduled(services: Services, organisation: Organisation, text: str) -> Campaign:
    caller, now = Operator(name="bench", organisation=organisation), services.storage.now()
    audience = await services.audiences.create(caller, f"All {new_id()}", Filter())
    draft = Draft(
        name="Bench",
        category=Category.GENERAL,
        audience_id=audience.id if isinstance(audience, Audience) else None,
        purpose="News",
        sender="Bench",
        texts={"en": Text(text=text)},
        starts_at=now,
        ends_at=now + timedelta(days=3),
        links_live_until=now + timedelta(days=4),
    )
    campaign = await services.campaigns.create(caller, draft)
    assert isinstance(campaign, Campaign), campaign  # noqa: S101 - a bench that cannot begin
    async with services.storage.begin(organisation.id) as transaction:
        await transaction.run(
            UNDER_WAY,
            choice=msgspec.json.encode(Filter()).decode(),
            whose=str(organisation.id),
            id=str(campaign.id),
        )
    return await services.campaigns.find(organisation.id, campaign.id)


async def left(url: str, engine: str, many: int) -> list[Figure]:
    """Let a campaign leave to a provider of 5 ms, by one worker process."""
    keyring = new_keyring(datetime.now(UTC))
    await upgrade(url)
    async with (
        provider() as port,
        open_services(parse(settings_for(url, port)), keyring, now=noon()) as services,
    ):
        organisation = await found(services)
        await fill(services, organisation, many)
        async with working(services):
            campaign = await scheduled(services, organisation, "Hello, 20 % off all herbs.")
            await _until_expanded(services, organisation, campaign)
            wall, used = time.perf_counter(), time.process_time()
            await _until_left(services, organisation, campaign)
            seconds, cpu = time.perf_counter() - wall, time.process_time() - used
        counted = await services.of_campaigns.results.of(organisation.id, campaign)
    return [
        Figure(
            name=f"{engine}: leaves to a provider of 5 ms",
            unit="/s",
            rounds=[many / seconds],
            least=LEAST,
            note=f"{many - counted.waiting} had their turn",
        ),
        Figure(
            name=f"{engine}: one message of a campaign",
            unit="µs CPU",
            rounds=[cpu / many * 1_000_000],
            most=1_000_000 / LEAST,
        ),
    ]


async def _until_expanded(
    services: Services, organisation: Organisation, campaign: Campaign
) -> None:
    find = services.campaigns.find
    while (await find(organisation.id, campaign.id)).expanded_at is None:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def _until_left(services: Services, organisation: Organisation, campaign: Campaign) -> None:
    while (await services.campaigns.find(organisation.id, campaign.id)).state not in FINAL:  # noqa: ASYNC110 - nothing tells us
        await asyncio.sleep(0.2)


async def main(many: int, only: str) -> list[Figure]:
    if only == POSTGRESQL:
        return await _on_postgresql(left, many)
    with TemporaryDirectory() as folder:
        return await left(f"sqlite:///{folder}/bench.db", SQLITE, many)


async def _on_postgresql(
    measure: Callable[[str, str, int], Awaitable[list[Figure]]], count: int
) -> list[Figure]:
    server = start(next(iter(servers().values())))
    try:
        return await measure(server.create_database(), POSTGRESQL, count)
    finally:
        server.stop()


def noon() -> Callable[[], datetime]:
    """Give a clock that goes as ours does, and at which it is a good hour now."""
    shift = (real := datetime.now(UTC)).replace(hour=12, minute=0) - real
    return lambda: datetime.now(UTC) + shift


if __name__ == "__main__":
    set_up_log(level=ERROR)
    arguments = argparse.ArgumentParser(description="How quickly a campaign leaves.")
    arguments.add_argument("--many", type=int, default=LEAVE, help="how many leave")
    arguments.add_argument("--only", choices=(SQLITE, POSTGRESQL), default=SQLITE, help="engine")
    chosen = arguments.parse_args()
    print(table(uvloop.run(main(chosen.many, chosen.only))))
