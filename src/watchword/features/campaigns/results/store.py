"""Where it is counted how far the recipients of a campaign got, and what they had since."""

from collections.abc import Sequence
from datetime import timedelta

from watchword.features.campaigns.links.rules import CampaignNumber
from watchword.features.campaigns.results.rules import BY_HOUR, Held, Hourly, Results, Stage
from watchword.foundation.clock import MICROSECOND, from_microseconds, to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

STATES = {
    "waiting": "'waiting', 'queued'",
    "failed": "'failed'",
    "unknown": "'unknown'",
    "stopped": "'stopped'",
}
"""A message that a receipt has called failed had left before: states are counted by themselves."""
COUNTED = ", ".join(
    [
        f"count({'*' if stage is Stage.RECIPIENTS else f'{stage}_at'}) as {stage}"
        for stage in (Stage.RECIPIENTS, *BY_HOUR)
    ]
    + [
        f"count(case when state in ({states}) then 1 end) as {name}"
        for name, states in STATES.items()
    ]
    + ["count(case reason when 'nobody_there' then 1 end) as nobody_there"]
)

FAR = f"""
    select {COUNTED} from campaign_recipients
    where organisation_id = :organisation_id and campaign = :campaign
"""  # noqa: S608 - made of our own words

AN_HOUR = 3_600_000_000  # microseconds

HOURS = " union all ".join(
    f"""
    select '{stage}' as stage, {stage}_at / {AN_HOUR} as hour, count(*) as found
    from campaign_recipients
    where organisation_id = :organisation_id and campaign = :campaign and {stage}_at is not null
    group by {stage}_at / {AN_HOUR}
    """  # noqa: S608 - likewise
    for stage in BY_HOUR
)

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

    async def results(self, campaign: CampaignNumber, redeemed_within: timedelta) -> Results:
        """Count all there is to count, in one go through the recipients and one for each step."""
        row = await self._transaction.one(FAR, organisation_id=self._ours, campaign=campaign)
        if row is None:
            raise LookupError("A count has no row.")
        counts = {stage: int(row[stage]) for stage in (Stage.RECIPIENTS, *BY_HOUR)}
        redeemed = await self._redeemed(campaign, redeemed_within)
        return Results(
            counts=counts | {Stage.REDEEMED: redeemed},
            waiting=int(row["waiting"]),
            failed=int(row["failed"]),
            unknown=int(row["unknown"]),
            stopped=int(row["stopped"]),
            nobody_there=int(row["nobody_there"]),
            hours=await self._hours(campaign),
        )

    async def _hours(self, campaign: CampaignNumber) -> Sequence[Hourly]:
        """Count who took which step in which hour (UTC)."""
        rows = await self._transaction.all(HOURS, organisation_id=self._ours, campaign=campaign)
        return [
            Hourly(
                Stage(row["stage"]),
                from_microseconds(int(row["hour"]) * AN_HOUR),
                int(row["found"]),
            )
            for row in rows
        ]

    async def _redeemed(self, campaign: CampaignNumber, within: timedelta) -> int:
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
