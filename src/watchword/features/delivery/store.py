"""Where messages wait: every query on the outbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import (
    LEASE,
    Draft,
    MessageId,
    News,
    Next,
    Priority,
    ProviderName,
    Queued,
    Receipt,
    Sending,
    State,
)
from watchword.features.templates.rules import TemplateName
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into messages (
        organisation_id, id, channel, provider, template, locale, sealed, about, priority,
        pinned, reserved, state, attempts, due_at, not_after, created_at
    ) values (
        :organisation_id, :id, :channel, :provider, :template, :locale, :sealed, :about, :priority,
        :pinned, :reserved, 'queued', 0, :now, :not_after, :now
    )
"""

CANCEL = """
    update messages set
        not_after = :now,
        state = case state when 'queued' then 'cancelled' else state end,
        sealed = case state when 'sending' then sealed else null end,
        ended_at = case state when 'queued' then :now else ended_at end
    where organisation_id = :organisation_id and about = :about
      and (state in ('queued', 'sending') or state = 'sent' and sealed is not null)
"""

ABOUT = """
    select
        id, channel, provider, state, reason, attempts, created_at, ended_at,
        receipt, receipt_reason, receipt_at
    from messages
    where organisation_id = :organisation_id and about = :about
    order by created_at, id
"""

CANCEL_WAITING = """
    update messages set state = 'cancelled', sealed = null, not_after = :now, ended_at = :now
    where organisation_id = :organisation_id and about = :about and state = 'queued'
"""

AGE = """
    update messages set
        due_at = due_at - :by, not_after = not_after - :by,
        created_at = created_at - :by, ended_at = ended_at - :by, receipt_at = receipt_at - :by
    where organisation_id = :organisation_id and about = :about
"""

EXPIRE = """
    update messages set state = 'expired', sealed = null, ended_at = :now
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from messages
            where state = 'queued' and not_after <= :now limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
    returning organisation_id, about, channel, provider
"""

DIVERT = """
    update messages set
        provider = :other, reason = 'diverted',
        due_at = case when reason = 'diverted' then :later else due_at end
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from messages
            where state = 'queued' and provider = :provider and channel = :channel
              and due_at <= :now and not_after > :now and coalesce(pinned, 0) = 0
            order by priority, due_at limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
"""

CLAIM = """
    update messages set state = 'sending', attempts = attempts + 1, lease_until = :lease_until
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from messages
            where state = 'queued' and provider = :provider and due_at <= :now and not_after > :now
            order by priority, due_at limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
    returning
        id, organisation_id, channel, provider, template, locale, sealed, about, attempts,
        not_after, priority, due_at, pinned
"""

CLAIM_URGENT = CLAIM.replace("state = 'queued' and", "state = 'queued' and priority = 0 and")
"""While many are on their way who nobody waits for, some room is kept for who somebody does."""

CLAIM_FRESHEST = CLAIM.replace(
    "order by priority, due_at", "order by attempts, priority, created_at desc, id desc"
).replace("and due_at <= :now", "and (due_at <= :now or attempts = 0 and reason = 'diverted')")
"""After a rest, what was never tried goes first, and of that the newest. Otherwise whoever fills a
lane with addresses at which nothing can be delivered would decide alone how long it rests.

What came back from another provider that rests too need not have waited to its end: two that
rest in turns would throw it to and fro, and each would try something older meanwhile."""

NEXT_DUE = """
    select due_at from messages
    where state = 'queued' and provider = :provider and not_after > :now
    order by due_at limit 1
"""

LAPSED = """
    select * from messages
    where state = 'sending' and provider = :provider and lease_until < :now
    limit 500
    for update skip locked
"""

WAITING_BY_LANE = """
    select provider, count(*) as waiting from messages where state = 'queued' group by provider
"""

SETTLE = """
    update messages set
        state = :state, provider = :provider, due_at = :due_at, reason = :reason,
        reference = :reference, lease_until = null,
        reserved = case when :may_have_left = 1 then null else reserved end
    where organisation_id = :organisation_id and id = :id
      and state = 'sending' and attempts = :attempts
"""

SETTLE_FOR_GOOD = """
    update messages set
        state = :state, provider = :provider, due_at = :due_at, reason = :reason,
        reference = :reference, lease_until = null, ended_at = :due_at,
        sealed = case
            when :keeps_words = 1 and coalesce(receipt, '') <> 'failed' then sealed else null end,
        reserved = case when :may_have_left = 1 then null else reserved end,
        receipt_at = case when receipt is null and :receipt <> '' then :due_at else receipt_at end,
        receipt = case when receipt is null and :receipt <> '' then :receipt else receipt end
    where organisation_id = :organisation_id and id = :id
      and state = 'sending' and attempts = :attempts
"""

OURS = """
    select id, attempts from messages
    where organisation_id = :organisation_id and id = :each and state = 'sending'
    for update
"""

MICROSECOND = timedelta(microseconds=1)


class MessageStore:
    """The messages of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, id: MessageId, draft: Draft, sealed: bytes) -> None:
        await self._transaction.run(ADD, **self._written(id, draft, sealed))

    async def add_many(self, messages: Sequence[tuple[MessageId, Draft, bytes]]) -> None:
        rows = [self._written(id, draft, sealed) for id, draft, sealed in messages]
        await self._transaction.many(ADD, rows)

    def _written(self, id: MessageId, draft: Draft, sealed: bytes) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "id": str(id),
            "channel": draft.channel,
            "provider": draft.provider,
            "template": draft.template,
            "locale": draft.locale,
            "sealed": sealed,
            "about": draft.about,
            "priority": draft.priority,
            "pinned": int(draft.is_pinned),
            "reserved": draft.reserved_micros,
            "now": to_microseconds(self._transaction.now()),
            "not_after": to_microseconds(draft.not_after),
        }

    async def cancel(self, about: str) -> None:
        """Let nothing more be sent about something.

        What a worker has in hand is on its way; if it fails, it is not tried again.
        """
        await self._transaction.run(
            CANCEL,
            organisation_id=self._ours,
            about=about,
            now=to_microseconds(self._transaction.now()),
        )

    async def cancel_waiting(self, about: str) -> None:
        """Let nothing more be sent of what has not left yet; what has, may still arrive."""
        await self._transaction.run(
            CANCEL_WAITING,
            organisation_id=self._ours,
            about=about,
            now=to_microseconds(self._transaction.now()),
        )

    async def age(self, abouts: Sequence[str], by: timedelta) -> None:
        """Make all about some things older. What a worker has in hand stays its own."""
        ours: dict[str, str | int] = {"organisation_id": self._ours, "by": by // MICROSECOND}
        await self._transaction.many(AGE, [{**ours, "about": about} for about in abouts])

    async def about(self, about: str) -> Sequence[Sending]:
        rows = await self._transaction.all(ABOUT, organisation_id=self._ours, about=about)
        return [_sending_from_row(row) for row in rows]

    async def settle(self, message: Queued, after: Next) -> bool:
        """Write down how an attempt ended, unless its lease has run out and others took over."""
        statement = SETTLE if after.state is State.QUEUED else SETTLE_FOR_GOOD
        return await self._transaction.run(statement, **self._settled(message, after)) == 1

    async def settle_many(self, ended: Sequence[tuple[Queued, Next]]) -> Sequence[bool]:
        """Do the same for many; say of each whether it was written down."""
        if len(ended) == 1:
            return [await self.settle(*ended[0])]
        # All hold messages in one order, so that no two wait for each other.
        ids = sorted({str(message.id) for message, _ in ended})
        rows = await self._transaction.each(OURS, ids, organisation_id=self._ours)
        live = {(row["id"], row["attempts"]) for row in rows}
        ours = list[bool]()
        for_now, for_good = list[dict[str, Value]](), list[dict[str, Value]]()
        for message, after in ended:
            attempt = (str(message.id), message.attempts)
            ours.append(attempt in live)
            if attempt in live:
                # What is handed in twice is written down once.
                live.remove(attempt)
                written = for_now if after.state is State.QUEUED else for_good
                written.append(self._settled(message, after))
        await self._transaction.many(SETTLE, for_now)
        await self._transaction.many(SETTLE_FOR_GOOD, for_good)
        return ours

    def _settled(self, message: Queued, after: Next) -> dict[str, Value]:
        values: dict[str, Value] = {
            "organisation_id": self._ours,
            "id": str(message.id),
            "attempts": message.attempts,
            "state": after.state,
            "provider": after.provider,
            "due_at": to_microseconds(after.due_at),
            "reason": after.reason,
            "reference": after.reference,
            "may_have_left": int(after.may_have_left),
        }
        if after.state is not State.QUEUED:
            values["keeps_words"] = int(after.keeps_words)
            values["receipt"] = after.receipt or ""
        return values


DIVERTED_AT_ONCE = 500


class OutboxLanes:
    """The lanes of all organisations: a worker serves a provider, whoever writes through it."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = to_microseconds(transaction.now())

    async def expire(self, most: int) -> Sequence[News]:
        """Give up what was not sent in time, also in lanes that nobody serves any more."""
        rows = await self._transaction.all(EXPIRE, now=self._now, most=most)
        return [
            News(
                organisation_id=OrganisationId(Id(row["organisation_id"])),
                about=row["about"],
                channel=Channel(row["channel"]),
                provider=ProviderName(row["provider"]),
                state=State.EXPIRED,
            )
            for row in rows
        ]

    async def divert(
        self, provider: ProviderName, channel: Channel, other: ProviderName, later: datetime
    ) -> int:
        """Hand what is due to another provider; what has been handed on before is due `later`."""
        return await self._transaction.run(
            DIVERT,
            provider=provider,
            channel=channel,
            other=other,
            now=self._now,
            later=to_microseconds(later),
            most=DIVERTED_AT_ONCE,
        )

    async def claim(
        self,
        provider: ProviderName,
        most: int,
        *,
        freshest: bool = False,
        only_urgent: bool = False,
    ) -> list[Queued]:
        """Take the messages that are due, the urgent ones first, for the time of a lease."""
        rows = await self._transaction.all(
            CLAIM_URGENT if only_urgent else CLAIM_FRESHEST if freshest else CLAIM,
            provider=provider,
            now=self._now,
            lease_until=self._now + LEASE.seconds * 1_000_000,
            most=most,
        )
        # What is returned comes in any order.
        urgent_first = sorted(rows, key=lambda row: (row["priority"], row["due_at"]))
        return [queued_from_row(row) for row in urgent_first]

    async def next_due(self, provider: ProviderName) -> float | None:
        """Give the seconds until the next message is due, if one waits."""
        row = await self._transaction.one(NEXT_DUE, provider=provider, now=self._now)
        return None if row is None else max(row["due_at"] - self._now, 0) / 1_000_000

    async def lapsed(self, provider: ProviderName) -> list[Queued]:
        """Hold the messages whose worker has not come back with them in time."""
        rows = await self._transaction.all(LAPSED, provider=provider, now=self._now)
        return [queued_from_row(row) for row in rows]

    async def waiting_by_lane(self) -> Mapping[ProviderName, int]:
        rows = await self._transaction.all(WAITING_BY_LANE)
        return {ProviderName(row["provider"]): row["waiting"] for row in rows}


def queued_from_row(row: Row) -> Queued:
    return Queued(
        id=MessageId(Id(row["id"])),
        organisation_id=OrganisationId(Id(row["organisation_id"])),
        channel=Channel(row["channel"]),
        provider=ProviderName(row["provider"]),
        template=TemplateName(row["template"]),
        locale=row["locale"],
        sealed=row["sealed"],
        about=row["about"],
        attempts=row["attempts"],
        not_after=from_microseconds(row["not_after"]),
        is_pinned=bool(row["pinned"]),
        priority=Priority(row["priority"]),
    )


def _sending_from_row(row: Row) -> Sending:
    return Sending(
        id=MessageId(Id(row["id"])),
        channel=Channel(row["channel"]),
        provider=ProviderName(row["provider"]),
        state=State(row["state"]),
        reason=row["reason"],
        attempts=row["attempts"],
        created_at=from_microseconds(row["created_at"]),
        ended_at=moment_if_any(row["ended_at"]),
        receipt=_receipt_if_any(row["receipt"]),
        receipt_reason=row["receipt_reason"],
        receipt_at=moment_if_any(row["receipt_at"]),
    )


def _receipt_if_any(written: str | None) -> Receipt | None:
    return None if written is None else Receipt(written)
