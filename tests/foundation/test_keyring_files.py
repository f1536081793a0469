"""Where keyrings rest, and what is said when one cannot be used."""

import base64
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.foundation.keyring import KeyKind, KeyMissing, new_keyring, rotated
from watchword.foundation.keyring_files import (
    ENVIRONMENT,
    KeyringEnvironment,
    KeyringFile,
    KeyringNotKept,
    decode,
    encode,
)

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
KEYRING = rotated(new_keyring(NOON), [KeyKind.CODES], NOON)
WRITTEN = encode(KEYRING)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A keyring that is as it should be."""
    path = tmp_path / "keyring.json"
    KeyringFile(path).save(KEYRING)
    return path


class TestAFile:
    def test_gives_back_what_was_saved(self, path: Path) -> None:
        assert KeyringFile(path).load() == KEYRING

    def test_is_closed_to_all_but_its_owner(self, path: Path) -> None:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o777])
    def test_that_others_may_open_is_refused(self, path: Path, mode: int) -> None:
        path.chmod(mode)

        with pytest.raises(KeyMissing, match=f"chmod 600 {path}"):
            KeyringFile(path).load()

    def test_that_is_not_there_is_named_with_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(KeyMissing, match=r"nowhere.*watchword keys create"):
            KeyringFile(tmp_path / "nowhere").load()

    def test_that_is_a_folder_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(KeyMissing, match="cannot be read"):
            KeyringFile(tmp_path).load()

    def test_may_lie_in_a_folder_that_is_new(self, tmp_path: Path) -> None:
        file = KeyringFile(tmp_path / "new" / "keyring.json")
        file.save(KEYRING)

        assert file.load() == KEYRING


class TestSaving:
    def test_closes_a_file_that_was_open_to_others(self, path: Path) -> None:
        path.chmod(0o644)
        KeyringFile(path).save(KEYRING)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_puts_a_whole_new_file_in_the_place_of_the_old_one(self, path: Path) -> None:
        reader = path.open("rb")
        KeyringFile(path).save(new_keyring(NOON))

        with reader:
            assert reader.read() == WRITTEN  # who had it open reads the old one to its end
        assert path.read_bytes() != WRITTEN
        assert [each.name for each in path.parent.iterdir()] == ["keyring.json"]

    def test_is_not_held_up_by_what_an_interrupted_one_has_left(self, path: Path) -> None:
        draft = path.with_name("keyring.json.new")
        draft.write_text("half a key")
        draft.chmod(0o644)

        KeyringFile(path).save(new_keyring(NOON))

        assert KeyringFile(path).load().newest(KeyKind.CODES) == 1
        assert not draft.exists()

    def test_that_fails_leaves_the_old_one_as_it_was(self, path: Path) -> None:
        path.with_name("keyring.json.new").mkdir()  # so the draft cannot be written

        with pytest.raises(KeyringNotKept, match=r"cannot be kept at .*keyring\.json"):
            KeyringFile(path).save(new_keyring(NOON))

        assert KeyringFile(path).load() == KEYRING


class TestTheEnvironment:
    def test_gives_back_what_was_written_in_base64(self) -> None:
        environment = {ENVIRONMENT: base64.b64encode(WRITTEN).decode()}

        assert KeyringEnvironment(environment).load() == KEYRING

    @pytest.mark.parametrize("value", [None, "", "no base64!", "é", "YQ=="])
    def test_that_holds_no_keyring_is_named(self, value: str | None) -> None:
        environment = {} if value is None else {ENVIRONMENT: value}

        with pytest.raises(KeyMissing, match=ENVIRONMENT):
            KeyringEnvironment(environment).load()


def change(keyring: dict[str, Any], how: Callable[[dict[str, Any]], object]) -> bytes:
    how(keyring)
    return json.dumps(keyring).encode()


@pytest.mark.parametrize(
    "how",
    [
        lambda keyring: keyring.pop("keys"),
        lambda keyring: keyring.update(colour="red"),
        lambda keyring: keyring["keys"][0].update(kind="car"),
        lambda keyring: keyring["keys"][0].update(version="one"),
        lambda keyring: keyring["keys"][0].update(version=0),
        lambda keyring: keyring["keys"][0].update(version=2**16),
        lambda keyring: keyring["keys"][0].update(content=keyring["keys"][0]["content"] + "!"),
        lambda keyring: keyring["keys"][0].update(content=keyring["keys"][0]["content"][:20]),
        lambda keyring: keyring["keys"][0].update(created_at=keyring["keys"][0]["content"]),
    ],
)
def test_a_damaged_keyring_is_refused_and_never_quotes_a_key(
    how: Callable[[dict[str, Any]], object],
) -> None:
    damaged = change(json.loads(WRITTEN), how)

    with pytest.raises(KeyMissing, match="keyring in here is damaged") as caught:
        decode(damaged, "here")

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    for key in KEYRING.keys:
        assert base64.b64encode(key.content).decode()[:8] not in str(caught.value)


@given(some.integers(0, len(WRITTEN) - 2), some.binary(min_size=1, max_size=3))
def test_no_damage_is_beyond_a_calm_answer(place: int, noise: bytes) -> None:
    damaged = WRITTEN[:place] + noise + WRITTEN[place + len(noise) :]

    try:
        decode(damaged, "here")
    except KeyMissing as fault:
        assert str(fault) == "The keyring in here is damaged. Restore it from its copy."  # noqa: PT017


@pytest.mark.parametrize("is_throwaway", [True, False])
def test_that_a_keyring_is_throwaway_is_written_down(*, is_throwaway: bool) -> None:
    keyring = new_keyring(NOON, is_throwaway=is_throwaway)

    assert decode(encode(keyring), "here").is_throwaway is is_throwaway
