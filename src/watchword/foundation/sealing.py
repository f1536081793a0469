"""Secrets at rest: sealed with AES-256-GCM, each for the one place that it belongs to.

A sealed value says which scheme and which version of the key made it, so keys can be
changed while old values are still about.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from watchword.foundation.errors import WatchwordError
from watchword.foundation.framing import framed
from watchword.foundation.ids import OrganisationId

SCHEME = 1
HEAD_BYTES = 3  # the scheme, and the version of the key in two bytes
NONCE_BYTES = 12
KEY_BYTES = 32
MOST_VERSIONS = 2**16 - 1


class SealBroken(WatchwordError):
    """What was sealed has been changed, or belongs to another place, or to another key."""


class KeyAway(SealBroken):
    """What was sealed may well be whole, but the version of its key is not here."""


class Place(NamedTuple):
    """Where a sealed value rests. Moved to another row or column, it does not open."""

    organisation_id: OrganisationId
    table: str
    column: str
    row_id: str

    @property
    def frame(self) -> bytes:
        return framed(self.organisation_id.bytes, self.table, self.column, self.row_id)


class Sealer:
    """Seals with the newest version of a key, and opens with any that is still kept."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        """`keys`: 32 bytes for each version; the highest version is the newest."""
        self._key = keys.__getitem__
        self._ciphers = {version: AESGCM(key) for version, key in keys.items()}
        self._newest = max(keys)
        self._head = _head(self._newest)

    def seal(self, content: bytes, place: Place) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        locked = self._ciphers[self._newest].encrypt(nonce, content, self._head + place.frame)
        return self._head + nonce + locked

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Raise `SealBroken` for whatever was not sealed here, by us, with a key still kept."""
        head, rest = sealed[:HEAD_BYTES], sealed[HEAD_BYTES:]
        if head[:1] != _head(0)[:1]:
            raise SealBroken(f"What is in {place.table}.{place.column} was never sealed.")
        cipher = self._cipher(version_of(sealed))
        nonce, locked = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, locked, head + place.frame)
        except (InvalidTag, ValueError) as fault:
            raise SealBroken(f"A seal in {place.table}.{place.column} is broken.") from fault

    def _cipher(self, version: int) -> AESGCM:
        cipher = self._ciphers.get(version)
        if cipher is None:
            try:
                cipher = self._ciphers[version] = AESGCM(self._key(version))
            except KeyError:
                raise KeyAway(f"The keyring has no version {version} of a key.") from None
        return cipher


def version_of(sealed: bytes) -> int:
    """Read which version of the key a value was sealed with."""
    return int.from_bytes(sealed[1:HEAD_BYTES], "big")


def count_versions(heads: Iterable[tuple[bytes, int]]) -> Mapping[int, int]:
    """Count sealed values by the version of their key, from counts by their first `HEAD_BYTES`."""
    counts: Counter[int] = Counter()
    for head, count in heads:
        counts[version_of(head)] += count
    return dict(counts)


def _head(version: int) -> bytes:
    return bytes([SCHEME]) + version.to_bytes(2, "big")
