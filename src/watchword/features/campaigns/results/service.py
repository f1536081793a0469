"""What campaigns have come to, counted when somebody asks."""

from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.results.rules import (
    OPTED_OUT_WITHIN,
    REDEEMED_WITHIN,
    Held,
    Hourly,
    Results,
    Stage,
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
            recipients = RecipientStore(transaction, organisation_id)
            counted = await recipients.counted(campaign.number)
            hours = await recipients.by_hour(campaign.number)
            store = ResultStore(transaction, organisation_id)
            redeemed = await store.redeemed(campaign.number, REDEEMED_WITHIN)
        return Results(
            counts={each: getattr(counted, each) for each in Stage} | {Stage.REDEEMED: redeemed},
            failed=counted.failed,
            unknown=counted.unknown,
            stopped=counted.stopped,
            nobody_there=counted.nobody_there,
            hours=[Hourly(Stage(each.step), each.hour, each.count) for each in hours],
        )

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
