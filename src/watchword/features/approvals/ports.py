"""What approvals ask of the features whose acts they guard: to do what was approved."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from watchword.features.approvals.rules import Request
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


@dataclass(frozen=True, slots=True)
class Done:
    """It is done in this transaction; `afterwards` is called once that is durable."""

    afterwards: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class CannotBeDone:
    """What it stood on has changed; `because` is a short word or sentence about nobody."""

    because: str


Perform: TypeAlias = Callable[
    [Transaction, OrganisationId, Request, str], Awaitable[Done | CannotBeDone]
]
"""Does what was approved; the last argument is who approves it."""

MayAct: TypeAlias = Callable[[Transaction, OrganisationId, Request], Awaitable[bool]]
"""Says whether whoever asked for something still works here and may still do it."""

CountDeciders: TypeAlias = Callable[[Transaction, OrganisationId, str], Awaitable[int]]
"""Counts who could decide, besides the one who asks."""
