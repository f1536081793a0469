"""Browsers of people who work the console."""

import re
from dataclasses import dataclass, field

import httpx

from tests.web.console.bare import Bare
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffMember
from watchword.features.staff.sessions.rules import Session, SignedInBy
from watchword.foundation.secret import Secret
from watchword.web.console.cookies import name_of
from watchword.wiring import Services

TOKEN = re.compile(r'name="token" value="([0-9a-f]{32})"')
OWN_FORM = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Browser:
    """Somebody's browser, which sends what a page of ours would send."""

    pages: httpx.AsyncClient
    member: StaffMember
    session: Session
    secret: Secret
    """What its cookie shows."""

    async def read(self, path: str, *, status: int = 200, language: str = "en") -> str:
        """Open a page as a person does."""
        reply = await self.pages.get(path, headers={"Accept-Language": language})
        assert reply.status_code == status, (reply.status_code, reply.text)
        return reply.text

    async def send(
        self, path: str, *, of: str | None = None, **fields: str | list[str]
    ) -> httpx.Response:
        """Fill in the form of a page (`of`, else the page itself) and send it to `path`."""
        page = await self.pages.get(of or path)
        token = TOKEN.search(page.text)
        assert token is not None, f"{of or path} has no form: {page.status_code}"
        return await self.pages.post(path, data={"token": token[1], **fields}, headers=OWN_FORM)


@dataclass
class Office:
    services: Services
    organisation: Organisation
    transport: httpx.AsyncBaseTransport
    _browsers: list[httpx.AsyncClient] = field(default_factory=list)

    async def enter(
        self, role: Role, *, name: str = "", email: str = "", grants: tuple[Grant, ...] = ()
    ) -> Browser:
        """Enrol somebody and sign them in. Whoever has no name is called by their role."""
        called = name or role.title().replace("_", " ")
        member = await self.services.staff.members.enrol(
            self.organisation,
            name=called,
            email=email or f"{role}{len(self._browsers)}@example.org",
            grants=grants or (Grant(role),),
            actor="test",
        )
        assert isinstance(member, StaffMember), member
        return await self.sign_in(member)

    async def sign_in(self, member: StaffMember) -> Browser:
        session, secret = await signed_in(self.services, self.organisation, member)
        web = self.services.settings.web
        pages = httpx.AsyncClient(
            transport=self.transport,
            base_url=web.public_url,
            cookies={name_of(web): secret.reveal()},
        )
        self._browsers.append(pages)
        return Browser(pages, member, session, secret)

    def stranger(self) -> Bare:
        """Open a browser that nobody is signed in with."""
        pages = httpx.AsyncClient(
            transport=self.transport,
            base_url=self.services.settings.web.public_url,
            follow_redirects=True,
        )
        self._browsers.append(pages)
        return Bare(pages)

    async def close(self) -> None:
        for pages in self._browsers:
            await pages.aclose()


async def signed_in(
    services: Services, organisation: Organisation, member: StaffMember
) -> tuple[Session, Secret]:
    async with services.storage.begin(organisation.id) as transaction:
        return await services.staff.sessions.begin(
            transaction,
            organisation.id,
            member.id,
            by=SignedInBy.PASSKEY,
            device="Firefox, Linux",
            address="192.0.2.7",
        )
