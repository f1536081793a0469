"""What a call asks of those who know lines, and of those who grant what a script wishes for."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from watchword.features.activation.dialogue.ports import Playable
from watchword.features.activation.dialogue.steps import Event, Tell, Wish
from watchword.features.calls.rules import Call
from watchword.features.clients.rules import Caller as Client
from watchword.foundation.storage import Transaction


class Lines(Protocol):
    """Who knows the lines of organisations."""

    async def document(self, transaction: Transaction, client: Client, id: UUID) -> bytes | None:
        """Give a line as it is now, whole, to be kept for as long as a call lasts; nothing, if
        there is none that may be called."""
        ...

    def read(self, document: bytes) -> Playable:
        """Make a line of a document. Nothing of it changes during a call."""
        ...


class Granter(Protocol):
    """Who grants the wishes of one call. Nothing of this raises for a refusal."""

    async def grant(self, wish: Wish) -> Event: ...

    async def tell(self, transaction: Transaction, told: Tell) -> None:
        """Keep what is told, in the transaction that keeps the turn."""
        ...

    async def announce(self, told: Sequence[Tell]) -> None:
        """Do the rest of it, once that is durable."""
        ...


class Granters(Protocol):
    def of(self, client: Client, call: Call, line: Playable) -> Granter: ...
