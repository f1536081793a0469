"""What imports ask of others."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from watchword.features.contacts.rules import ContactId
from watchword.features.imports.rows import Refusal
from watchword.features.imports.rules import Progress
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

ReachedAt: TypeAlias = Callable[[Transaction, OrganisationId, str], Awaitable[ContactId | None]]
"""Says where somebody who acts is reached themselves, if they are one of the staff."""

Hear: TypeAlias = Callable[[Progress, Sequence[Refusal]], None]
"""Is told after each batch how far it is in all, and which rows were refused in it."""
