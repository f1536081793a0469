"""A real browser, with a device that holds passkeys, before a real server under a name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page

from tests.stores import KEYRING
from tests.web.chromium import launched
from tests.web.console.people import signed_in
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffMember
from watchword.migrations import steps
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.web.connections import Connections
from watchword.web.console.cookies import name_of
from watchword.web.server import Server, open_port
from watchword.wiring import Services, open_services

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
HERE = "127.0.0.1"


@dataclass
class Person:
    """Somebody at a browser of their own, with a device."""

    page: Page
    context: BrowserContext
    cdp: CDPSession
    device: str
    faults: list[str] = field(default_factory=list)

    async def set_verified(self, *, is_verified: bool) -> None:
        await self.cdp.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self.device, "isUserVerified": is_verified},
        )

    async def keys(self) -> list[dict[str, Any]]:
        found = await self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.device})
        keys: list[dict[str, Any]] = found["credentials"]
        return keys


@dataclass
class House:
    services: Services
    organisation: Organisation
    address: str
    browser: Browser

    async def hire(self, name: str) -> StaffMember:
        member = await self.services.staff.members.enrol(
            self.organisation,
            name=name,
            email=f"{name.lower()}@example.org",
            grants=(Grant(Role.OWNER),),
            actor="test",
        )
        assert isinstance(member, StaffMember)
        return member

    async def sit_down(self, member: StaffMember | None = None) -> Person:
        """Open a browser of somebody, who is signed in by other means if they are named."""
        context = await self.browser.new_context(base_url=self.address, locale="en")
        if member is not None:
            _, secret = await signed_in(self.services, self.organisation, member)
            name = name_of(self.services.settings.web)
            await context.add_cookies(
                [{"name": name, "value": secret.reveal(), "url": self.address}]
            )
        page = await context.new_page()
        cdp = await context.new_cdp_session(page)
        await cdp.send("WebAuthn.enable", {"enableUI": False})
        made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        person = Person(page, context, cdp, made["authenticatorId"])
        page.on("pageerror", lambda fault: person.faults.append(str(fault)))
        page.on("console", lambda said: person.faults.append(said.text))
        return person


@asynccontextmanager
async def opened(folder: Path, **more: object) -> AsyncIterator[House]:
    url = f"sqlite:///{folder / 'browser.db'}"
    await steps.upgrade(url)
    with open_port(HERE, 0) as listener:
        address = f"http://localhost:{listener.getsockname()[1]}"
        settings = parse({"database": {"url": url}, "web": {"public_url": address}, **more})
        async with open_services(settings, KEYRING) as services:
            organisation = await services.organisations.found(
                slug="sonnenhof",
                name="Gartencenter Sonnenhof",
                mode=Mode.TEST,
                country="DE",
                locale="en",
                actor="test",
            )
            assert isinstance(organisation, Organisation)
            server = Server(create_app(services), Connections())
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                async with launched("passkeys") as browser:
                    yield House(services, organisation, address, browser)
            finally:
                server.should_exit = True
                await serving
