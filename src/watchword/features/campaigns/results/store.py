"""Where it is counted how many of those who were written to have redeemed something since."""

from datetime import timedelta

from watchword.features.campaigns.links.rules import CampaignNumber
from watchword.features.campaigns.results.rules import Held
from watchword.foundation.clock import MICROSECOND, from_microseconds, to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

REDEEMED = """
    select count(*) as found from campaign_recipients r
    where r.organisation_id = :organisation_id and r.campaign = :campaign
      and r.sent_at is not null and r.customer_id is not null
      and exists (
        select 1 from redemptions d
        where d.organisation_id = r.organisation_id and d.customer_id = r.customer_id
          and d.reserved_at >= r.sent_at and d.reserved_at < r.sent_at + :within
          and d.state = 'committed'
      )
"""

HELD = """
    select count(*) as found, min(due_at) as until from campaign_recipients
    where organisation_id = :organisation_id and campaign = :campaign
      and state = 'waiting' and due_at > :now
"""


class ResultStore:
    """What campaigns of one organisation came to, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def redeemed(self, campaign: CampaignNumber, within: timedelta) -> int:
        """Count those who had a reward in the days after they were written to."""
        row = await self._transaction.one(
            REDEEMED,
            organisation_id=self._ours,
            campaign=campaign,
            within=within // MICROSECOND,
        )
        return 0 if row is None else int(row["found"])

    async def held(self, campaign: CampaignNumber) -> Held | None:
        """Count those who wait for good hours, and say when the first of them is written to."""
        now = to_microseconds(self._transaction.now())
        row = await self._transaction.one(
            HELD, organisation_id=self._ours, campaign=campaign, now=now
        )
        if row is None or row["until"] is None:
            return None
        return Held(int(row["found"]), from_microseconds(int(row["until"])))
