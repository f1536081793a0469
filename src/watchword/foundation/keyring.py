"""The keys that are kept outside the database, each with its kind and its versions.

| kind | protects | how |
| --- | --- | --- |
| `root` | the keys of organisations, which rest in the database | AES-256 key wrap (RFC 5649) |
| `codes` | what we know a one-time code by | HMAC-SHA-256 |
| `outbox` | codes and addresses that wait to be sent | AES-256-GCM |
| `pins` | Argon2id of master PINs | AES-256-GCM |
| `ledger` | nothing: it signs the checkpoints of ledgers | Ed25519, of which this is the seed |
| `vouchers` | nothing: it signs vouchers for tills | Ed25519, an own seed for each organisation |
| `links` | links of campaigns, and what is behind them | one block of AES-256 for each |

All are independent random values. A new version is sealed with from the next start of a process,
and understood by all others at once; an old one is kept for as long as anything rests under it.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from watchword.foundation.errors import WatchwordError
from watchword.foundation.sealing import KEY_BYTES

LOOK_AGAIN_AFTER = 1.0  # seconds


class KeyKind(StrEnum):
    ROOT = "root"
    CODES = "codes"
    OUTBOX = "outbox"
    PINS = "pins"
    LEDGER = "ledger"
    VOUCHERS = "vouchers"
    LINKS = "links"


class KeyMissing(WatchwordError):
    """A key is asked for that the keyring does not hold."""


class KeyInUse(WatchwordError):
    """A key is to be given up that everything is locked with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    kind: KeyKind
    version: int
    created_at: datetime
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Every version of every key. `is_throwaway`: made for a demonstration, not for real use."""

    keys: tuple[Key, ...] = field(repr=False)
    is_throwaway: bool = False
    source: "KeySource | None" = field(default=None, repr=False, compare=False)

    def versions(self, kind: KeyKind) -> Mapping[int, bytes]:
        """Give each version of a kind of key with its 32 bytes; there is at least one."""
        return KeyShelf(self.of_kind(kind), kind, self.source)

    def of_kind(self, kind: KeyKind) -> dict[int, bytes]:
        found = {key.version: key.content for key in self.keys if key.kind is kind}
        if not found:
            raise KeyMissing(f"The keyring holds no {kind} key. Add it: watchword keys create")
        return found

    def newest(self, kind: KeyKind) -> int:
        return max(self.of_kind(kind))


class KeySource(Protocol):
    """Where a keyring comes from: a file, the environment, or a key management service."""

    def load(self) -> Keyring: ...


class KeyShelf(Mapping[int, bytes]):
    """The versions of one kind of key. One that is not there is looked for at the source again.

    So a process that has been running for long understands at once what another one, which was
    started after a rotation, has sealed. It goes on sealing with its own newest version.
    """

    def __init__(
        self,
        keys: Mapping[int, bytes],
        kind: KeyKind,
        source: KeySource | None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = dict(keys)
        self._kind = kind
        self._source = source
        self._seconds = seconds
        self._looked_at = float("-inf")

    def __getitem__(self, version: int) -> bytes:
        if version not in self._keys:
            self._look_again()
        return self._keys[version]

    def __iter__(self) -> Iterator[int]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def _look_again(self) -> None:
        # Garbage that names a version must not make us read a file each time it comes.
        if self._source is None or self._seconds() - self._looked_at < LOOK_AGAIN_AFTER:
            return
        self._looked_at = self._seconds()
        with suppress(KeyMissing):
            self._keys |= self._source.load().of_kind(self._kind)


def new_keyring(now: datetime, *, is_throwaway: bool = False) -> Keyring:
    return Keyring(
        keys=tuple(_new_key(kind, 1, now) for kind in KeyKind), is_throwaway=is_throwaway
    )


def completed(keyring: Keyring, now: datetime) -> Keyring:
    """Add a key of each kind that a keyring lacks: an older version knew nothing of it."""
    held = {key.kind for key in keyring.keys}
    added = tuple(_new_key(kind, 1, now) for kind in KeyKind if kind not in held)
    return replace(keyring, keys=keyring.keys + added)


def rotated(keyring: Keyring, kinds: Iterable[KeyKind], now: datetime) -> Keyring:
    """Add a new version of each kind."""
    added = tuple(_new_key(kind, keyring.newest(kind) + 1, now) for kind in kinds)
    return replace(keyring, keys=keyring.keys + added)


def without(keyring: Keyring, kind: KeyKind, version: int) -> Keyring:
    """Take a version away that nothing rests under any more; the newest one stays."""
    if version == keyring.newest(kind):
        raise KeyInUse(f"Version {version} of the {kind} key is in use. Rotate it first.")
    kept = tuple(key for key in keyring.keys if (key.kind, key.version) != (kind, version))
    return replace(keyring, keys=kept)


def _new_key(kind: KeyKind, version: int, now: datetime) -> Key:
    return Key(kind=kind, version=version, created_at=now, content=secrets.token_bytes(KEY_BYTES))
