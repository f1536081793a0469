"""What every test of webhooks begins with."""

import pytest

from tests.features.webhooks.bureau import Bureau
from watchword.foundation.storage import Storage


@pytest.fixture
def bureau(house: Storage) -> Bureau:
    return Bureau(house)
