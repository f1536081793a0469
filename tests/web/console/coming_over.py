"""A house of which one organisation can come over from Twilio, and what its people do there."""

import re
from collections.abc import AsyncIterator

import pytest

from tests.stores import KEYRING, MovableTime
from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from tests.whole_house import GATEWAY, Dealt
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Operator
from watchword.features.crossings.pairs.rules import Call, Said
from watchword.features.crossings.rules import Crossing, Move, WithoutThem
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.settings import parse
from watchword.wiring import Services, open_services

PAGE, ENDINGS = "/console/crossing", "/console/crossing/endings"
SEEING, MOVING = (Role.OWNER, Role.MANAGER), (Role.OWNER,)
BEGUN, PENDING = Said(201, None, "pending"), Said(200, None, "pending")
SEEN = re.compile(r'name="seen" value="([^"]*)"')
LINK = f'href="{PAGE}'
ORIGINAL = {"account_sid": "AC" + "a" * 32, "auth_token": "token-of-theirs"}


@pytest.fixture
async def services(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Services]:
    """A house that knows the account of one organisation at Twilio; nobody asks it anything."""
    written = {
        "database": {"url": migrated},
        "providers": {"gateway": GATEWAY},
        "originals": {"sonnenhof": {**ORIGINAL, "base_url": "http://127.0.0.1:9"}},
    }
    async with open_services(parse(written), KEYRING, now=time, draw=dealt) as services:
        yield services


@pytest.fixture
async def organisation(services: Services) -> Organisation:
    return await found(services, "sonnenhof")


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER, name="Anneliese"))


async def found(services: Services, slug: str) -> Organisation:
    made = await services.organisations.found(
        slug=slug, name=slug.title(), mode=Mode.LIVE, country="DE", locale="de", actor="test"
    )
    assert isinstance(made, Organisation)
    return made


async def begin(office: Office, share: int = 0, *countries: str) -> None:
    """Have whoever runs the server move something."""
    operator = Operator(name="ann", organisation=office.organisation)
    moved = await office.services.crossings.crossings.move(
        operator, Move(share=share, countries=frozenset(countries), without_them=WithoutThem.REFUSE)
    )
    assert isinstance(moved, Crossing)


async def note(office: Office, call: Call, theirs: Said, ours: Said, times: int = 1) -> None:
    operator = Operator(name="ann", organisation=office.organisation)
    for _ in range(times):
        await office.services.crossings.pairs.note(operator, call, theirs, ours)


async def so(office: Office) -> tuple[int, set[str], str] | None:
    crossing = await office.services.crossings.crossings.find(office.organisation)
    if crossing is None:
        return None
    return crossing.share, {*crossing.countries}, crossing.without_them


async def fill_in(
    browser: Browser, do: str, *, share: str = "0", countries: str = "", silent: str = "refuse"
) -> tuple[int, str]:
    """Press a button of the form, as it stands on the page."""
    seen = SEEN.search(await browser.read(PAGE))
    assert seen is not None
    reply = await browser.send(
        PAGE, do=do, seen=seen[1], share=share, countries=countries, without_them=silent
    )
    return reply.status_code, reply.text


async def deeds(office: Office) -> list[tuple[str, str]]:
    whose = office.organisation.id
    async with office.services.storage.reading(whose) as transaction:
        entries = await AuditStore(transaction, whose).about(str(whose))
    of_it = {Action.CROSSING_MOVED, Action.CROSSING_ENDED}
    return [(each.action, each.actor) for each in entries if each.action in of_it]
