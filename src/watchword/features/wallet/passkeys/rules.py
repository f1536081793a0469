"""What a customer's passkey is, and what it is bound to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType
from uuid import UUID

from watchword.features.customers.rules import CustomerId
from watchword.foundation.ids import OrganisationId

PasskeyId = NewType("PasskeyId", UUID)

MARK = b"c"
"""What tells the handle of a customer from that of a member of staff with the same numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    id: PasskeyId
    customer_id: CustomerId
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    count: int
    is_synced: bool
    transports: tuple[str, ...]
    name: str = field(repr=False)
    created_at: datetime
    used_at: datetime | None = None


def handle_of(organisation_id: OrganisationId, customer_id: CustomerId) -> bytes:
    """Name a customer to their own passkeys. Nothing about a person is in it."""
    return MARK + organisation_id.bytes + customer_id.bytes
