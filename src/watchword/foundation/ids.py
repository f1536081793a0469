"""Names for things: how one is made, and those that nearly every row points at."""

from collections.abc import Callable, Iterator
from functools import partial
from secrets import token_bytes
from time import time_ns
from typing import Final, Literal, NewType, TypeAlias
from uuid import UUID, SafeUUID

ID_BYTES, CHANCE_BYTES, CHANCE_BITS = 16, 10, 80
DRAWN_AT_ONCE = 100
UNKNOWN = SafeUUID.unknown
FIXED = 7 << 76 | 2 << 62
"""The bits by which a UUID says that it begins with its time (RFC 9562, 5.7)."""
FREE = ~(0xF << 76 | 3 << 62)


class Id(UUID):
    """A UUID that works out its spelling once: one request writes it into a dozen rows."""

    _spelling = ""

    def __str__(self) -> str:
        if not self._spelling:
            self.__dict__["_spelling"] = super().__str__()
        return self._spelling

    def __reduce__(self) -> tuple[Callable[[int, str], "Id"], tuple[int, str]]:
        # Ids go to another process by the thousand; `UUID` would take ten times as long.
        return _read_again, (self.int, str(self))


def new_id() -> Id:
    """Draw a UUID of version 7: it begins with its time, and 74 bits of it are drawn.

    So rows that come together lie together, in every index, and a database touches a page for many
    of them. When something happened, its row says; this says only where it lies, and is read by
    the clock of the machine itself.
    """
    return _made(_beginning() | int.from_bytes(token_bytes(CHANCE_BYTES)))


def new_ids() -> Callable[[], Id]:
    """Give what draws many of them at once, faster: all of them begin with this moment."""
    return partial(next, _drawn())


def _drawn() -> Iterator[Id]:
    beginning = _beginning()
    while True:
        drawn = token_bytes(DRAWN_AT_ONCE * CHANCE_BYTES)
        for start in range(0, len(drawn), CHANCE_BYTES):
            yield _made(beginning | int.from_bytes(drawn[start : start + CHANCE_BYTES]))


def _beginning() -> int:
    return time_ns() // 1_000_000 << CHANCE_BITS


def _made(drawn: int) -> Id:
    # What `UUID` itself checks is true of it by the way it is made.
    made = Id.__new__(Id)
    object.__setattr__(made, "int", drawn & FREE | FIXED)
    object.__setattr__(made, "is_safe", UNKNOWN)
    return made


def _read_again(number: int, spelling: str) -> Id:
    read = Id.__new__(Id)
    object.__setattr__(read, "int", number)
    object.__setattr__(read, "is_safe", UNKNOWN)
    read.__dict__["_spelling"] = spelling
    return read


OrganisationId = NewType("OrganisationId", UUID)

EVERYWHERE: Final = "*"
Reach: TypeAlias = OrganisationId | Literal["*"] | None
"""Whose rows a transaction may see: one organisation's, everybody's, or nobody's."""
