"""Where keyrings rest: in a file that only its owner may read, or in the environment."""

import base64
import stat
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from watchword.foundation.errors import WatchwordError
from watchword.foundation.keyring import Key, KeyKind, KeyMissing, Keyring
from watchword.foundation.private_files import write_private
from watchword.foundation.sealing import KEY_BYTES, MOST_VERSIONS

ENVIRONMENT = "WATCHWORD_KEYRING"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyringNotKept(WatchwordError):
    """The place for the keyring does not take it."""

    def __init__(self, path: Path, fault: OSError) -> None:
        super().__init__(f"The keyring cannot be kept at {path}: {fault}.")


class _WrittenKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: KeyKind
    version: Annotated[int, Meta(ge=1, le=MOST_VERSIONS)]
    created_at: datetime
    content: Annotated[bytes, Meta(min_length=KEY_BYTES, max_length=KEY_BYTES)]  # in base64


class _WrittenKeyring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: tuple[_WrittenKey, ...]
    throwaway: bool = False


class KeyringFile:
    """Fills the `KeySource` port."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Keyring:
        """Read the keyring; raise `KeyMissing`, with what to do, if that is not possible."""
        try:
            mode = self._path.stat().st_mode
            content = self._path.read_bytes()
        except FileNotFoundError:
            raise KeyMissing(
                f"There is no keyring at {self._path}. Make one: watchword keys create"
            ) from None
        except OSError as fault:
            raise KeyMissing(f"The keyring at {self._path} cannot be read: {fault}.") from None
        if mode & OTHERS:
            raise KeyMissing(
                f"Others may read the keyring at {self._path}. Close it: chmod 600 {self._path}"
            )
        return replace(decode(content, str(self._path)), source=self)

    def save(self, keyring: Keyring) -> None:
        """Write the keyring as a whole, or raise `KeyringNotKept` and leave what was there."""
        try:
            write_private(self._path, encode(keyring))
        except OSError as fault:
            raise KeyringNotKept(self._path, fault) from None


class KeyringEnvironment:
    """Fills the `KeySource` port from a variable that holds the file's content in base64."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def load(self) -> Keyring:
        try:
            content = base64.b64decode(self._environment[ENVIRONMENT], validate=True)
        except (KeyError, ValueError):
            raise KeyMissing(f"{ENVIRONMENT} does not hold a keyring in base64.") from None
        return decode(content, ENVIRONMENT)


def encode(keyring: Keyring) -> bytes:
    keys = tuple(
        _WrittenKey(key.kind, key.version, key.created_at, key.content) for key in keyring.keys
    )
    written = msgspec.json.encode(_WrittenKeyring(keys, keyring.is_throwaway))
    return msgspec.json.format(written, indent=2) + b"\n"


def decode(content: bytes, place: str) -> Keyring:
    try:
        written = msgspec.json.decode(content, type=_WrittenKeyring)
    except (msgspec.MsgspecError, UnicodeError):
        # What it says of a mistake may quote a key.
        raise KeyMissing(f"The keyring in {place} is damaged. Restore it from its copy.") from None
    return Keyring(
        keys=tuple(
            Key(kind=key.kind, version=key.version, created_at=key.created_at, content=key.content)
            for key in written.keys
        ),
        is_throwaway=written.throwaway,
    )
