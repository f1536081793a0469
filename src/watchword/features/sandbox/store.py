"""Where the messages of the sandbox rest: sealed like everything that carries a code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import MessageId
from watchword.features.sandbox.rules import (
    KEPT_FOR,
    LEASE,
    LETTERS_KEPT_FOR,
    Ahead,
    Due,
    What,
)
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
    select * from sandbox_messages where organisation_id = :organisation_id and at <= :now
    order by at desc, id limit :most
"""

NEWEST_TO = """
    select * from sandbox_messages
    where organisation_id = :organisation_id and blind_index = :blind_index and at <= :now
    order by at desc, id limit :most
"""

FORGET = """
    delete from sandbox_messages where (organisation_id, id) in (
        select organisation_id, id from sandbox_messages
        where at < :before and (channel <> 'letter' or at < :long_before) limit :most
    )
"""

FORGET_HAPPENINGS = """
    delete from sandbox_happenings where (organisation_id, id) in (
        select organisation_id, id from sandbox_happenings where due_at < :before limit :most
    )
"""

AGE = "update sandbox_messages set at = at - :by where organisation_id = :organisation_id"

ADD_HAPPENING = """
    insert into sandbox_happenings (organisation_id, id, message_id, what, due_at)
    values (:organisation_id, :id, :message_id, :what, :due_at)
    on conflict (organisation_id, id) do nothing
"""

AGE_HAPPENINGS = """
    update sandbox_happenings set due_at = due_at - :by where organisation_id = :organisation_id
"""

TAKE_DUE = """
    update sandbox_happenings set lease_until = :lease_until
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from sandbox_happenings
            where due_at <= :now and (lease_until is null or lease_until <= :now)
            order by due_at, id limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
    returning organisation_id, id, message_id, what, due_at
"""

HAPPENED = """
    delete from sandbox_happenings where organisation_id = :organisation_id and id = :id
"""

NEXT_DUE = """
    select min(case when lease_until > due_at then lease_until else due_at end) as moment
    from sandbox_happenings
"""

AHEAD = """
    select what, due_at from sandbox_happenings where organisation_id = :organisation_id
    union all
    select 'arrives' as what, at as due_at from sandbox_messages
    where organisation_id = :organisation_id and at > :now
    order by due_at, what limit :most
"""

SOW = """
    insert into sandbox_seeds (organisation_id, seed, drawn) values (:organisation_id, :seed, 0)
    on conflict (organisation_id) do update set seed = excluded.seed, drawn = 0
"""

DRAW = """
    update sandbox_seeds set drawn = drawn + 1 where organisation_id = :organisation_id
    returning seed, drawn
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
        self._now = to_microseconds(transaction.now())

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
        rows = await self._transaction.all(
            NEWEST, organisation_id=self._ours, most=most, now=self._now
        )
        return [_from_row(row) for row in rows]

    async def newest_to(self, blind_index: bytes, most: int) -> Sequence[SealedMessage]:
        rows = await self._transaction.all(
            NEWEST_TO,
            organisation_id=self._ours,
            blind_index=blind_index,
            most=most,
            now=self._now,
        )
        return [_from_row(row) for row in rows]

    async def add_happening(self, happening: Due) -> None:
        """Keep what is to happen; the same once more changes nothing."""
        await self._transaction.run(
            ADD_HAPPENING,
            organisation_id=self._ours,
            id=str(happening.id),
            message_id=str(happening.message_id),
            what=happening.what,
            due_at=to_microseconds(happening.due_at),
        )

    async def happened(self, id: UUID) -> None:
        await self._transaction.run(HAPPENED, organisation_id=self._ours, id=str(id))

    async def ahead(self, most: int) -> Sequence[Ahead]:
        """Give what is still to come, the next first."""
        rows = await self._transaction.all(
            AHEAD, organisation_id=self._ours, now=self._now, most=most
        )
        return [Ahead(What(row["what"]), from_microseconds(row["due_at"])) for row in rows]

    async def age(self, by: timedelta) -> None:
        """Make all that lies here, and all that is to happen, older."""
        microseconds = by // MICROSECOND
        for sql in (AGE, AGE_HAPPENINGS):
            await self._transaction.run(sql, organisation_id=self._ours, by=microseconds)

    async def sow(self, seed: bytes) -> None:
        """Keep what all chance of an organisation follows from, and begin anew with it."""
        await self._transaction.run(SOW, organisation_id=self._ours, seed=seed)

    async def draw(self) -> tuple[bytes, int] | None:
        """Give the seed, and how often it was drawn from; nothing, if chance is left to itself."""
        row = await self._transaction.one(DRAW, organisation_id=self._ours)
        return None if row is None else (row["seed"], row["drawn"])


MICROSECOND = timedelta(microseconds=1)


class SandboxStage:
    """What is to happen in the sandboxes of all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = to_microseconds(transaction.now())

    async def take_due(self, most: int) -> Sequence[Due]:
        """Take what is due, the earliest first, for the time of a lease."""
        lease_until = self._now + LEASE // MICROSECOND
        rows = await self._transaction.all(
            TAKE_DUE, now=self._now, lease_until=lease_until, most=most
        )
        return sorted(map(_due_from_row, rows), key=lambda due: (due.due_at, due.id.int))

    async def next_due(self) -> float | None:
        """Give the seconds until something happens, if anything is to."""
        row = await self._transaction.one(NEXT_DUE)
        if row is None or row["moment"] is None:
            return None
        return max(int(row["moment"]) - self._now, 0) / 1_000_000


class SandboxSweep:
    """What has been looked at for long enough, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, most: int) -> int:
        """Drop what has lain here for long enough, and what nobody could let happen in that time.

        A letter lies about for as long as its code is good.
        """
        now = self._transaction.now()
        before, long_before = now - KEPT_FOR, now - LETTERS_KEPT_FOR
        await self._transaction.run(FORGET_HAPPENINGS, before=to_microseconds(before), most=most)
        return await self._transaction.run(
            FORGET,
            before=to_microseconds(before),
            long_before=to_microseconds(long_before),
            most=most,
        )


class SandboxCensus:
    """What rests under each version of a key, counted over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_outbox_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_OUTBOX_KEY, head_bytes=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)


def _due_from_row(row: Row) -> Due:
    return Due(
        organisation_id=OrganisationId(Id(row["organisation_id"])),
        id=Id(row["id"]),
        message_id=MessageId(Id(row["message_id"])),
        what=What(row["what"]),
        due_at=from_microseconds(row["due_at"]),
    )


def _from_row(row: Row) -> SealedMessage:
    return SealedMessage(
        id=MessageId(Id(row["id"])),
        channel=Channel(row["channel"]),
        blind_index=row["blind_index"],
        sealed=row["sealed"],
        at=from_microseconds(row["at"]),
    )
