"""Desks for tests of commands."""

from pathlib import Path

import pytest

from tests.cli.desk import Desk


@pytest.fixture
def desk(migrated: str, tmp_path: Path) -> Desk:
    """A desk with a new keyring, and a database of the newest schema."""
    desk = Desk(tmp_path, migrated)
    desk.make_keyring()
    return desk


@pytest.fixture
def bare_desk(tmp_path: Path) -> Desk:
    """A desk with neither a keyring nor a database."""
    return Desk(tmp_path, f"sqlite:///{tmp_path}/data/watchword.db")
