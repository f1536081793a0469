"""What campaigns have come to, counted when somebody asks."""

from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.results.rules import (
    OPTED_OUT_WITHIN,
    REDEEMED_WITHIN,
    Held,
    Results,
)
from watchword.features.campaigns.results.store import ResultStore
from watchword.features.campaigns.rules import Campaign
from watchword.features.contacts.rules import ContactId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction


class CampaignResults:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def of(self, organisation_id: OrganisationId, campaign: Campaign) -> Results:
        async with self._storage.reading(organisation_id) as transaction:
            store = ResultStore(transaction, organisation_id)
            return await store.results(campaign.number, REDEEMED_WITHIN)

    async def held(self, organisation_id: OrganisationId, campaign: Campaign) -> Held | None:
        """Say how many wait for good hours; nothing, if nobody does."""
        async with self._storage.reading(organisation_id) as transaction:
            return await ResultStore(transaction, organisation_id).held(campaign.number)


async def note_opt_out(
    transaction: Transaction, organisation_id: OrganisationId, contact_id: ContactId
) -> None:
    """Count somebody who has had enough for what they were sent lately, however they say so."""
    since = transaction.now() - OPTED_OUT_WITHIN
    await RecipientStore(transaction, organisation_id).opted_out(contact_id, since)
