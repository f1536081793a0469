"""The calls of the demonstration are real ones, and its reports are counted from them."""

from collections.abc import AsyncIterator

import pytest

from tests.stores import KEYRING
from watchword.cli.demo_calls import CALLS, ring
from watchword.cli.demo_telephone import connect
from watchword.features.calls.figures.rules import End
from watchword.features.cores.rules import CoreName
from watchword.features.figures.rules import Span
from watchword.features.organisations.rules import Mode, Organisation
from watchword.settings import parse
from watchword.wiring import Services, open_services
from watchword.workers.crew import working

CORE = CoreName("lakeside")


@pytest.fixture
async def services(migrated: str) -> AsyncIterator[Services]:
    core = {"kind": "demo", "organisations": ["lakeside"]}
    settings = parse({"database": {"url": migrated}, "cores": {CORE: core}})
    async with open_services(settings, KEYRING) as services:
        yield services


async def test_members_call_and_some_of_them_come_to_a_pin_of_their_own(
    services: Services,
) -> None:
    lakeside = await services.organisations.found(
        slug="lakeside", name="Lakeside", mode=Mode.TEST, country="US", locale="en", actor="test"
    )
    assert isinstance(lakeside, Organisation)
    await connect(services, lakeside, CORE)

    async with working(services):
        await ring(services, lakeside)
        await ring(services, lakeside)
    while await services.telephone.figures.turn():
        continue
    report = await services.telephone.figures.report(lakeside.id, Span.WEEK)

    assert report.calls == len(CALLS)
    assert {end: count for end, count in report.ends.items() if count} == {
        End.ACTIVATED: 3,
        End.THROUGH: 3,
        End.TO_A_PERSON: 1,
        End.HUNG_UP: 3,
    }
    assert [*report.funnel.values()] == [10, 8, 5, 3, 3]
