"""What tests of pages share: a server with an open sandbox, on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.html.stage import Stage, open_stage


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser, the Chromium of the system")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(f"sqlite:///{tmp_path / 'test.db'}") as stage:
        yield stage


@pytest.fixture
async def closed(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(f"sqlite:///{tmp_path / 'test.db'}", is_open=False) as stage:
        yield stage
