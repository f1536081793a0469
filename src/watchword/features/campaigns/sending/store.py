"""What of campaigns is in the outbox, what waits for it, and what has become of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchword.features.campaigns.links.rules import CampaignNumber, Named, RecipientNumber
from watchword.features.campaigns.recipients.rules import State
from watchword.features.campaigns.sending.rules import Gone, Held, about, about_all
from watchword.features.consents.rules import Scope
from watchword.features.contacts.rules import ContactId
from watchword.features.delivery.rules import Receipt
from watchword.features.delivery.rules import State as MessageState
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Listing, Row, Transaction

AT_ONCE = 100

OURS = "organisation_id = :organisation_id and campaign = :campaign"

# By a scope alone a database would find nearly everybody; it is kept from trying.

QUEUE = Listing.of(
    f"""
    update campaign_recipients set state = 'queued', due_at = :due_at, reason = null
    where {OURS} and number in (:of_0) and state = 'waiting'
      and exists (
        select 1 from consents
        where consents.organisation_id = campaign_recipients.organisation_id
          and consents.contact_id = campaign_recipients.contact_id
          and consents.scope || '' = :scope
      )
    returning number
    """,  # noqa: S608 - made of constants
    AT_ONCE,
)

STOP = f"""
    update campaign_recipients set state = :state, reason = :reason, due_at = null
    where {OURS} and number = :number and state = 'waiting'
"""  # noqa: S608 - likewise

HOLD = f"""
    update campaign_recipients set due_at = :due_at
    where {OURS} and number = :number and state = 'waiting'
"""  # noqa: S608 - likewise

LOOK_AGAIN = f"""
    update campaign_recipients set due_at = :now
    where {OURS} and state = 'waiting' and number in (
        select number from campaign_recipients
        where {OURS} and state = 'waiting' and due_at > :now limit :most
    )
"""  # noqa: S608 - likewise

SUPPRESSED = """
    select digest from suppressions where organisation_id = :organisation_id and digest = :each
"""

CONSENTING = """
    select contact_id from consents
    where organisation_id = :organisation_id and contact_id = :each and scope || '' = :scope
"""

NOBODY_AT = """
    select contact_id from customer_contacts
    where organisation_id = :organisation_id and contact_id = :each
    group by contact_id having count(*) = count(bad_since)
"""
"""Where several customers have it, one who has shown since that it works is enough."""

CONTACT_OF = f"select contact_id from campaign_recipients where {OURS} and number = :number"  # noqa: S608

RUNNING = """
    select number from campaigns
    where organisation_id = :organisation_id and state = 'running' and number = :campaign
"""

QUEUED = f"select count(*) as found from campaign_recipients where {OURS} and state = 'queued' and due_at is not null"  # noqa: S608, E501

LEFT = f"""
    select number from campaign_recipients
    where {OURS} and state in ('waiting', 'queued') and due_at is not null limit 1
"""  # noqa: S608 - likewise

BEHIND = f"select number from campaign_recipients where {OURS} and number > :after limit 1"  # noqa: S608

SETTLE = f"""
    update campaign_recipients set
        state = :state, reason = :reason, due_at = null,
        sent_at = case when :state = 'sent' then :now else sent_at end,
        delivered_at = case when :delivered = 1 then :now else delivered_at end
    where {OURS} and number = :number and state = 'queued'
"""  # noqa: S608 - likewise

PUT_BACK = f"""
    update campaign_recipients set state = 'waiting', reason = :reason, due_at = :now
    where {OURS} and number = :number and state = 'queued'
"""  # noqa: S608 - likewise

DELIVERED = f"""
    update campaign_recipients set
        delivered_at = coalesce(delivered_at, :now), state = 'sent',
        sent_at = coalesce(sent_at, :now), due_at = null
    where {OURS} and number = :number and state in ('sent', 'unknown', 'queued')
"""  # noqa: S608 - likewise

FAILED = f"""
    update campaign_recipients set state = 'failed', reason = :reason, due_at = null
    where {OURS} and number = :number and state in ('sent', 'unknown', 'queued')
      and delivered_at is null
"""  # noqa: S608 - likewise

RECALL = """
    update messages set
        state = 'cancelled', reason = :reason, sealed = null, not_after = :now, ended_at = :now
    where (organisation_id, id) in (
        select organisation_id, id from messages
        where state = 'queued' and priority = 1 and organisation_id = :organisation_id
          and substr(about, 1, :length) = :beginning
    ) and state = 'queued'
    returning about
"""

UNTOLD = f"""
    select number from campaign_recipients
    where {OURS} and state = 'queued' and due_at <= :before order by due_at limit :most
"""  # noqa: S608 - likewise

LAST_OF = """
    select about, state, reason, attempts, receipt, created_at from messages
    where organisation_id = :organisation_id and about = :each
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """What has become of a message that nobody has told of."""

    number: RecipientNumber
    state: MessageState | None
    reason: str | None
    attempts: int
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Fate:
    """What has become of a recipient, for good."""

    named: Named
    state: State
    reason: str | None
    is_delivered: bool = False


class StockStore:
    """What of one organisation's campaigns is on its way, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def queue(
        self,
        campaign: CampaignNumber,
        numbers: Sequence[RecipientNumber],
        scope: Scope,
        until: datetime,
    ) -> Collection[RecipientNumber]:
        """Mark those who go into the outbox now; give those of them who consent and had not gone
        before."""
        if not numbers:
            return ()
        rows = await QUEUE.all(
            self._transaction,
            numbers,
            organisation_id=self._ours,
            campaign=campaign,
            scope=scope,
            due_at=to_microseconds(until),
        )
        return {RecipientNumber(row["number"]) for row in rows}

    async def stop(self, campaign: CampaignNumber, gone: Sequence[Gone]) -> None:
        """Let some get nothing, and say why."""
        await self._transaction.many(
            STOP,
            [
                {
                    "organisation_id": self._ours,
                    "campaign": campaign,
                    "number": each.number,
                    "state": each.standing,
                    "reason": each.because,
                }
                for each in gone
            ],
        )

    async def hold(self, campaign: CampaignNumber, held: Sequence[Held]) -> None:
        """Let some wait until it is a good hour where they are."""
        await self._transaction.many(
            HOLD,
            [
                {
                    "organisation_id": self._ours,
                    "campaign": campaign,
                    "number": each.number,
                    "due_at": to_microseconds(each.until),
                }
                for each in held
            ],
        )

    async def look_again(self, campaign: CampaignNumber, most: int) -> int:
        """Let some of those who wait for a good hour have another turn; say how many."""
        return await self._transaction.run(
            LOOK_AGAIN,
            organisation_id=self._ours,
            campaign=campaign,
            now=to_microseconds(self._transaction.now()),
            most=most,
        )

    async def suppressed(self, digests: Sequence[bytes]) -> Collection[bytes]:
        """Give those by which somebody is known who has opted out."""
        rows = await self._transaction.each(SUPPRESSED, digests, organisation_id=self._ours)
        return {row["digest"] for row in rows}

    async def consenting(self, contacts: Sequence[str], scope: Scope) -> Collection[str]:
        rows = await self._transaction.each(
            CONSENTING, contacts, organisation_id=self._ours, scope=scope
        )
        return {row["contact_id"] for row in rows}

    async def nobody_at(self, contacts: Sequence[str]) -> Collection[str]:
        """Give those of whom a provider has said that nobody is there."""
        rows = await self._transaction.each(NOBODY_AT, contacts, organisation_id=self._ours)
        return {row["contact_id"] for row in rows}

    async def contact_of(self, named: Named) -> ContactId | None:
        row = await self._transaction.one(
            CONTACT_OF,
            organisation_id=self._ours,
            campaign=named.campaign,
            number=named.recipient,
        )
        return (
            None if row is None or row["contact_id"] is None else ContactId(Id(row["contact_id"]))
        )

    async def is_running(self, campaign: CampaignNumber) -> bool:
        row = await self._transaction.one(RUNNING, organisation_id=self._ours, campaign=campaign)
        return row is not None

    async def queued(self, campaign: CampaignNumber) -> int:
        """Count those who are in the outbox."""
        row = await self._transaction.one(QUEUED, organisation_id=self._ours, campaign=campaign)
        return 0 if row is None else int(row["found"])

    async def is_over(self, campaign: CampaignNumber, fed_to: int) -> bool:
        """Say whether nobody waits for a turn, and nothing is on its way."""
        behind = await self._transaction.one(
            BEHIND, organisation_id=self._ours, campaign=campaign, after=fed_to
        )
        left = await self._transaction.one(LEFT, organisation_id=self._ours, campaign=campaign)
        return behind is None and left is None

    async def settle(
        self, named: Named, state: State, reason: str | None, *, is_delivered: bool = False
    ) -> None:
        await self.settle_many([Fate(named, state, reason, is_delivered)])

    async def settle_many(self, fates: Sequence[Fate]) -> None:
        """Do the same for many. All hold them in one order, so that no two wait for each other."""
        await self._transaction.many(
            SETTLE,
            [
                {
                    "state": each.state,
                    "delivered": int(each.is_delivered),
                    **self._place(each.named, each.reason),
                }
                for each in sorted(fates, key=_order)
            ],
        )

    async def put_back(self, named: Named, reason: str | None) -> None:
        """Let somebody have another turn: what was for them has surely not left."""
        await self._transaction.run(PUT_BACK, **self._place(named, reason))

    async def delivered(self, named: Named) -> None:
        place = self._place(named, None)
        del place["reason"]
        await self._transaction.run(DELIVERED, **place)

    async def failed(self, named: Named, reason: str | None) -> None:
        place = self._place(named, reason)
        del place["now"]
        await self._transaction.run(FAILED, **place)

    async def recall(self, campaign: CampaignNumber, reason: str) -> None:
        """Take back what waits in the outbox: who it was for waits again."""
        beginning, now = about_all(campaign), to_microseconds(self._transaction.now())
        rows = await self._transaction.all(
            RECALL,
            organisation_id=self._ours,
            reason=reason,
            beginning=beginning,
            length=len(beginning),
            now=now,
        )
        await self._transaction.many(
            PUT_BACK,
            [
                {
                    "organisation_id": self._ours,
                    "campaign": campaign,
                    "number": int(row["about"].removeprefix(beginning)),
                    "reason": None,
                    "now": now,
                }
                for row in rows
            ],
        )

    async def is_any_untold(self, campaign: CampaignNumber, before: datetime) -> bool:
        """Say whether there is a message whose time is over, and of which nobody has told."""
        rows = await self._transaction.all(
            UNTOLD,
            organisation_id=self._ours,
            campaign=campaign,
            before=to_microseconds(before),
            most=1,
        )
        return bool(rows)

    async def untold(
        self, campaign: CampaignNumber, before: datetime, most: int
    ) -> Sequence[Ended]:
        """Look what became of messages whose time is over, and of which nobody has told."""
        rows = await self._transaction.all(
            UNTOLD,
            organisation_id=self._ours,
            campaign=campaign,
            before=to_microseconds(before),
            most=most,
        )
        named = {
            about(Named(campaign, RecipientNumber(row["number"]))): RecipientNumber(row["number"])
            for row in rows
        }
        found = await self._transaction.each(LAST_OF, [*named], organisation_id=self._ours)
        last = dict[str, Row]()
        for row in sorted(found, key=lambda each: int(each["created_at"])):
            last[row["about"]] = row
        return [_ended(number, last.get(written)) for written, number in named.items()]

    def _place(self, named: Named, reason: str | None) -> dict[str, str | int | None]:
        return {
            "organisation_id": self._ours,
            "campaign": named.campaign,
            "number": named.recipient,
            "reason": reason,
            "now": to_microseconds(self._transaction.now()),
        }


def _order(fate: Fate) -> tuple[int, int]:
    return fate.named.campaign, fate.named.recipient


def _ended(number: RecipientNumber, row: Row | None) -> Ended:
    if row is None:
        return Ended(number, None, None, 0, None)
    receipt = None if row["receipt"] is None else Receipt(row["receipt"])
    return Ended(number, MessageState(row["state"]), row["reason"], row["attempts"], receipt)
