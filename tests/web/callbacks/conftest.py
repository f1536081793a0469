"""A house with a provider that calls, and anybody who knows our address."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx import AsyncClient
from litestar import Litestar

from tests.web.callbacks.callers import GATEWAY, Caller, Mute
from tests.web.conftest import calling
from tests.web.doors import doors_to
from tests.whole_house import new_client
from watchword.features.clients.rules import Client
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode
from watchword.wiring import Services


@pytest.fixture
def provider() -> Caller:
    return Caller()


@pytest.fixture
async def shop(services: Services) -> Client:
    return await new_client(services, "shop", Mode.LIVE)


@pytest.fixture
def app(services: Services, provider: Caller) -> Litestar:
    providers = {**services.providers, GATEWAY: provider, ProviderName("mute"): Mute()}
    return doors_to(replace(services, providers=providers))


@pytest.fixture
async def world(app: Litestar) -> AsyncIterator[AsyncClient]:
    """Anybody who knows our address."""
    async with calling(app, "") as world:
        del world.headers["Authorization"]
        yield world
