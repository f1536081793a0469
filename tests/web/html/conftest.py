"""What tests of pages share: a server with an open sandbox, on SQLite."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.html.stage import Stage, open_stage
from watchword.migrations import steps


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser, the Chromium of the system")


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them; a copy of it costs nothing."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    asyncio.run(steps.upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def copy(empty: Path, tmp_path: Path) -> str:
    """The URL of a database with all tables."""
    return f"sqlite:///{shutil.copy(empty, tmp_path / 'test.db')}"


@pytest.fixture
async def stage(copy: str) -> AsyncIterator[Stage]:
    async with open_stage(copy, is_new=False) as stage:
        yield stage


@pytest.fixture
async def closed(copy: str) -> AsyncIterator[Stage]:
    async with open_stage(copy, is_new=False, is_open=False) as stage:
        yield stage
