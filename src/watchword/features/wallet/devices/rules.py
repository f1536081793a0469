"""What a trusted device is, how long it is trusted, and what it signs to come back.

NIST SP 800-63B-4, section 5.1: what opens a wallet without a code is proof of a key, and no cookie.
The browser makes the key (P-256), keeps it where no page can read it, and gives us the public half.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from watchword.features.customers.rules import CustomerId
from watchword.features.wallet.sessions.rules import DeviceId

UNUSED_FOR: Final = timedelta(days=30)
IN_ALL: Final = timedelta(days=90)
DEVICES_AT_MOST: Final = 10
NAME_AT_MOST: Final = 60
CHALLENGE_BYTES: Final = 32
ANSWER_WITHIN: Final = timedelta(minutes=1)
POINT_BYTES: Final = 65
"""A point of the curve as it is: 4, and two coordinates."""
SIGNATURE_BYTES: Final = 64
SCHEME: Final = "watchword/wallet-device/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    id: DeviceId
    customer_id: CustomerId
    name: str = field(repr=False)
    public_key: bytes = field(repr=False)
    created_at: datetime
    seen_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BadName:
    """A device needs a name that people can read."""

    word: ClassVar = "bad_name"


@dataclass(frozen=True, slots=True)
class BadKey:
    """What came is no public key of the kind that we asked for."""

    word: ClassVar = "bad_key"


@dataclass(frozen=True, slots=True)
class TooManyDevices:
    """There are as many as one person may have."""

    word: ClassVar = "too_many_devices"


@dataclass(frozen=True, slots=True)
class NotTrusted:
    """The key is not known, not trusted any more, or has signed something else."""

    word: ClassVar = "not_trusted"


def is_trusted(device: Device, now: datetime) -> bool:
    """Say whether a device may come back without a code."""
    if device.revoked_at is not None or now >= device.created_at + IN_ALL:
        return False
    return now < device.seen_at + UNUSED_FOR


def tidy_name(name: str) -> str | BadName:
    tidied = " ".join(name.split())
    is_fine = tidied and len(tidied) <= NAME_AT_MOST and tidied.isprintable()
    return tidied if is_fine else BadName()


def read_key(content: bytes) -> bytes | BadKey:
    """Read the public half of a key: a point on the curve, and nothing else."""
    try:
        if len(content) != POINT_BYTES:
            return BadKey()
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), content)
    except ValueError:
        return BadKey()
    return content


def to_be_signed(origin: str, slug: str, device_id: DeviceId, challenge: bytes) -> bytes:
    """Give what a device signs: for us, for one organisation, as itself, and this once.

    No part has a line break in it, so that no two read alike.
    """
    return "\n".join((SCHEME, origin, slug, str(device_id), challenge.hex())).encode()


def has_signed(device: Device, message: bytes, signature: bytes) -> bool:
    """Say whether the key of a device has signed this. Browsers write the two numbers bare."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    half = SIGNATURE_BYTES // 2
    numbers = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), device.public_key)
    try:
        key.verify(encode_dss_signature(*numbers), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
