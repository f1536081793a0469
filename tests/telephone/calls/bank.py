"""A credit union as it stands in a database: its line, its profiles and its core; and one whose
core is down. What is around them is the server's own wiring."""

import csv
import socket
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.stores import KEYRING
from tests.telephone.calls.lab import HERE
from tests.telephone.calls.stories import CODE, COLUMNS, Member
from watchword.cli.serving import on_the_telephone
from watchword.features.activation.profiles.rules import (
    Process,
    Profile,
    ProfileId,
    ProfileKind,
    Terms,
)
from watchword.features.activation.profiles.settings import LineSettings, SetLine
from watchword.features.activation.questions import Asked, Question
from watchword.features.activation.scenarios import Scenario
from watchword.features.calls.rules import Call
from watchword.features.clients.rules import Caller as Client
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import CoreName, FindBy, PinState, Unavailable
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret, reveal_if_any
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.web.server import open_port, serving_beside
from watchword.wiring import Services, open_services
from watchword.workers.crew import working

BANK, SHORE = "bank", "shore"
CORE, DOWN = CoreName("books"), CoreName("ruins")
URL, TOKEN = "https://codes.example.org", "an auth token"
FIRST = Terms(
    name="First PIN",
    kind=ProfileKind.ACTIVATION,
    questions=(Asked(Question.ZIP), Asked(Question.CODE)),
)
ANOTHER = Terms(name="Another PIN", kind=ProfileKind.FORCE, questions=(Asked(Question.CODE),))
MEMBERS = Terms(
    name="Members",
    kind=ProfileKind.STANDARD,
    levels=((Asked(Question.MEMBER_NUMBER), Asked(Question.PIN)),),
)


@dataclass
class House:
    """A server at work: where it answers an Asterisk, and where the world."""

    services: Services
    fastagi: int
    web: int

    async def calls(self) -> Sequence[Call]:
        found = list[Call]()
        for slug in (BANK, SHORE):
            organisation = await self.services.organisations.find(slug)
            page = await self.services.telephone.register.page(organisation.id, None, 100)
            found += page.items
        return found

    async def pins(self, members: Iterable[Member]) -> Mapping[int, str | None]:
        """Ask the core which PIN everybody has."""
        organisation = await self.services.organisations.find(BANK)
        core = self.services.telephone.cores.of(organisation, CORE)
        assert core is not None
        pins = dict[int, str | None]()
        for member in members:
            found = await core.find(FindBy.MEMBER_NUMBER, Secret(member.number))
            assert not isinstance(found, Unavailable)
            [known] = found
            state = await core.pin_state(known.ref)
            assert isinstance(state, PinState)
            pins[member.place] = reveal_if_any(state.pin)
        return pins


@asynccontextmanager
async def at_work(url: str, folder: Path, members: Iterable[Member]) -> AsyncIterator[House]:
    """Let a server work as `watchword serve` does: doors, workers, and the exchange."""
    listener, fastagi = open_port(HERE, 0), _free_port()
    settings = _settings(url, folder, members, fastagi)
    async with open_services(parse(settings), KEYRING, draw=_code) as services:
        for slug, core in ((BANK, CORE), (SHORE, DOWN)):
            await _found(services, slug, core)
        with listener:
            async with (
                serving_beside(create_app(services), listener),
                working(services),
                on_the_telephone(services),
            ):
                yield House(services, fastagi, listener.getsockname()[1])


def _settings(
    url: str, folder: Path, members: Iterable[Member], fastagi: int
) -> Mapping[str, object]:
    table, sounds = folder / "members.csv", folder / "sounds"
    sounds.mkdir()
    with table.open("w") as written:
        csv.writer(written).writerows([COLUMNS, *(each.row for each in members)])
    twilio = {"account_sid": "AC" + "0" * 32, "auth_token": TOKEN, "sender": "+15550100100"}
    books = {"kind": "demo", "file": str(table), "tries": 100}
    return {
        "database": {"url": url},
        "web": {"public_url": URL},
        "cores": {
            CORE: {**books, "organisations": [BANK]},
            DOWN: {**books, "organisations": [SHORE], "condition": "down"},
        },
        "providers": {"twilio": {"kind": "twilio", **twilio}},
        "telephone": {
            "fastagi": {"listen": f"{HERE}:{fastagi}", "sounds": str(sounds)},
            "twiml": {"accounts": {BANK: "twilio", SHORE: "twilio"}},
        },
    }


async def _found(services: Services, slug: str, core: CoreName) -> None:
    organisation = await services.organisations.found(
        slug=slug, name=slug.title(), mode=Mode.TEST, country="US", locale="en", actor="test"
    )
    assert isinstance(organisation, Organisation)
    client, profiles = Operator(name="test", organisation=organisation), services.telephone.profiles
    settings = LineSettings(
        core=core,
        unlocks_by_code=False,
        transfer_to="service desk",
        onward_to="account menu",
    )
    assert isinstance(await profiles.set_line(client, settings, 0), SetLine)
    first, another = [await _made(services, client, each) for each in (FIRST, ANOTHER)]
    members = replace(
        MEMBERS,
        activation=Process(is_active=True, profile_id=first, scenarios=(Scenario.SSN_LAST4,)),
        force=Process(is_active=True, profile_id=another, scenarios=(Scenario.LENGTH,)),
    )
    line = replace(settings, profile_id=await _made(services, client, members))
    assert isinstance(await profiles.set_line(client, line, 1), SetLine)


async def _made(services: Services, client: Client, terms: Terms) -> ProfileId:
    made = await services.telephone.profiles.create(client, terms)
    assert isinstance(made, Profile), made
    return made.id


def _code(among: int) -> int:
    return int(CODE) % among


def _free_port() -> int:
    with socket.create_server((HERE, 0)) as free:
        port: int = free.getsockname()[1]
        return port
