"""The console as people with different roles see it: browsers without script, signed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.web.console.people import Browser, Office
from tests.web.doors import doors_to
from tests.whole_house import dealt, services
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

__all__ = ["dealt", "services"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser, the Chromium of the system")


@pytest.fixture
def app(services: Services) -> Litestar:
    return doors_to(services)


@pytest.fixture
async def organisation(services: Services) -> Organisation:
    made = await services.organisations.found(
        slug="sonnenhof",
        name="Gartencenter Sonnenhof",
        mode=Mode.TEST,
        country="DE",
        locale="de",
        actor="test",
    )
    assert isinstance(made, Organisation)
    return made


@pytest.fixture
async def office(
    app: Litestar, services: Services, organisation: Organisation
) -> AsyncIterator[Office]:
    """Opens browsers: `await office.enter(Role.CLERK)`."""
    async with opened(app, services, organisation) as office:
        yield office


@pytest.fixture
async def owner(office: Office) -> Browser:
    return await office.enter(Role.OWNER)


@asynccontextmanager
async def opened(
    app: Litestar, services: Services, organisation: Organisation
) -> AsyncIterator[Office]:
    entrance: Any = app  # typed as its own idea of ASGI, which is not the client's
    transport = httpx.ASGITransport(entrance, raise_app_exceptions=False)
    office = Office(services=services, organisation=organisation, transport=transport)
    try:
        yield office
    finally:
        await office.close()
