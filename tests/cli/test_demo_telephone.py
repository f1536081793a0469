"""The line of the credit union in the demonstration can be called, and is set up once."""

from collections.abc import AsyncIterator

import pytest

from tests.stores import KEYRING
from watchword.cli.demo_telephone import connect
from watchword.features.activation.decision import Outcome
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.members.rules import Hindered, Looked
from watchword.features.calls.rules import Door, Incoming
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import CoreName
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret
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


@pytest.mark.parametrize(
    ("number", "comes_to"),
    [
        ("500100", [Outcome.ACTIVATION, Outcome.ACTIVATION]),
        ("500144", [Outcome.ACTIVATION]),
        ("500188", [Outcome.ACTIVATION]),
        ("500210", [Outcome.ACTIVATION]),
        ("500265", [Outcome.NORMAL, Outcome.NORMAL]),
        ("500331", [Outcome.ACTIVATION]),
        ("500364", [Outcome.FORCE]),
        ("500408", [Hindered.LOCKED]),
    ],
)
async def test_each_member_of_the_manual_comes_to_what_it_says(
    services: Services, number: str, comes_to: list[Outcome | Hindered]
) -> None:
    lakeside = await services.organisations.found(
        slug="lakeside", name="Lakeside", mode=Mode.TEST, country="US", locale="en", actor="test"
    )
    assert isinstance(lakeside, Organisation)
    await connect(services, lakeside, CORE)
    caller = Operator(name="test", organisation=lakeside)

    looked = await services.telephone.members.look(caller, Secret(number))

    assert isinstance(looked, Looked)
    assert [looked.comes_to(each) for each in looked.members] == comes_to
