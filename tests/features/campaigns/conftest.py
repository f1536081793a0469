"""The whole house, with a shop that writes to many."""

import pytest

from tests.features.campaigns.stand import Stand, new_stand
from tests.stores import MovableTime
from tests.whole_house import dealt, services
from watchword.wiring import Services

__all__ = ["dealt", "services"]


@pytest.fixture
async def stand(services: Services, time: MovableTime) -> Stand:
    return await new_stand(services, time)
