"""A shop with customers who collect, on each database."""

import pytest

from tests.features.points.tills import Till, new_till
from tests.stores import found
from watchword.foundation.storage import Storage


@pytest.fixture
async def till(house: Storage) -> Till:
    return new_till(house, await found(house, "shop"))
