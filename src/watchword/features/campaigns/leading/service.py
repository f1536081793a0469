"""Says to which versions of a page campaigns lead, so that these are kept."""

from collections.abc import Collection

from watchword.features.campaigns.leading.store import LedToStore
from watchword.features.pages.rules import PageId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


class LeadingCampaigns:
    """Fills the port `Leading` of pages."""

    async def versions(
        self, transaction: Transaction, organisation_id: OrganisationId, page_id: PageId
    ) -> Collection[int]:
        return await LedToStore(transaction, organisation_id).versions(page_id)
