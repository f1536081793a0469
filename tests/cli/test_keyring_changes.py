"""The keyring while it is changed."""

from pathlib import Path

import pytest

from tests.cli.desk import NOON
from watchword.cli.keyring_changes import KeyringHeld, changing
from watchword.foundation.keyring import new_keyring
from watchword.foundation.keyring_files import KeyringNotKept


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring.json"


def test_a_second_change_waits_for_the_end_of_the_first(path: Path) -> None:
    with changing(path), pytest.raises(KeyringHeld), changing(path):
        pass

    with changing(path) as file:
        file.save(new_keyring(NOON))


@pytest.mark.parametrize("fault", [ConnectionResetError("gone"), BlockingIOError("later")])
def test_what_else_fails_meanwhile_is_not_laid_to_the_keyring(path: Path, fault: OSError) -> None:
    with pytest.raises(type(fault)) as caught, changing(path):
        raise fault

    assert caught.value is fault


def test_a_place_that_takes_no_keyring_is_named(path: Path) -> None:
    with changing(path) as file:
        path.with_name("keyring.json.new").mkdir()  # so the draft cannot be written
        with pytest.raises(KeyringNotKept, match="cannot be kept"):
            file.save(new_keyring(NOON))
