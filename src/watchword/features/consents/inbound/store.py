"""Where it is kept which texts came in: what each meant, and never what it said."""

from dataclasses import dataclass, field
from datetime import datetime

from watchword.features.consents.inbound.rules import Meaning
from watchword.features.delivery.rules import ProviderName
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

TAKE = """
    insert into incoming_texts (
        organisation_id, provider, reference, digest, meaning, answered, received_at
    ) values (:organisation_id, :provider, :reference, :digest, :meaning, 0, :received_at)
    on conflict (organisation_id, provider, reference) do nothing
"""

ANSWERED = """
    update incoming_texts set answered = 1
    where organisation_id = :organisation_id and provider = :provider and reference = :reference
"""

COUNT_ANSWERED = """
    select count(*) as found from incoming_texts
    where organisation_id = :organisation_id and digest = :digest and received_at > :since
      and answered = 1
"""

HELPED = """
    select 1 from incoming_texts
    where organisation_id = :organisation_id and digest = :digest and received_at > :since
      and answered = 1 and meaning in (:help, :other)
    limit 1
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that was taken in: whose it is, and how its provider names it."""

    provider: ProviderName
    reference: str
    digest: bytes = field(repr=False)


class IncomingStore:
    """The texts that one organisation got, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def take(self, taken: Taken, meaning: Meaning) -> bool:
        """Write down that a text came; say whether it had not come before."""
        added = await self._transaction.run(
            TAKE,
            organisation_id=self._ours,
            provider=taken.provider,
            reference=taken.reference,
            digest=taken.digest,
            meaning=meaning,
            received_at=to_microseconds(self._transaction.now()),
        )
        return added == 1

    async def answered(self, taken: Taken) -> None:
        await self._transaction.run(
            ANSWERED,
            organisation_id=self._ours,
            provider=taken.provider,
            reference=taken.reference,
        )

    async def count_answered(self, digest: bytes, since: datetime) -> int:
        row = await self._transaction.one(
            COUNT_ANSWERED,
            organisation_id=self._ours,
            digest=digest,
            since=to_microseconds(since),
        )
        return 0 if row is None else int(row["found"])

    async def was_helped(self, digest: bytes, since: datetime) -> bool:
        """Say whether somebody was told lately who it is that writes, and how it ends."""
        row = await self._transaction.one(
            HELPED,
            organisation_id=self._ours,
            digest=digest,
            since=to_microseconds(since),
            help=Meaning.HELP,
            other=Meaning.OTHER,
        )
        return row is not None
