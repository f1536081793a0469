"""A shop with landing pages, on each database."""

import pytest

from tests.features.pages.office import Led, PageOffice
from tests.features.points.conftest import till
from tests.features.points.tills import Till
from tests.stores import KEYRING, new_requests
from watchword.wiring.pages import page_services

__all__ = ["till"]


@pytest.fixture
def office(till: Till) -> PageOffice:
    storage, led = till.shop.storage, Led()
    services = page_services(storage, new_requests(storage), KEYRING, leading=led)
    return PageOffice(till, services, led)
