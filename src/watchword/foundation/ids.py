"""Names for things: how one is made, and those that nearly every row points at."""

from secrets import token_bytes
from typing import Final, Literal, NewType, TypeAlias
from uuid import UUID

ID_BYTES = 16


class Id(UUID):
    """A UUID that works out its spelling once: one request writes it into a dozen rows."""

    _spelling = ""

    def __str__(self) -> str:
        if not self._spelling:
            self.__dict__["_spelling"] = super().__str__()
        return self._spelling


def new_id() -> Id:
    return Id(bytes=token_bytes(ID_BYTES), version=4)


OrganisationId = NewType("OrganisationId", UUID)

EVERYWHERE: Final = "*"
Reach: TypeAlias = OrganisationId | Literal["*"] | None
"""Whose rows a transaction may see: one organisation's, everybody's, or nobody's."""
