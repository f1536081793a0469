"""What a voucher says, read from what a scanner gave, and whether the organisation has signed it.

    WWV1 <base32 of: form, key, voucher, reward, location, from, until, value, least, currency,
    POS discount, signature>

What is signed is `watchword/voucher/1`, a zero byte, the organisation, and all up to there.
"""

import base64
import binascii
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MARK, FORM = "WWV1", 1
HEAD = struct.Struct(">B4s16s16s16sIIII3sB")
SIGNATURE_BYTES, BASE32_GROUP, LETTERS_AT_MOST = 64, 8, 400
SIGNED_AS = b"watchword/voucher/1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a voucher says. Money is in the smallest unit of the currency; `at_least` is what must
    be bought."""

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
class Scanned:
    """A voucher as it was scanned; nobody has checked the signature yet."""

    promise: Promise
    text: str
    key_id: str
    body: bytes
    signature: bytes


def read(scanned: str) -> Scanned | None:
    """Read what a scanner gave; nothing, if it is no voucher."""
    text = "".join(scanned.split()).upper()
    if not text.startswith(MARK) or len(text) > LETTERS_AT_MOST:
        return None
    content = _from_base32(text.removeprefix(MARK))
    if content is None or len(content) < HEAD.size + SIGNATURE_BYTES:
        return None
    body, signature = content[:-SIGNATURE_BYTES], content[-SIGNATURE_BYTES:]
    form, key, id, reward, location, begins, ends, value, least, money, length = HEAD.unpack_from(
        body
    )
    discount = body[HEAD.size :]
    if form != FORM or len(discount) != length:
        return None
    if not (money.isascii() and discount.isascii()):
        return None
    promise = Promise(
        id=UUID(bytes=id),
        reward_id=UUID(bytes=reward),
        location_id=UUID(bytes=location),
        starts_at=datetime.fromtimestamp(begins, UTC),
        ends_at=datetime.fromtimestamp(ends, UTC),
        value=value,
        at_least=least,
        currency=money.decode(),
        pos_discount_id=discount.decode() or None,
    )
    return Scanned(promise, text, key.hex(), body, signature)


def is_signed(scanned: Scanned, organisation_id: UUID, keys: Mapping[str, bytes]) -> bool:
    """Say whether the organisation has signed it, with one of the keys that the till knows."""
    public = keys.get(scanned.key_id)
    if public is None:
        return False
    signed = SIGNED_AS + organisation_id.bytes + scanned.body
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(scanned.signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _from_base32(letters: str) -> bytes | None:
    """Read base32 in its canonical form alone: each content has one spelling."""
    try:
        content = base64.b32decode(letters + "=" * (-len(letters) % BASE32_GROUP))
    except (ValueError, binascii.Error):
        return None
    return content if base64.b32encode(content).decode().rstrip("=") == letters else None
