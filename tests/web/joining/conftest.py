"""A garden centre whose customers register by themselves."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.stores import MovableTime
from tests.web.doors import doors_to
from tests.web.joining.garden import Garden
from tests.whole_house import Dealt, dealt, services
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.settings.sections import SectionName
from watchword.wiring import Services

__all__ = ["dealt", "services"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser, the Chromium of the system")


@pytest.fixture
def app(services: Services) -> Litestar:
    return doors_to(services)


@pytest.fixture
async def garden(
    app: Litestar, services: Services, dealt: Dealt, time: MovableTime
) -> AsyncIterator[Garden]:
    organisation = await services.organisations.found(
        slug="sonnenhof",
        name="Gartencenter Sonnenhof",
        mode=Mode.TEST,
        country="DE",
        locale="de",
        actor="test",
    )
    assert isinstance(organisation, Organisation)
    entrance: Any = app  # typed as its own idea of ASGI, which is not the client's
    transport = httpx.ASGITransport(entrance, raise_app_exceptions=True)
    garden = Garden(services, organisation, transport, dealt, time)
    await garden.set(SectionName.JOINING, '{"open": true}')
    yield garden
    for each in garden.browsers:
        await each.aclose()
