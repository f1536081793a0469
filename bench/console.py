"""How long pages of the console take where a million codes were asked for.

    PYTHONPATH=src:. python bench/console.py             # on SQLite and PostgreSQL; some minutes
    PYTHONPATH=src:. python bench/console.py --quick     # a tenth of it

A page is asked for as a browser does, with a session, and everything on: who asks, what they may
do, rows, seals, words. What is shown is the time until the whole page is there, in this process.
"""

import argparse
import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from bench.figures import Figure, table
from bench.measures import say
from bench.server import opened
from tests.postgresql import found, start
from tests.web.console.people import OWN_FORM, TOKEN, signed_in
from watchword.features.challenges import store as challenges
from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.rules import Contact, ContactId, read_phone
from watchword.features.delivery import store as messages
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffMember
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import new_id
from watchword.foundation.log import set_up_log
from watchword.migrations.steps import upgrade
from watchword.web.app import create_app
from watchword.web.console.cookies import name_of
from watchword.wiring import Services

MANY, PEOPLE, AT_ONCE = 1_000_000, 20_000, 5_000
TIMES = 15
MOST = 50.0  # milliseconds
PHONE = "+491701234567"
MONTH = timedelta(days=30)

STATES = ["verified"] * 80 + ["expired"] * 13 + ["superseded"] * 4 + ["exhausted"] * 2
CHANNELS = ["sms"] * 85 + ["whatsapp"] * 9 + ["voice"] * 6
USUAL = list(Purpose)[:8]


@dataclass(frozen=True)
class Filled:
    """A server whose tables are full. `latest` is a challenge of the searched phone number."""

    services: Services
    pages: httpx.AsyncClient
    latest: str


async def measure(url: str, engine: str, many: int) -> list[Figure]:
    await upgrade(url)
    async with opened(url) as services:
        filled = await fill(services, many)
        await counted(services, engine, many)
        figures = [await timed(filled, engine, *each) for each in asked(filled)]
        await filled.pages.aclose()
    return figures


def asked(filled: Filled) -> Iterator[tuple[str, str, dict[str, str] | None]]:
    """Give what is asked for: its name, its path, and what is posted."""
    list_ = "/console/challenges"
    yield "the overview of 30 days", "/console?span=30d", None
    yield "codes, 25 rows", list_, None
    yield "codes, 100 rows", f"{list_}?rows=100", None
    yield "codes of a channel", f"{list_}?channel=voice", None
    yield "codes of a channel that none went by", f"{list_}?channel=letter", None
    yield "codes of a state and purpose", f"{list_}?status=expired&purpose=redemption", None
    yield "codes that were denied: there are none", f"{list_}?status=denied", None
    yield "codes that were superseded", f"{list_}?status=superseded", None
    yield "one code with its trace", f"{list_}/{filled.latest}", None
    yield "codes found by phone number", f"{list_}/search", {"find": PHONE}
    yield "codes found by reference", f"{list_}/search", {"find": "order 4711"}
    yield "channels", "/console/channels", None


async def timed(
    filled: Filled, engine: str, name: str, path: str, posted: dict[str, str] | None
) -> Figure:
    page = await filled.pages.get("/console/challenges")
    token = TOKEN.search(page.text)
    rounds, spent = [], []
    for _ in range(TIMES):
        began, worked = time.perf_counter(), time.process_time()
        if posted is None:
            reply = await filled.pages.get(path)
        else:
            data = {"token": token[1] if token else "", **posted}
            reply = await filled.pages.post(path, data=data, headers=OWN_FORM)
            if reply.status_code == httpx.codes.SEE_OTHER:
                reply = await filled.pages.get(reply.headers["location"])
        rounds.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - worked) * 1000)
        reply.raise_for_status()
    note = f"fastest {min(rounds):.0f}, of that {min(spent):.0f} ms CPU of ours"
    return Figure(name=f"{name} ({engine})", unit="ms", rounds=rounds, most=MOST, note=note)


async def counted(services: Services, engine: str, many: int) -> None:
    """Count all hours, as the worker does, and say how long that took."""
    began, longest = time.perf_counter(), 0.0
    while True:
        turn = time.perf_counter()
        if not await services.overview.counting.turn():
            break
        longest = max(longest, time.perf_counter() - turn)
    took = time.perf_counter() - began
    say(f"{engine}: {many:,} codes counted in {took:.1f} s, the longest hour in {longest:.2f} s")


async def fill(services: Services, many: int) -> Filled:
    organisation, owner = await _founded(services)
    people = await _people(services, organisation)
    began, chance, latest = time.perf_counter(), Random(7), ""  # noqa: S311 - figures, no secret
    now = services.storage.now()
    for first in range(0, many, AT_ONCE):
        rows = [
            _row(organisation, people, chance, now - MONTH * (1 - (first + number) / many))
            for number in range(AT_ONCE)
        ]
        async with services.storage.begin(organisation.id) as transaction:
            await transaction.many(challenges.ADD, [row for row, _ in rows])
            await transaction.many(messages.ADD, [message for _, message in rows])
        if first % (AT_ONCE * 40) == 0:
            say(f"{first:,} of {many:,} codes are there")
        latest = next((row["id"] for row, _ in rows if row["contact_id"] == str(people[0])), latest)
    if services.settings.database.url.startswith("postgresql"):
        # As PostgreSQL does by itself after a while; it chooses ways by what it knows of a table.
        async with services.storage.begin(organisation.id) as transaction:
            await transaction.run("analyze")
    say(f"filled in {time.perf_counter() - began:.0f} s")
    return Filled(services, await _browser(services, organisation, owner), latest)


async def _founded(services: Services) -> tuple[Organisation, StaffMember]:
    made = await services.organisations.found(
        slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="de", actor="bench"
    )
    if not isinstance(made, Organisation):
        raise TypeError(made)
    owner = await services.staff.members.enrol(
        made, name="Owner", email="o@example.org", grants=(Grant(Role.OWNER),), actor="bench"
    )
    if not isinstance(owner, StaffMember):
        raise TypeError(owner)
    return made, owner


async def _people(services: Services, organisation: Organisation) -> list[ContactId]:
    people = []
    for first in range(0, PEOPLE, AT_ONCE // 10):
        async with services.storage.begin(organisation.id) as transaction:
            for number in range(first, first + AT_ONCE // 10):
                contact = read_phone(PHONE if number == 0 else f"+4917{number + 10**8:09}", "DE")
                if not isinstance(contact, Contact):
                    raise TypeError(contact)
                people.append(
                    await services.contacts.recognise(transaction, organisation.id, contact)
                )
    return people


NONE = dict.fromkeys(("requester", "sealed", "route", "next_step_at", "denial_tag", "shown_at"))
ALIKE: dict[str, Any] = {"locale": "de", "lane": "open", "code_tag": b"", "key_version": 1} | {
    "attempts_left": 5,
    "code_length": 6,
    "sendings": 1,
}
A_MESSAGE: dict[str, Any] = {"provider": "sandbox", "template": "challenges.code"} | {
    "locale": "de",
    "priority": 0,
    "pinned": 0,
    "sealed": None,
    "reserved": None,
}


def _row(
    organisation: Organisation, people: Sequence[ContactId], chance: Random, at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a challenge and its message as they are kept."""
    id, moment = str(new_id()), to_microseconds(at)
    both = {"organisation_id": str(organisation.id), "channel": chance.choice(CHANNELS)}
    challenge = {
        **NONE,
        **ALIKE,
        **both,
        "id": id,
        "purpose": chance.choice(USUAL),
        "contact_id": str(chance.choice(people)),
        "reference": f"order {chance.randrange(10**6)}",
        "status": chance.choice(STATES),
        "created_at": moment,
        "expires_at": moment + 300_000_000,
        "resend_at": moment + 30_000_000,
    }
    message = {
        **A_MESSAGE,
        **both,
        "id": str(new_id()),
        "about": id,
        "now": moment,
        "not_after": moment,
    }
    return challenge, message


async def _browser(
    services: Services, organisation: Organisation, owner: StaffMember
) -> httpx.AsyncClient:
    _, secret = await signed_in(services, organisation, owner)
    web, app = services.settings.web, create_app(services)
    entrance: Any = app  # typed as its own idea of ASGI, which is not the client's
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(entrance),
        base_url=web.public_url,
        cookies={name_of(web): secret.reveal()},
    )


async def on_sqlite(many: int) -> list[Figure]:
    with TemporaryDirectory() as folder:
        return await measure(f"sqlite:///{folder}/console.db", "SQLite", many)


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
    arguments = argparse.ArgumentParser(description="How long pages of the console take.")
    arguments.add_argument("--quick", action="store_true", help="a tenth of the codes")
    asyncio.run(main(MANY // 10 if arguments.parse_args().quick else MANY))
