"""The console under a name, over TLS: where browsers use passkeys."""

from collections.abc import AsyncIterator

import pytest

from tests.stand_ins.authenticator import Authenticator
from tests.stores import KEYRING, MovableTime
from tests.whole_house import Dealt
from watchword.settings import parse
from watchword.wiring import Services, open_services

URL = "https://codes.example.org"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser, the Chromium of the system")


@pytest.fixture
async def services(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Services]:
    settings = parse({"database": {"url": migrated}, "web": {"public_url": URL}})
    async with open_services(settings, KEYRING, now=time, draw=dealt) as services:
        yield services


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(URL)
