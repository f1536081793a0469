"""The line of the credit union in the demonstration can be called, and is set up once."""

from collections.abc import AsyncIterator

import pytest

from tests.stores import KEYRING
from watchword.cli.demo_telephone import connect
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.rules import Door, Incoming
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import CoreName
from watchword.features.organisations.rules import Mode, Organisation
from watchword.settings import parse
from watchword.wiring import Services, open_services

CORE = CoreName("lakeside")


@pytest.fixture
async def services(migrated: str) -> AsyncIterator[Services]:
    core = {"kind": "demo", "organisations": ["lakeside"]}
    settings = parse({"database": {"url": migrated}, "cores": {CORE: core}})
    async with open_services(settings, KEYRING) as services:
        yield services


async def test_it_can_be_called_and_a_second_start_changes_nothing(services: Services) -> None:
    lakeside = await services.organisations.found(
        slug="lakeside", name="Lakeside", mode=Mode.TEST, country="US", locale="en", actor="test"
    )
    assert isinstance(lakeside, Organisation)

    await connect(services, lakeside, CORE)
    await connect(services, lakeside, CORE)

    found = await services.telephone.profiles.all(lakeside.id)
    assert sorted(each.terms.name for each in found.profiles) == [
        *("Another PIN", "First PIN", "Members")
    ]
    assert found.line.version == 2
    caller = Operator(name="test", organisation=lakeside)
    begun = await services.telephone.conduct.begin(caller, Incoming(door=Door.TURNS, language="en"))
    assert isinstance(begun, Begun)
