"""What an operator sees of the keyring."""

import fcntl
import os
from base64 import b64encode
from dataclasses import replace

import pytest

from tests.cli.desk import NOON, Desk
from watchword.foundation.keyring import KeyKind, Keyring, new_keyring, rotated
from watchword.foundation.keyring_files import KeyringFile, encode


def test_a_new_keyring_is_closed_to_others(bare_desk: Desk) -> None:
    result = bare_desk.type("keys create")

    assert result.exit_code == 0
    assert "root, codes, outbox, pins, ledger" in result.stdout
    assert bare_desk.keyring_path.stat().st_mode & 0o777 == 0o600
    assert not bare_desk.keyring.is_throwaway


def test_a_keyring_is_never_overwritten(bare_desk: Desk) -> None:
    keyring = bare_desk.make_keyring()

    result = bare_desk.type("keys create")

    assert result.exit_code == 1
    assert "already" in result.stderr
    assert bare_desk.keyring == keyring


def test_what_a_newer_version_needs_is_added(bare_desk: Desk) -> None:
    whole = new_keyring(NOON)
    older = replace(whole, keys=tuple(key for key in whole.keys if key.kind is not KeyKind.OUTBOX))
    KeyringFile(bare_desk.keyring_path).save(older)

    assert bare_desk.ask("keys create")["added"] == ["outbox"]

    assert bare_desk.keyring.keys[:-1] == older.keys
    assert bare_desk.keyring.newest(KeyKind.OUTBOX) == 1


def test_keys_are_listed_without_what_they_are_made_of(bare_desk: Desk) -> None:
    keyring = rotated(bare_desk.make_keyring(), [KeyKind.CODES], NOON)
    KeyringFile(bare_desk.keyring_path).save(keyring)

    result = bare_desk.type("keys list")

    assert result.stdout == (
        "codes     version 1  2030-01-01 12:00:00 UTC  kept\n"
        "codes     version 2  2030-01-01 12:00:00 UTC  in use\n"
        "ledger    version 1  2030-01-01 12:00:00 UTC  in use\n"
        "links     version 1  2030-01-01 12:00:00 UTC  in use\n"
        "outbox    version 1  2030-01-01 12:00:00 UTC  in use\n"
        "pins      version 1  2030-01-01 12:00:00 UTC  in use\n"
        "root      version 1  2030-01-01 12:00:00 UTC  in use\n"
        "vouchers  version 1  2030-01-01 12:00:00 UTC  in use\n"
    )
    assert {*bare_desk.ask("keys list")[0]} == {"kind", "version", "created_at", "is_newest"}


@pytest.mark.parametrize("command", ["create", "rotate codes", "retire codes 1"])
def test_a_keyring_that_was_handed_in_is_changed_where_it_came_from(
    bare_desk: Desk, command: str
) -> None:
    written = b64encode(encode(new_keyring(NOON))).decode()
    desk = Desk(bare_desk.folder, bare_desk.url, {"WATCHWORD_KEYRING": written})

    result = desk.type(f"keys {command}")

    assert result.exit_code == 1
    assert "WATCHWORD_KEYRING" in result.stderr
    assert len(desk.ask("keys list")) == len(KeyKind)


def test_only_one_command_at_a_time_changes_the_keyring(bare_desk: Desk) -> None:
    keyring = bare_desk.make_keyring()
    folder = os.open(bare_desk.keyring_path.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)

    result = bare_desk.type("keys rotate codes")

    os.close(folder)
    assert result.exit_code == 75
    assert bare_desk.keyring == keyring


def test_a_place_that_takes_no_keyring_is_told(bare_desk: Desk) -> None:
    bare_desk.keyring_path.parent.write_text("a file where a folder should be")

    result = bare_desk.type("keys create")

    assert result.exit_code == 1
    assert "cannot be kept" in result.stderr


def test_keys_that_lock_nothing_in_the_database_rotate_without_it(bare_desk: Desk) -> None:
    before = bare_desk.make_keyring()

    result = bare_desk.type("keys rotate codes outbox")

    assert result.exit_code == 0
    assert "Restart all servers" in result.stdout
    changed = {"codes": 2, "outbox": 2}
    unchanged = dict.fromkeys(("root", "pins", "ledger", "vouchers", "links"), 1)
    assert versions(bare_desk.keyring) == unchanged | changed
    assert {*before.keys} < {*bare_desk.keyring.keys}


def test_nothing_rotates_when_the_database_cannot_be_reached(bare_desk: Desk) -> None:
    keyring = bare_desk.make_keyring()

    result = bare_desk.type("keys rotate")

    assert result.exit_code == 1
    assert bare_desk.keyring == keyring


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("root 1", "is the newest. Rotate it first"),
        ("root 7", "no version 7"),
        ("outbox 0", "no version 0"),
    ],
)
def test_what_cannot_be_retired_is_told(desk: Desk, what: str, says: str) -> None:
    result = desk.type(f"keys retire {what}")

    assert result.exit_code == 1
    assert says in result.stderr


def versions(keyring: Keyring) -> dict[str, int]:
    return {kind.value: keyring.newest(kind) for kind in KeyKind}
