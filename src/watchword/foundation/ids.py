"""Names for things: how one is made, and those that nearly every row points at."""

from collections.abc import Callable, Iterator
from functools import partial
from secrets import token_bytes
from typing import Final, Literal, NewType, TypeAlias
from uuid import UUID, SafeUUID

ID_BYTES, BEGINNING = 16, 6
DRAWN_AT_ONCE = 100
UNKNOWN = SafeUUID.unknown
FIXED = 4 << 76 | 2 << 62
"""The bits by which a UUID says that it is random (RFC 9562), and those that are."""
DRAWN = ~(0xF << 76 | 3 << 62)


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
    """Draw a UUID of version 4."""
    return _made(int.from_bytes(token_bytes(ID_BYTES)))


def new_ids() -> Callable[[], Id]:
    """Give what draws UUIDs that begin alike: rows that come together then lie together, and a
    database need not touch a page for each. 74 bits of each are drawn for itself."""
    return partial(next, _drawn_alike())


def _drawn_alike() -> Iterator[Id]:
    beginning, width = int.from_bytes(token_bytes(BEGINNING)) << 80, ID_BYTES - BEGINNING
    while True:
        drawn = token_bytes(DRAWN_AT_ONCE * width)
        for start in range(0, len(drawn), width):
            yield _made(beginning | int.from_bytes(drawn[start : start + width]))


def _made(drawn: int) -> Id:
    # What `UUID` itself checks is true of it by the way it is made.
    made = Id.__new__(Id)
    object.__setattr__(made, "int", drawn & DRAWN | FIXED)
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
