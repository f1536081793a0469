"""A campaign through a mail server that takes its time: what waits inside a provider hears of a
STOP, too, and of a pause.

DRILL_SLOW sets how many seconds it takes for a mail; `make drill` takes 4.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest

from tests.features.campaigns.stand import NEWS, Stand, new_stand
from tests.stores import KEYRING, MovableTime
from watchword.features.campaigns.rules import CampaignId, Text
from watchword.features.consents.rules import Agreement, ConsentGiven, Scope, Source
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, read_email
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.settings import parse
from watchword.wiring import open_services
from watchword.workers.crew import working

SLOW = float(os.environ.get("DRILL_SLOW", "1.2"))
MANY, CONNECTIONS = 6, 2
WELL_BELOW_TWO = 0.6  # seconds

pytestmark = pytest.mark.timeout(60 + 10 * SLOW)


@dataclass
class Mailbox:
    """A server that has each mail whole, and takes its time to say so."""

    came: dict[str, float] = field(default_factory=dict)
    port: int = 0
    talks: list[asyncio.Task[None]] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.talks.append(task)
        with suppress(ConnectionError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        to = ""
        while said := (await reader.readline()).decode():
            if said.startswith("RCPT"):
                to = re.findall("<(.*?)>", said)[0]
            if said.startswith("DATA"):
                writer.write(b"354 go on\r\n")
                while (line := await reader.readline()) != b".\r\n":
                    if not line:
                        return
                self.came[to] = monotonic()
                await asyncio.sleep(SLOW)
            writer.write(b"250 fine\r\n")
            await writer.drain()


@asynccontextmanager
async def listening() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    server = await asyncio.start_server(box.answer, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await asyncio.gather(*box.talks)


def settings_for(database: str, port: int) -> dict[str, Any]:
    return {
        "database": {"url": database},
        "work": {"concurrency": 16},
        "providers": {
            "mail": {
                "kind": "smtp",
                "host": "127.0.0.1",
                "port": port,
                "security": "none",
                "sender": "Sonnenhof <news@sonnenhof.example>",
                "connections": CONNECTIONS,
                "timeout_seconds": 20.0,
            }
        },
    }


@asynccontextmanager
async def under_way(database: str) -> AsyncIterator[tuple[Stand, Mailbox, CampaignId]]:
    """Have a campaign of which the first mails are being taken, and all others wait for that."""
    real = datetime.now(UTC)
    clock = MovableTime(real.replace(hour=12, minute=0, second=0, microsecond=0))
    async with (
        listening() as box,
        open_services(parse(settings_for(database, box.port)), KEYRING, now=clock) as services,
    ):
        stand = await new_stand(services, clock)
        for at in range(MANY):
            await _welcome(stand, at)
        said = {"en": Text(text="Hello, offers.", subject="Offers")}
        campaign = await stand.scheduled(channel=Channel.EMAIL, texts=said)
        async with working(services), asyncio.timeout(60 + 10 * SLOW):
            while len(box.came) < CONNECTIONS:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            while (await _sending(stand)) < MANY:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            yield stand, box, campaign.id


async def _welcome(stand: Stand, at: int) -> None:
    new = NewCustomer(
        profile=Profile(f"Ann{at}", "Lee", None), contacts=[_mail(at)], origin=Origin.STAFF
    )
    assert isinstance(await stand.services.customers.create(stand.shop, new), Customer)
    async with stand.services.storage.begin(stand.whose) as transaction:
        given = await stand.services.consents.consents.give(
            transaction, stand.shop, _mail(at), Agreement(Scope.EMAIL, Source.STAFF, NEWS)
        )
    assert isinstance(given, ConsentGiven)


def _mail(at: int) -> Contact:
    contact = read_email(f"p{at}@example.org")
    assert isinstance(contact, Contact)
    return contact


async def _sending(stand: Stand) -> int:
    """Count what is in the hands of the worker, and with the provider by now."""
    async with stand.services.storage.reading(stand.whose) as transaction:
        rows = await transaction.all("select state from messages")
    return sum(row["state"] in {"sending", "sent"} for row in rows)


async def test_whoever_says_stop_while_their_mail_waits_for_a_connection_gets_none(
    migrated: str,
) -> None:
    async with under_way(migrated) as (stand, box, _):
        await asyncio.sleep(WELL_BELOW_TWO)
        waiting = [at for at in range(MANY) if f"p{at}@example.org" not in box.came]
        for at in waiting[1:]:
            async with stand.services.storage.begin(stand.whose) as transaction:
                await stand.services.consents.consents.stop(
                    transaction, stand.shop.organisation, _mail(at), Source.LINK, Scope.EMAIL
                )
        await asyncio.sleep(SLOW * MANY / CONNECTIONS)
        stopped = {f"p{at}@example.org" for at in waiting[1:]}

        assert len(stopped) == MANY - CONNECTIONS - 1
        assert stopped.isdisjoint(box.came)
        assert f"p{waiting[0]}@example.org" in box.came
        async with stand.services.storage.reading(stand.whose) as transaction:
            rows = await transaction.all("select reason from messages where state = 'cancelled'")
    assert [row["reason"] for row in rows] == ["opted_out"] * len(stopped)


async def test_of_a_campaign_that_was_paused_nothing_leaves_that_waited_for_a_connection(
    migrated: str,
) -> None:
    async with under_way(migrated) as (stand, box, id):
        await asyncio.sleep(WELL_BELOW_TWO)
        left = {*box.came}
        await stand.services.campaigns.pause(stand.shop, id)
        await asyncio.sleep(SLOW * MANY / CONNECTIONS)

        assert {*box.came} == left
