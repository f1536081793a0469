"""Where recipients are kept: a small row for each, found by the numbers that their link has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchword.features.campaigns.links.rules import CampaignNumber, Named, RecipientNumber
from watchword.features.campaigns.recipients.rules import Recipient, State, Step
from watchword.features.campaigns.rules import Campaign, CampaignId
from watchword.features.campaigns.store import campaign_from_row
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into campaign_recipients (
        organisation_id, campaign, number, customer_id, contact_id, added_at, state
    ) values (
        :organisation_id, :campaign, :number, :customer_id, :contact_id, :now, 'waiting'
    )
    on conflict do nothing
"""

LAST = """
    select number from campaign_recipients
    where organisation_id = :organisation_id and campaign = :campaign
    order by number desc limit 1
"""

FIND = """
    select r.*, c.id as campaign_id, coalesce(p.locale, c.fallback_locale) as locale
    from campaign_recipients r
    join campaigns c on c.organisation_id = r.organisation_id and c.number = r.campaign
    left join customers p on p.organisation_id = r.organisation_id and p.id = r.customer_id
    where r.organisation_id = :organisation_id and r.campaign = :campaign and r.number = :number
"""

WHOSE = "select * from campaigns where number = :campaign"

MARK = {
    step: f"""
        update campaign_recipients set {step}_at = :now
        where organisation_id = :organisation_id and campaign = :campaign and number = :number
          and {step}_at is null
    """  # noqa: S608 - made of our own words
    for step in Step
}

OPTED_OUT = """
    update campaign_recipients set opted_out_at = :now
    where organisation_id = :organisation_id and contact_id = :contact_id
      and opted_out_at is null and sent_at >= :since
"""

PAGE = """
    select r.*, c.id as campaign_id, coalesce(p.locale, c.fallback_locale) as locale
    from campaign_recipients r
    join campaigns c on c.organisation_id = r.organisation_id and c.number = r.campaign
    left join customers p on p.organisation_id = r.organisation_id and p.id = r.customer_id
    where r.organisation_id = :organisation_id and r.campaign = :campaign and r.number > :after
    order by r.number limit :most
"""


@dataclass(frozen=True, slots=True)
class Linked:
    """Whom a link is of: the recipient, the campaign, and the organisation that writes."""

    organisation_id: OrganisationId
    campaign: Campaign
    recipient: Recipient


class RecipientStore:
    """The recipients of one organisation's campaigns, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(
        self, campaign: CampaignNumber, chosen: Iterable[tuple[str, str]]
    ) -> RecipientNumber:
        """Number new recipients, and give the last number that there was before.

        Two customers who share a contact point are one recipient: nobody gets a campaign twice.
        `chosen`: customers, and where they are reached, as they are written.
        """
        last = await self._transaction.one(LAST, organisation_id=self._ours, campaign=campaign)
        before = 0 if last is None else int(last["number"])
        now = to_microseconds(self._transaction.now())
        await self._transaction.many(
            ADD,
            [
                {
                    "now": now,
                    "organisation_id": self._ours,
                    "campaign": campaign,
                    "number": number,
                    "customer_id": customer_id,
                    "contact_id": contact_id,
                }
                for number, (customer_id, contact_id) in enumerate(chosen, before + 1)
            ],
        )
        return RecipientNumber(before)

    async def find(self, named: Named) -> Recipient | None:
        row = await self._transaction.one(
            FIND, organisation_id=self._ours, campaign=named.campaign, number=named.recipient
        )
        return None if row is None else _from_row(row)

    async def mark(self, named: Named, step: Step) -> bool:
        """Write down that a recipient has done something; say whether it was for the first time."""
        marked = await self._transaction.run(
            MARK[step],
            organisation_id=self._ours,
            campaign=named.campaign,
            number=named.recipient,
            now=to_microseconds(self._transaction.now()),
        )
        return marked == 1

    async def opted_out(self, contact_id: ContactId, since: datetime) -> None:
        """Write down that somebody has had enough, in all that they were sent lately."""
        await self._transaction.run(
            OPTED_OUT,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            now=to_microseconds(self._transaction.now()),
            since=to_microseconds(since),
        )

    async def page(self, campaign: CampaignNumber, after: int, most: int) -> Sequence[Recipient]:
        """Give recipients in the order of their numbers, from behind one on."""
        rows = await self._transaction.all(
            PAGE, organisation_id=self._ours, campaign=campaign, after=after, most=most
        )
        return [_from_row(row) for row in rows]


class LinkedRecipients:
    """The recipients of all organisations: a link names a campaign, and that says whose it is."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, named: Named) -> Linked | None:
        """Find whom a link is of, however far they and the campaign are."""
        row = await self._transaction.one(WHOSE, campaign=named.campaign)
        if row is None:
            return None
        whose = OrganisationId(Id(row["organisation_id"]))
        recipient = await RecipientStore(self._transaction, whose).find(named)
        return None if recipient is None else Linked(whose, campaign_from_row(row), recipient)


def _from_row(row: Row) -> Recipient:
    customer_id, contact_id = row["customer_id"], row["contact_id"]
    return Recipient(
        campaign_id=CampaignId(Id(row["campaign_id"])),
        number=RecipientNumber(row["number"]),
        customer_id=None if customer_id is None else CustomerId(Id(customer_id)),
        contact_id=None if contact_id is None else ContactId(Id(contact_id)),
        locale=row["locale"],
        state=State(row["state"]),
        reason=row["reason"],
        sent_at=moment_if_any(row["sent_at"]),
        delivered_at=moment_if_any(row["delivered_at"]),
        opened_at=moment_if_any(row["opened_at"]),
        passed_at=moment_if_any(row["passed_at"]),
        clicked_at=moment_if_any(row["clicked_at"]),
        opted_out_at=moment_if_any(row["opted_out_at"]),
    )
