"""What gates ask of campaigns: where a link leads, and that it is noted how far somebody got."""

from typing import Protocol

from watchword.features.campaigns.recipients.rules import Step
from watchword.features.campaigns.rules import Campaign, CampaignId
from watchword.features.gates.rules import Found
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


class Links(Protocol):
    """Where links lead."""

    async def find(self, text: str) -> Found | None:
        """Give what a link leads to now; nothing, if it leads nowhere, for whatever reason."""

    async def mark(self, transaction: Transaction, found: Found, step: Step) -> bool:
        """Note that somebody got so far; say whether it was the first time."""

    async def campaign(
        self, transaction: Transaction, organisation_id: OrganisationId, id: CampaignId
    ) -> Campaign | None: ...
