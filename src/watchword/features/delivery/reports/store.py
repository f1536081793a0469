"""Where a report of a provider finds its message, and where what it says is written down."""

from datetime import timedelta

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.receipts import Carried, Report
from watchword.features.delivery.rules import MessageId, ProviderName, Receipt, State
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

FIND = """
    select id, organisation_id, about, channel, provider, locale, state, receipt, reference
    from messages
    where provider = :provider and id = :id
"""

HOLD = f"{FIND} for update"

REFERRED_TO = """
    select id from messages
    where provider = :provider and reference = :reference and created_at > :since
    order by created_at desc, id desc limit 1
"""

RECEIVE = """
    update messages set
        receipt = :receipt, receipt_reason = :reason, receipt_at = :now
    where organisation_id = :organisation_id and id = :id
"""

END_CALL = """
    update messages set sealed = null
    where organisation_id = :organisation_id and id = :id
      and state = 'sent' and sealed is not null
"""

FORGET_WORDS = """
    update messages set sealed = null
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from messages
            where state = 'sent' and sealed is not null and not_after <= :now limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
"""

REFERENCES_LAST = timedelta(days=4)
"""For so long a provider may speak of a message by its own name for it."""

MICROSECOND = timedelta(microseconds=1)


class ReportLanes:
    """Messages of all organisations: a provider names one, and it says whose it is."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = to_microseconds(transaction.now())

    async def find(self, provider: ProviderName, id: MessageId) -> Carried | None:
        row = await self._transaction.one(FIND, provider=provider, id=str(id))
        return None if row is None else _carried_from_row(row)

    async def hold(self, provider: ProviderName, id: MessageId) -> Carried | None:
        row = await self._transaction.one(HOLD, provider=provider, id=str(id))
        return None if row is None else _carried_from_row(row)

    async def meant(self, provider: ProviderName, report: Report) -> MessageId | None:
        """Give the message that a provider speaks of, without holding it.

        Providers use their references again, after a while or after a restart. The newest message
        is meant then, and nothing that is long over.
        """
        if report.message_id is not None:
            return report.message_id
        if report.reference is None:
            return None
        row = await self._transaction.one(
            REFERRED_TO,
            provider=provider,
            reference=report.reference,
            since=self._now - REFERENCES_LAST // MICROSECOND,
        )
        return None if row is None else MessageId(Id(row["id"]))

    async def receive(self, carried: Carried, receipt: Receipt, reason: str | None) -> None:
        """Write down what a provider said of a message that is held."""
        await self._transaction.run(
            RECEIVE,
            organisation_id=str(carried.organisation_id),
            id=str(carried.id),
            receipt=receipt,
            reason=reason,
            now=self._now,
        )

    async def end_call(self, carried: Carried) -> None:
        """Destroy the words of a call that is over: nobody is there who could hear them."""
        await self._transaction.run(
            END_CALL, organisation_id=str(carried.organisation_id), id=str(carried.id)
        )

    async def forget_words(self, most: int) -> int:
        """Destroy words that a provider has not come for in time."""
        return await self._transaction.run(FORGET_WORDS, now=self._now, most=most)


def _carried_from_row(row: Row) -> Carried:
    receipt = row["receipt"]
    return Carried(
        id=MessageId(Id(row["id"])),
        organisation_id=OrganisationId(Id(row["organisation_id"])),
        about=row["about"],
        channel=Channel(row["channel"]),
        provider=ProviderName(row["provider"]),
        locale=row["locale"],
        state=State(row["state"]),
        receipt=None if receipt is None else Receipt(receipt),
        reference=row["reference"],
    )
