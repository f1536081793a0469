"""What campaigns have come to, counted when somebody asks."""

from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.results.rules import (
    REDEEMED_WITHIN,
    Hourly,
    Results,
    Stage,
)
from watchword.features.campaigns.results.store import ResultStore
from watchword.features.campaigns.rules import Campaign
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage


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
            hours=[Hourly(Stage(each.step), each.hour, each.count) for each in hours],
        )
