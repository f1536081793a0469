"""Two people with a device each, in a house where passkeys can be used."""

import pytest

from tests.features.staff.passkeys.bearers import Bearer, new_bearer
from tests.whole_house import dealt, services
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.passkeys.rules import Party
from watchword.wiring import Services

__all__ = ["dealt", "services"]

PARTY = Party(id="codes.example.org", origin="https://codes.example.org")


@pytest.fixture
def party() -> Party:
    return PARTY


@pytest.fixture
async def shop(services: Services) -> Organisation:
    return await founded(services, "sonnenhof")


@pytest.fixture
async def bank(services: Services) -> Organisation:
    return await founded(services, "bank")


@pytest.fixture
async def ann(services: Services, shop: Organisation, party: Party) -> Bearer:
    return await new_bearer(services, shop, party, "ann")


@pytest.fixture
async def bob(services: Services, bank: Organisation, party: Party) -> Bearer:
    return await new_bearer(services, bank, party, "bob")


async def founded(services: Services, slug: str) -> Organisation:
    made = await services.organisations.found(
        slug=slug, name=slug.title(), mode=Mode.TEST, country="DE", locale="de", actor="test"
    )
    assert isinstance(made, Organisation)
    return made
