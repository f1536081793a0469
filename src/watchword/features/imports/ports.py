"""What imports ask of others."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.imports.agreements import Way
from watchword.features.imports.rows import Refusal
from watchword.features.imports.rules import Progress
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

ReachedAt: TypeAlias = Callable[[Transaction, OrganisationId, str], Awaitable[ContactId | None]]
"""Says where somebody who acts is reached themselves, if they are one of the staff."""

Hear: TypeAlias = Callable[[Progress, Sequence[Refusal]], None]
"""Is told after each batch how far it is in all, and which rows were refused in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Somebody has agreed to offers, as a file says it: in which way, when, and to what."""

    way: Way
    digest: bytes = field(repr=False)
    """What the contact point is known by to those who keep opt-outs."""
    contact_id: ContactId | None
    """Nothing in a trial of somebody new."""
    at: datetime
    wording: str = field(repr=False)


class Book(Protocol):
    """Where it is kept who agreed to what. It knows whom nobody may take in any more."""

    async def take(
        self, transaction: Transaction, caller: Caller, agreed: Sequence[Agreed]
    ) -> Sequence[Agreed]:
        """Write down what is new and may be; give that."""

    async def attempt(
        self, transaction: Transaction, whose: OrganisationId, agreed: Sequence[Agreed]
    ) -> Sequence[Agreed]:
        """Give what would be written down, and write nothing."""

    def announce(self, whose: OrganisationId) -> None:
        """Tell whoever hears of it, once it is durable."""
