"""What the ledger asks of the outside: a second place for what is signed."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeAlias

from watchword.features.ledger.checkpoints import Checkpoint
from watchword.foundation.errors import WatchwordError
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


class NotCopied(WatchwordError):
    """The second place did not take a checkpoint; it is tried again. The words say why."""


class Copies(Protocol):
    """A place that whoever can change the database cannot change."""

    async def append(self, organisation_id: OrganisationId, note: str) -> None:
        """Keep a signed checkpoint there; raise `NotCopied` unless it is sure to stay.

        It may be asked for the same one twice.
        """

    async def close(self) -> None: ...


Tell: TypeAlias = Callable[
    [Transaction, OrganisationId, Checkpoint, str, datetime], Awaitable[None]
]
"""Hears of each checkpoint in the transaction that keeps it: itself, its note, and when."""
