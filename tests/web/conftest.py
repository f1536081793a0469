"""The doors over the whole house, called as a program would call them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from tests.web.doors import doors_to
from tests.whole_house import dealt, services
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.wiring import Services

__all__ = ["app", "caller", "dealt", "services", "tester"]


@pytest.fixture
def app(services: Services) -> Litestar:
    return doors_to(services)


@pytest.fixture
async def caller(app: Litestar, services: Services) -> AsyncIterator[AsyncClient]:
    """A program of an organisation that reaches real people."""
    async with calling(app, await new_key(services, "shop", Mode.LIVE)) as caller:
        yield caller


@pytest.fixture
async def tester(app: Litestar, services: Services) -> AsyncIterator[AsyncClient]:
    """A program of a test organisation."""
    async with calling(app, await new_key(services, "tester", Mode.TEST)) as tester:
        yield tester


@asynccontextmanager
async def calling(app: Litestar, key: str) -> AsyncIterator[AsyncClient]:
    entrance: Any = app  # typed as its own idea of ASGI, which is not the client's
    transport = ASGITransport(entrance, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with AsyncClient(
        transport=transport, base_url="https://watchword.test", headers=headers
    ) as client:
        yield client


async def new_key(
    services: Services, slug: str, mode: Mode, scopes: frozenset[Scope] = frozenset(Scope)
) -> str:
    organisation = await services.organisations.found(
        slug=slug, name=slug.title(), mode=mode, country="DE", locale="de", actor="test"
    )
    assert isinstance(organisation, Organisation)
    _, key = await services.clients.create(organisation, label="test", scopes=scopes, actor="test")
    return key.reveal()
