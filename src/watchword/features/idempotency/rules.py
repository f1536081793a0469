"""When is a request the same one again?

After the IETF draft `draft-ietf-httpapi-idempotency-key-header`. A key is good for one client
and one route, for a day; what was answered first is answered again.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import msgspec

from watchword.foundation.framing import framed

KEPT_FOR = timedelta(days=1)
KEY = re.compile(r"[\x21-\x7e]{1,128}")
"""Printable ASCII, 128 characters at most; a random UUID is a good one."""


Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Once:
    """A request that must not happen twice: what it is known by, and what it asked for."""

    key: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class OtherBody:
    """The key was used before, for something else."""


def once(key: str, *, client: str, route: str, body: bytes) -> Once:
    """Name a request. The digests tell nothing about the key or the body."""
    known_by = hashlib.sha256(framed("watchword/once/1", client, route, key)).digest()
    return Once(known_by, hashlib.sha256(body).digest())


def written(outcome: object) -> bytes:
    """Write an outcome down with the name of its class, so that it can be given again."""
    return msgspec.msgpack.encode((type(outcome).__name__, outcome))


def reread(content: bytes, kinds: Collection[type[Outcome]]) -> Outcome:
    """Read an outcome that was written; it is of one of these kinds."""
    name, outcome = msgspec.msgpack.decode(content, type=tuple[str, msgspec.Raw])
    kind = next(kind for kind in kinds if kind.__name__ == name)
    return msgspec.msgpack.decode(outcome, type=kind)
