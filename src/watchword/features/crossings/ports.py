"""What a crossing asks of the product that is crossed over from."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as it came to us: it goes on as it is, but for who signs it."""

    method: str
    path: str = field(repr=False)
    form: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the original said. `retry_after`: how long it wants to be left in peace."""

    status: int
    body: bytes = field(repr=False)
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """It said nothing that can be handed on; `reason` is a word of ours, and quotes nothing."""

    reason: str


class FarSide(Protocol):
    """The original, as one organisation reaches it. It asks once, and gives up in time."""

    async def ask(self, asked: Asked) -> Answered | Silent: ...

    async def close(self) -> None: ...
