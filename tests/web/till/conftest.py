"""Cashiers at their pages, in browsers without script."""

import pytest

from tests.features.tills.shop import Shop
from tests.stores import MovableTime
from tests.web.console.conftest import app, office, organisation
from tests.web.console.people import Office
from tests.web.till.cashiers import Counter
from tests.whole_house import Dealt, dealt, services
from watchword.features.clients.rules import Client, Scope
from watchword.features.organisations.rules import Organisation
from watchword.wiring import Services

__all__ = ["app", "dealt", "office", "organisation", "services"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser, the Chromium of the system")


@pytest.fixture
async def counter(
    services: Services,
    organisation: Organisation,
    office: Office,
    dealt: Dealt,
    time: MovableTime,
) -> Counter:
    key, _ = await services.clients.create(
        organisation, label="test", scopes=frozenset(Scope), actor="test"
    )
    shop = Shop(services, Client(key=key, organisation=organisation), dealt, time)
    place = await shop.location("Nord")
    await shop.customer()
    return Counter(shop, office, place, await shop.reward())
