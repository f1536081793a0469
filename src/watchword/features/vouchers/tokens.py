"""How a voucher is written: a few facts in a fixed form, and a signature over them (Ed25519).

    WWV1 <base32 of: form, key, voucher, reward, location, from, until, value, least, currency,
    POS discount, signature>

Capital letters and digits alone, so that a square stays small and a scanner gets none wrong. Each
voucher has one spelling. Nothing in it tells of a person. The organisation is signed and not
written: a till knows whose it is, and a voucher of another one is none.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from watchword.foundation.clock import EPOCH
from watchword.foundation.framing import framed
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.secret import Secret

MARK = "WWV1"
FORM = 1
HEAD = struct.Struct(">B4s16s16s16sIIII3sB")
SIGNATURE_BYTES, KEY_ID_BYTES = 64, 4
BASE32_GROUP = 8
LETTERS_AT_MOST = 400
SIGNED_AS = b"watchword/voucher/1\0"
SEED_OF = "watchword/voucher-key/1"
SECOND = timedelta(seconds=1)
RESTS = timedelta(days=8)
"""So long a new key signs nothing yet: by then no till is left whose kit does not have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a voucher says. Moments are whole seconds."""

    id: UUID
    reward_id: UUID
    location_id: UUID
    starts_at: datetime
    ends_at: datetime
    value: int
    at_least: int
    currency: str
    pos_discount_id: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """A voucher as it was shown: what it says, and who signed by its own account."""

    promise: Promise
    key_id: bytes
    body: bytes
    signature: bytes


@dataclass(frozen=True)
class VoucherKey:
    """A version of the key of one organisation."""

    organisation_id: OrganisationId
    version: int
    created_at: datetime
    seed: bytes = field(repr=False)

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.public).digest()[:KEY_ID_BYTES]

    def write(self, promise: Promise) -> Secret:
        """Sign a voucher. The same promise is always written alike."""
        body = _body(promise, self.id)
        signature = self._private.sign(_signed(self.organisation_id, body))
        return Secret(MARK + _to_base32(body + signature))

    def has_signed(self, written: Written) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(
                written.signature, _signed(self.organisation_id, written.body)
            )
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Seeds:
    """What the keys of all organisations come from: each version with when it was made."""

    versions: Mapping[int, tuple[datetime, bytes]] = field(repr=False)

    def keys_of(self, organisation_id: OrganisationId) -> Mapping[int, VoucherKey]:
        """Give each version of the key of an organisation."""
        place = framed(SEED_OF, organisation_id.bytes)
        return {
            version: VoucherKey(
                organisation_id, version, made_at, hmac.digest(seed, place, "sha256")
            )
            for version, (made_at, seed) in self.versions.items()
        }


def to_sign_with(keys: Mapping[int, VoucherKey], now: datetime) -> VoucherKey:
    """Choose the newest key that every till has heard of; or the oldest, if all are new."""
    rested = [version for version, key in keys.items() if key.created_at + RESTS <= now]
    return keys[max(rested, default=min(keys))]


def digest_of(token: Secret) -> bytes:
    return hashlib.sha256(tidied(token.reveal()).encode()).digest()


def tidied(typed: str) -> str:
    """Give what a scanner read without what some of them add, or turn around."""
    return "".join(typed.split()).upper()


def read(token: Secret) -> Written | None:
    """Read a voucher in its one spelling, or nothing; nobody has checked the signature yet."""
    letters = tidied(token.reveal())
    if not letters.startswith(MARK) or len(letters) > LETTERS_AT_MOST:
        return None
    content = _from_base32(letters.removeprefix(MARK))
    if content is None or len(content) < HEAD.size + SIGNATURE_BYTES:
        return None
    body, signature = content[:-SIGNATURE_BYTES], content[-SIGNATURE_BYTES:]
    promise, key_id = _promise(body)
    if promise is None or _body(promise, key_id) != body:
        return None
    return Written(promise, key_id, body, signature)


def _promise(body: bytes) -> tuple[Promise | None, bytes]:
    form, key_id, id, reward, location, begins, ends, value, least, money, length = (
        HEAD.unpack_from(body)
    )
    discount = body[HEAD.size :]
    if form != FORM or len(discount) != length:
        return None, key_id
    if not (money.isascii() and discount.isascii()):
        return None, key_id
    promise = Promise(
        id=Id(bytes=id),
        reward_id=Id(bytes=reward),
        location_id=Id(bytes=location),
        starts_at=EPOCH + begins * SECOND,
        ends_at=EPOCH + ends * SECOND,
        value=value,
        at_least=least,
        currency=money.decode(),
        pos_discount_id=discount.decode() or None,
    )
    return promise, key_id


def _body(promise: Promise, key_id: bytes) -> bytes:
    discount = (promise.pos_discount_id or "").encode("ascii")
    head = HEAD.pack(
        FORM,
        key_id,
        promise.id.bytes,
        promise.reward_id.bytes,
        promise.location_id.bytes,
        (promise.starts_at - EPOCH) // SECOND,
        (promise.ends_at - EPOCH) // SECOND,
        promise.value,
        promise.at_least,
        promise.currency.encode("ascii"),
        len(discount),
    )
    return head + discount


def _signed(organisation_id: OrganisationId, body: bytes) -> bytes:
    return SIGNED_AS + organisation_id.bytes + body


def _to_base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=")


def _from_base32(letters: str) -> bytes | None:
    """Read base32 in its canonical form alone: each content has one spelling."""
    try:
        content = base64.b32decode(letters + "=" * (-len(letters) % BASE32_GROUP))
    except (ValueError, binascii.Error):
        return None
    return content if _to_base32(content) == letters else None
