"""The whole house, with a crowd that is as mixed as in life."""

import pytest

from tests.features.audiences.crowd import Crowd
from tests.whole_house import dealt, services, shop, tester
from watchword.features.clients.rules import Client
from watchword.wiring import Services

__all__ = ["dealt", "services", "shop", "tester"]


@pytest.fixture
def crowd(services: Services, shop: Client) -> Crowd:
    return Crowd(services, shop)
