"""Where a provider that has somebody on the telephone finds the words for them."""

from watchword.features.delivery.rules import TOLD_AT_MOST, MessageId, ProviderName, Queued
from watchword.features.delivery.store import queued_from_row
from watchword.foundation.clock import to_microseconds
from watchword.foundation.storage import Transaction

WANTED = """
    select * from messages
    where provider = :provider and id = :id and state in ('sending', 'sent')
      and sealed is not null and not_after > :now
      and (reference = :reference or reference is null and state = 'sending')
"""

TELL = """
    update messages set told = coalesce(told, 0) + 1
    where provider = :provider and id = :id and state in ('sending', 'sent')
      and sealed is not null and not_after > :now and coalesce(told, 0) < :most
      and (reference = :reference or reference is null and state = 'sending')
    returning *
"""


class CalledWords:
    """Words of all organisations: a provider names the message, and the message names whose."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = to_microseconds(transaction.now())

    async def wanted(
        self, provider: ProviderName, id: MessageId, reference: str | None
    ) -> Queued | None:
        """Give a message whose words a provider may still have, in the call that was made."""
        row = await self._transaction.one(
            WANTED, provider=provider, id=str(id), reference=reference, now=self._now
        )
        return None if row is None else queued_from_row(row)

    async def tell(
        self, provider: ProviderName, id: MessageId, reference: str | None
    ) -> Queued | None:
        """Give a message whose words are read out now, and count that, unless it was too often."""
        row = await self._transaction.one(
            TELL,
            provider=provider,
            id=str(id),
            reference=reference,
            now=self._now,
            most=TOLD_AT_MOST,
        )
        return None if row is None else queued_from_row(row)
