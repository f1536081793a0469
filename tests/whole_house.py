"""The whole house without its doors: real storage, time that can pass, codes that are known."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.stores import KEYRING, MovableTime
from watchword.features.challenges.codes import LETTERED_CODES, draw_letters
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.service import Opened
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Client, Scope
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret
from watchword.settings import parse
from watchword.wiring import Services, open_services

PHONE, OTHER_PHONE = "+491701234567", "+491701234568"
GATEWAY = {
    "kind": "http",
    "channel": ["sms", "voice"],
    "url": "http://127.0.0.1:9/send",
    "body": {"to": "{to}", "text": "{text}"},
}


@dataclass
class Dealt:
    """Draws real codes, and remembers them: what a provider would have been given."""

    codes: list[str] = field(default_factory=list)

    def __call__(self, among: int) -> int:
        number = secrets.randbelow(among)
        while (code := _code_of(number, among)) in self.codes:
            number = secrets.randbelow(among)  # so that no test is right by chance
        self.codes.append(code)
        return number

    @property
    def latest(self) -> str:
        return self.codes[-1]

    @property
    def wrong(self) -> str:
        """Give a code that was not the latest to be drawn."""
        if not self.latest.isdecimal():
            return next(filter(self.latest.__ne__, map(_letters, range(2))))
        return str((int(self.latest) + 1) % 10 ** len(self.latest)).zfill(len(self.latest))


def _code_of(number: int, among: int) -> str:
    if among == LETTERED_CODES:
        return _letters(number)
    return str(number).zfill(len(str(among)) - 1)


def _letters(number: int) -> str:
    return draw_letters(lambda _: number).reveal()


@pytest.fixture
def dealt() -> Dealt:
    return Dealt()


@pytest.fixture
async def services(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Services]:
    settings = parse({"database": {"url": migrated}, "providers": {"gateway": GATEWAY}})
    async with open_services(settings, KEYRING, now=time, draw=dealt) as services:
        yield services


@pytest.fixture
async def shop(services: Services) -> Client:
    """An application of an organisation that reaches real people."""
    return await new_client(services, "shop", Mode.LIVE)


@pytest.fixture
async def tester(services: Services) -> Client:
    """An application of a test organisation."""
    return await new_client(services, "tester", Mode.TEST)


async def new_client(services: Services, slug: str, mode: Mode) -> Client:
    organisation = await services.organisations.found(
        slug=slug, name=slug.title(), mode=mode, country="DE", locale="de", actor="test"
    )
    assert isinstance(organisation, Organisation)
    key, _ = await services.clients.create(
        organisation, label="test", scopes=frozenset(Scope), actor="test"
    )
    return Client(key=key, organisation=organisation)


def phone(number: str = PHONE) -> Contact:
    contact = read_phone(number, "DE")
    assert isinstance(contact, Contact)
    return contact


def email(address: str = "ann@example.org") -> Contact:
    contact = read_email(address)
    assert isinstance(contact, Contact)
    return contact


def asked(
    contact: Contact | None = None,
    *,
    purpose: Purpose = Purpose.WALLET_SIGNIN,
    channel: Channel | None = None,
    requester: str | None = None,
    transaction: str | None = None,
) -> Opening:
    return Opening(
        purpose=purpose,
        contact=contact or phone(),
        channel=channel,
        locale="de",
        requester=None if requester is None else Secret(requester),
        transaction=transaction,
    )


def shown(outcome: Opened) -> Shown:
    """Take it for granted that a challenge was opened."""
    assert isinstance(outcome, Shown)
    return outcome
