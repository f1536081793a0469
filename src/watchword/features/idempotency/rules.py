"""When is a request the same one again?

After the IETF draft `draft-ietf-httpapi-idempotency-key-header`. A key is good for one client
and one route, for a day; what was answered first is answered again.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Protocol, TypeVar

import msgspec

from watchword.foundation.framing import framed

KEPT_FOR = timedelta(days=1)
KEY = re.compile(r"[\x21-\x7e]{1,128}")
"""Printable ASCII, 128 characters at most; a random UUID is a good one."""


class Worded(Protocol):
    """An outcome with a word of its own, by which it is known wherever it is written down."""

    word: ClassVar[str]


Outcome = TypeVar("Outcome", bound=Worded)


@dataclass(frozen=True, slots=True)
class Once:
    """A request that must not happen twice: what it is known by, and what it asked for."""

    key: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class OtherBody:
    """The key was used before, for something else."""

    word: ClassVar = "other_body"


def once(key: str, *, client: str, route: str, body: bytes) -> Once:
    """Name a request. The digests tell nothing about the key or the body."""
    known_by = hashlib.sha256(framed("watchword/once/1", client, route, key)).digest()
    return Once(known_by, hashlib.sha256(body).digest())


def written(outcome: Worded) -> bytes:
    """Write an outcome down with its word, so that it can be given again."""
    return msgspec.msgpack.encode((outcome.word, outcome))


def reread(content: bytes, kinds: Collection[type[Outcome]]) -> Outcome:
    """Read an outcome that was written; it is of one of these kinds."""
    word, outcome = msgspec.msgpack.decode(content, type=tuple[str, msgspec.Raw])
    kind = next(kind for kind in kinds if kind.word == word)
    return msgspec.msgpack.decode(outcome, type=kind)
