"""Where the messages of the sandbox rest: sealed like everything that carries a code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from watchword.features.delivery.rules import Channel, MessageId
from watchword.features.sandbox.rules import KEPT_FOR
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import HEAD_BYTES, count_versions
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into sandbox_messages (organisation_id, id, channel, blind_index, sealed, at)
    values (:organisation_id, :id, :channel, :blind_index, :sealed, :at)
    on conflict (organisation_id, id) do nothing
"""

NEWEST = """
    select * from sandbox_messages where organisation_id = :organisation_id
    order by at desc, id limit :most
"""

NEWEST_TO = """
    select * from sandbox_messages
    where organisation_id = :organisation_id and blind_index = :blind_index
    order by at desc, id limit :most
"""

FORGET = """
    delete from sandbox_messages where (organisation_id, id) in (
        select organisation_id, id from sandbox_messages where at < :before limit :most
    )
"""


BY_OUTBOX_KEY = """
    select substr(sealed, 1, :head_bytes) as head, count(*) as found from sandbox_messages
    group by head
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedMessage:
    """A message as it rests; `blind_index` is how those to one address are found."""

    id: MessageId
    channel: Channel
    blind_index: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    at: datetime


class SandboxStore:
    """The sandbox of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, message: SealedMessage) -> None:
        """Keep a message; the same one again changes nothing."""
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(message.id),
            channel=message.channel,
            blind_index=message.blind_index,
            sealed=message.sealed,
            at=to_microseconds(message.at),
        )

    async def newest(self, most: int) -> Sequence[SealedMessage]:
        rows = await self._transaction.all(NEWEST, organisation_id=self._ours, most=most)
        return [_from_row(row) for row in rows]

    async def newest_to(self, blind_index: bytes, most: int) -> Sequence[SealedMessage]:
        rows = await self._transaction.all(
            NEWEST_TO, organisation_id=self._ours, blind_index=blind_index, most=most
        )
        return [_from_row(row) for row in rows]


class SandboxSweep:
    """What has been looked at for long enough, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, most: int) -> int:
        before = to_microseconds(self._transaction.now() - KEPT_FOR)
        return await self._transaction.run(FORGET, before=before, most=most)


class SandboxCensus:
    """What rests under each version of a key, counted over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_outbox_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_OUTBOX_KEY, head_bytes=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)


def _from_row(row: Row) -> SealedMessage:
    return SealedMessage(
        id=MessageId(Id(row["id"])),
        channel=Channel(row["channel"]),
        blind_index=row["blind_index"],
        sealed=row["sealed"],
        at=from_microseconds(row["at"]),
    )
