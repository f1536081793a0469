"""How a core that lets us at its records writes a PIN down: as it is, or so that it can only be
compared. A bare digest of a few digits hides nothing, and so is none of these."""

import base64
import hashlib
import hmac
import re
import secrets
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from watchword.features.cores.rules import PinMode

ITERATIONS: Final = 600_000
MOST_ITERATIONS: Final = 5_000_000
PBKDF2: Final = re.compile(
    r"pbkdf2_sha256\$([0-9]{1,8})\$([^$]{1,200})\$([A-Za-z0-9+/]{43}=?)", re.ASCII
)
SALT_BYTES: Final = 16
ARGON2_BYTES: Final = 32
ARGON2_MEMORY: Final = 19 * 1024  # KiB
ARGON2_PASSES: Final = 2


class Scheme(StrEnum):
    CLEAR = "clear"
    PBKDF2_SHA256 = "pbkdf2_sha256"
    """As Django writes it: `pbkdf2_sha256$600000$salt$digest`."""
    ARGON2ID = "argon2id"
    """As the reference implementation writes it: `$argon2id$v=19$m=…,t=…,p=…$salt$digest`."""

    @property
    def mode(self) -> PinMode:
        return PinMode.CLEAR if self is Scheme.CLEAR else PinMode.HASHED


def written(scheme: Scheme, pin: str) -> str:
    """Write a PIN down."""
    match scheme:
        case Scheme.CLEAR:
            return pin
        case Scheme.PBKDF2_SHA256:
            salt = secrets.token_urlsafe(SALT_BYTES)
            return f"pbkdf2_sha256${ITERATIONS}${salt}${_pbkdf2(pin, salt, ITERATIONS)}"
        case Scheme.ARGON2ID:
            return Argon2id(
                salt=secrets.token_bytes(SALT_BYTES),
                length=ARGON2_BYTES,
                iterations=ARGON2_PASSES,
                lanes=1,
                memory_cost=ARGON2_MEMORY,
            ).derive_phc_encoded(pin.encode())


def fits(scheme: Scheme, kept: str, pin: str) -> bool:
    """Say whether a PIN is the one that was written down. What cannot be read fits nobody."""
    match scheme:
        case Scheme.CLEAR:
            return hmac.compare_digest(kept.encode(), pin.encode())
        case Scheme.PBKDF2_SHA256:
            found = PBKDF2.fullmatch(kept)
            if found is None or not 0 < int(found[1]) <= MOST_ITERATIONS:
                return False
            ours = _pbkdf2(pin, found[2], int(found[1]))
            return hmac.compare_digest(ours.rstrip("="), found[3].rstrip("="))
        case Scheme.ARGON2ID:
            try:
                Argon2id.verify_phc_encoded(pin.encode(), kept)
            except (InvalidKey, ValueError):
                return False
            return True


def _pbkdf2(pin: str, salt: str, iterations: int) -> str:
    digest = hashlib.pbkdf2_hmac("sha256", pin.encode(), salt.encode(), iterations)
    return base64.b64encode(digest).decode()
