"""How a short secret that people type is kept: Argon2id of it, sealed under a key that is not in
the database. A thief of the database alone has nothing, and one of the key neither.
"""

import hmac
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.secret import Secret

SALT_BYTES, HASH_BYTES = 16, 32


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs whoever has database and key: memory in KiB, and passes over it."""

    memory: int = 19_456
    passes: int = 2
    lanes: int = 1


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """What rests of a secret, unsealed."""

    salt: bytes
    memory: int
    passes: int
    lanes: int
    hashed: bytes

    def __repr__(self) -> str:
        return "_Kept(…)"


def keep(
    secret: Secret, salt: bytes, sealer: Sealer, place: Place, cost: Cost | None = None
) -> bytes:
    """Give what rests of a secret: its Argon2id, sealed for this place."""
    chosen = cost or Cost()
    hashed = _hashed(secret, salt, chosen)
    kept = _Kept(salt, chosen.memory, chosen.passes, chosen.lanes, hashed)
    return sealer.seal(msgspec.msgpack.encode(kept), place)


def is_kept(secret: Secret, sealed: bytes, sealer: Sealer, place: Place) -> bool:
    """Say whether it is this one that rests there."""
    kept = msgspec.msgpack.decode(sealer.open(sealed, place), type=_Kept)
    cost = Cost(kept.memory, kept.passes, kept.lanes)
    return hmac.compare_digest(_hashed(secret, kept.salt, cost), kept.hashed)


def _hashed(secret: Secret, salt: bytes, cost: Cost) -> bytes:
    argon = Argon2id(
        salt=salt,
        length=HASH_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory,
    )
    return argon.derive(secret.reveal().encode(errors="surrogatepass"))
