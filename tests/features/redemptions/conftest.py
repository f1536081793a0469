"""What tests of redemptions stand on."""

import pytest

from tests.features.redemptions.counter import Counter, counter_of
from tests.features.tills.shop import Shop
from tests.stores import MovableTime
from tests.whole_house import Dealt, dealt, services, tester
from watchword.features.clients.rules import Client
from watchword.wiring import Services

__all__ = ["dealt", "services", "tester"]


@pytest.fixture
def shop(services: Services, tester: Client, dealt: Dealt, time: MovableTime) -> Shop:
    return Shop(services, tester, dealt, time)


@pytest.fixture
async def counter(shop: Shop) -> Counter:
    return await counter_of(shop)
