"""How a master PIN is made, known again, and kept.

It has ten digits of chance and two that check them. We keep Argon2id of it, sealed under a key that
is not in the database: a thief of the database alone has nothing, and one of the key neither.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from watchword.features.challenges.codes import DIGITS, GAPS
from watchword.features.challenges.not_codes import CHECKED_BY, MASTER_PIN_DIGITS
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.secret import Secret

GROUP = 4
SALT_BYTES, HASH_BYTES = 16, 32
DRAWN: Final = 10 ** (MASTER_PIN_DIGITS - 2)
CHECK_DIGITS = 100

Draw: TypeAlias = Callable[[int], int]
"""Gives an unpredictable number, from 0 up to but not including its argument."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs whoever has database and key: memory in KiB, and passes over it."""

    memory: int = 19_456
    passes: int = 2
    lanes: int = 1


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """What rests of a PIN, unsealed."""

    salt: bytes
    memory: int
    passes: int
    lanes: int
    hashed: bytes

    def __repr__(self) -> str:
        return "_Kept(…)"


def draw_pin(draw: Draw) -> Secret:
    """Draw one of all PINs, each as likely as any other."""
    begun = draw(DRAWN) * CHECK_DIGITS
    # As in an account number: what is added makes the whole leave 1 when divided by 97.
    return Secret(f"{begun + (1 - begun) % CHECKED_BY:0{MASTER_PIN_DIGITS}d}")


def spell(pin: Secret) -> str:
    """Write a PIN for people to copy: in groups of four."""
    digits = pin.reveal()
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def read_pin(typed: str) -> Secret | None:
    """Read a PIN as people type it; nothing, if it can be none."""
    marks = typed.translate(GAPS)
    is_one = len(marks) == MASTER_PIN_DIGITS and DIGITS.issuperset(marks)
    return Secret(marks) if is_one and int(marks) % CHECKED_BY == 1 else None


def keep(pin: Secret, salt: bytes, sealer: Sealer, place: Place, cost: Cost | None = None) -> bytes:
    """Give what rests of a PIN: its Argon2id, sealed for this place."""
    chosen = cost or Cost()
    hashed = _hashed(pin, salt, chosen)
    kept = _Kept(salt, chosen.memory, chosen.passes, chosen.lanes, hashed)
    return sealer.seal(msgspec.msgpack.encode(kept), place)


def is_kept(pin: Secret, sealed: bytes, sealer: Sealer, place: Place) -> bool:
    """Say whether it is this PIN that rests there."""
    kept = msgspec.msgpack.decode(sealer.open(sealed, place), type=_Kept)
    cost = Cost(kept.memory, kept.passes, kept.lanes)
    return hmac.compare_digest(_hashed(pin, kept.salt, cost), kept.hashed)


def place_of(organisation_id: OrganisationId, id: object) -> Place:
    return Place(organisation_id, "master_pins", "hash", str(id))


def _hashed(pin: Secret, salt: bytes, cost: Cost) -> bytes:
    argon = Argon2id(
        salt=salt,
        length=HASH_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory,
    )
    return argon.derive(pin.reveal().encode(errors="surrogatepass"))
