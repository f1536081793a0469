"""What tests of routing stand on."""

import pytest

from tests.features.routing.crossroads import Crossroads
from tests.stores import found
from watchword.features.organisations.rules import Mode
from watchword.foundation.storage import Storage


@pytest.fixture
async def crossroads(house: Storage) -> Crossroads:
    return Crossroads(house, await found(house, mode=Mode.LIVE))
