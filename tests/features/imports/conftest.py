"""Somewhere to take files in, on each database."""

import pytest

from tests.features.customers.people import new_shop
from tests.features.imports.files import Counter, new_counter
from tests.stores import found
from watchword.foundation.storage import Storage


@pytest.fixture
async def counter(house: Storage) -> Counter:
    return new_counter(new_shop(house, await found(house, "shop")))
