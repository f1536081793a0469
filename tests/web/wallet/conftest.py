"""The garden centre again, whose customers open their wallets."""

import pytest

from tests.web.joining.conftest import app, dealt, garden, services

__all__ = ["app", "dealt", "garden", "services"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser, the Chromium of the system")
