"""A shop with customers, on each database."""

import pytest

from tests.features.customers.people import Shop, new_shop
from tests.stores import found
from watchword.foundation.storage import Storage


@pytest.fixture
async def shop(house: Storage) -> Shop:
    return new_shop(house, await found(house, "shop"))
