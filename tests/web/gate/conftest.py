"""A garden centre that writes to its customers."""

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar

from tests.stores import MovableTime
from tests.web.doors import doors_to
from tests.web.gate.meadow import Meadow, planted
from tests.whole_house import Dealt, dealt, services
from watchword.features.organisations.rules import Mode, Organisation
from watchword.wiring import Services

__all__ = ["dealt", "services"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser, the Chromium of the system")


@pytest.fixture
def app(services: Services) -> Litestar:
    return doors_to(services)


@pytest.fixture
async def meadow(
    app: Litestar, services: Services, dealt: Dealt, time: MovableTime
) -> AsyncIterator[Meadow]:
    organisation = await services.organisations.found(
        slug="sonnenhof",
        name="Gartencenter Sonnenhof",
        mode=Mode.TEST,
        country="DE",
        locale="de",
        actor="test",
    )
    assert isinstance(organisation, Organisation)
    async with planted(services, organisation, app, dealt, time) as meadow:
        yield meadow
