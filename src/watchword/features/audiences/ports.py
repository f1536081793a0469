"""What audiences ask of those who write to them."""

from typing import Protocol

from watchword.features.audiences.rules import AudienceId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


class Needed(Protocol):
    """Who still has to look at an audience."""

    async def __call__(
        self, transaction: Transaction, organisation_id: OrganisationId, id: AudienceId
    ) -> bool:
        """Say whether something means an audience that is scheduled, or goes on."""
