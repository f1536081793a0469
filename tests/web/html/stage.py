"""A whole server for tests of pages: an open sandbox, organisations, and messages that arrive."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import httpx
from litestar import Litestar

from tests.stores import KEYRING
from tests.web.doors import doors_to
from watchword.features.clients.rules import Scope
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Address, Message, MessageId
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Now
from watchword.migrations import steps
from watchword.settings import parse
from watchword.web.connections import Connections
from watchword.web.server import Server, open_port
from watchword.wiring import Services, open_services

HERE = "127.0.0.1"
HTML = {"Accept": "text/html,application/xhtml+xml"}
PHONE, MAILBOX = "+491701234567", "ann@example.org"


@dataclass
class Stage:
    services: Services
    app: Litestar
    pages: httpx.AsyncClient
    """A browser without script, so to say."""

    async def found(
        self, slug: str = "demo", *, name: str = "Demo", mode: Mode = Mode.TEST
    ) -> Organisation:
        made = await self.services.organisations.found(
            slug=slug, name=name, mode=mode, country="DE", locale="de", actor="test"
        )
        assert isinstance(made, Organisation), made
        return made

    async def key(self, organisation: Organisation) -> dict[str, str]:
        """Make a key, and give the header that carries it."""
        _, secret = await self.services.clients.create(
            organisation, label="test", scopes=frozenset(Scope), actor="test"
        )
        return {"Authorization": f"Bearer {secret.reveal()}"}

    async def deliver(
        self,
        organisation: Organisation,
        *,
        to: str = PHONE,
        channel: Channel = Channel.SMS,
        code: str | None = "481516",
        text: str = "Ihr Code",
        subject: str | None = None,
    ) -> None:
        """Put a message into the sandbox, as the sandbox's provider does."""
        message = Message(
            id=MessageId(uuid4()),
            organisation_id=organisation.id,
            channel=channel,
            address=Address(to),
            subject=None if subject is None else Secret(subject),
            text=Secret(text),
            locale="de",
            not_after=self.services.storage.now() + timedelta(hours=1),
            code=None if code is None else Secret(code),
        )
        await self.services.sandbox.deliver(message)

    async def read(self, path: str, language: str = "en") -> str:
        """Give the page that a reader of this language gets."""
        reply = await self.pages.get(path, headers={"Accept-Language": language})
        assert reply.status_code == 200, reply.text
        return reply.text


@asynccontextmanager
async def open_stage(
    database: str,
    *,
    is_new: bool = True,
    is_open: bool = True,
    url: str = f"http://{HERE}:8000",
    now: Now | None = None,
) -> AsyncIterator[Stage]:
    """Open a stage on a database that is new, or on one that has all tables."""
    if is_new:
        await steps.upgrade(database)
    written = {
        "database": {"url": database},
        "sandbox": {"open_page": is_open},
        "web": {"public_url": url},
    }
    async with open_services(parse(written), KEYRING, now=now) as services:
        app = doors_to(services)
        transport = httpx.ASGITransport(cast(Any, app))
        async with httpx.AsyncClient(transport=transport, base_url=url, headers=HTML) as pages:
            yield Stage(services, app, pages)


@asynccontextmanager
async def served(app: Litestar, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """Let the application answer on a free port, or one that was taken; give its address."""
    listener = listener or open_port(HERE, 0)
    server = Server(app, Connections())
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://{HERE}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
