"""What tests of vouchers stand on."""

import pytest

from tests.features.tills.shop import Shop
from tests.features.vouchers.stand import Stand, stand_of
from tests.stores import MovableTime
from tests.whole_house import Dealt, dealt, services, tester
from watchword.features.clients.rules import Client
from watchword.wiring import Services

__all__ = ["dealt", "services", "tester"]


@pytest.fixture
def shop(services: Services, tester: Client, dealt: Dealt, time: MovableTime) -> Shop:
    return Shop(services, tester, dealt, time)


@pytest.fixture
async def stand(shop: Shop) -> Stand:
    return await stand_of(shop)
