"""The keys of one organisation: they rest in the database, wrapped by the root key.

`data` wraps the key of each person; `index` finds a phone number or an e-mail address again
without decrypting all of them. Destroying them makes all that they lock unreadable.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from watchword.foundation.framing import framed, framed_last, framed_until
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import KeyAway, SealBroken

INDEX_BYTES = 16
INDEX = "watchword/index/1"


class OrganisationKeyKind(StrEnum):
    DATA = "data"
    INDEX = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """A key as it rests: `root_version` says which root key opens it."""

    kind: OrganisationKeyKind
    version: int
    root_version: int
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationKeys:
    """The keys of one organisation, open. `data` holds each version; `index` has one."""

    organisation_id: OrganisationId
    data: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    _begun: dict[str, hmac.HMAC] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """How far all that is found in one column is reckoned alike."""

    def __reduce__(self) -> tuple[Callable[..., "OrganisationKeys"], tuple[object, ...]]:
        """Let another process of ours have them; nothing writes them into a file."""
        return _of, (self.organisation_id, {**self.data}, self.index)

    @property
    def newest(self) -> int:
        return max(self.data)

    def wrap_person(self, key: bytes) -> tuple[int, bytes]:
        """Lock the key of a person; give the version that does it, and the locked key."""
        return self.newest, wrap(self.data[self.newest], key)

    def unwrap_person(self, version: int, wrapped: bytes) -> bytes:
        if version not in self.data:
            raise SealBroken("The key of the organisation is not here in that version.")
        return unwrap(self.data[version], wrapped)

    def blind(self, column: str, canonical: str) -> bytes:
        """Give what a value is found by. Without the key it says nothing, not even to a guess."""
        begun = self._begun.get(column)
        if begun is None:
            beginning = framed_until(INDEX, self.organisation_id.bytes, column)
            begun = self._begun[column] = hmac.new(self.index, beginning, "sha256")
        mac = begun.copy()
        mac.update(framed_last(canonical))
        return mac.digest()[:INDEX_BYTES]


def _of(
    organisation_id: OrganisationId, data: Mapping[int, bytes], index: bytes
) -> OrganisationKeys:
    return OrganisationKeys(organisation_id=organisation_id, data=data, index=index)


def wrap(with_key: bytes, key: bytes) -> bytes:
    """Lock a key with another one (AES-256-KWP, RFC 5649)."""
    return aes_key_wrap_with_padding(with_key, key)


def unwrap(with_key: bytes, wrapped: bytes) -> bytes:
    try:
        return aes_key_unwrap_with_padding(with_key, wrapped)
    except (InvalidUnwrap, ValueError) as fault:
        raise SealBroken("A wrapped key does not open with this key.") from fault


def lock_for(root: bytes, organisation_id: OrganisationId, key: WrappedKey) -> bytes:
    """Give what locks one key of one organisation: moved to another's place, it does not open."""
    place = framed("watchword/wrap/1", organisation_id.bytes, key.kind, str(key.version))
    return hmac.digest(root, place, "sha256")


def opened(
    organisation_id: OrganisationId,
    wrapped: Mapping[tuple[OrganisationKeyKind, int], WrappedKey],
    roots: Mapping[int, bytes],
) -> OrganisationKeys:
    keys: dict[OrganisationKeyKind, dict[int, bytes]] = {kind: {} for kind in OrganisationKeyKind}
    for (kind, version), key in wrapped.items():
        root = roots.get(key.root_version)
        if root is None:
            raise KeyAway(f"The keyring has no version {key.root_version} of the root key.")
        keys[kind][version] = unwrap(lock_for(root, organisation_id, key), key.wrapped)
    index = keys[OrganisationKeyKind.INDEX]
    return OrganisationKeys(
        organisation_id=organisation_id,
        data=keys[OrganisationKeyKind.DATA],
        index=index[max(index)],
    )
