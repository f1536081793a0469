"""A shop with landing pages, on each database."""

import pytest

from tests.features.pages.office import PageOffice
from tests.features.points.conftest import till
from tests.features.points.tills import Till
from tests.stores import KEYRING, new_requests
from watchword.wiring.pages import page_services

__all__ = ["till"]


@pytest.fixture
def office(till: Till) -> PageOffice:
    storage = till.shop.storage
    return PageOffice(till, page_services(storage, new_requests(storage), KEYRING))
