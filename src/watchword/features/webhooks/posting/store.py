"""What workers ask of the tables of webhooks, whosever they are, and how they settle it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from watchword.features.webhooks.events import EventId
from watchword.features.webhooks.log import line_of
from watchword.features.webhooks.rules import (
    KEPT_FOR,
    Claimed,
    DeliveryId,
    DeliveryState,
    Ended,
    Endpoint,
    EndpointId,
    EndpointState,
    Hand,
)
from watchword.features.webhooks.schedule import LEASE, OVERDUE_AFTER, Next
from watchword.features.webhooks.store import EVER, endpoint_from
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import HEAD_BYTES
from watchword.foundation.storage import Row, Transaction, Value

# PostgreSQL may look up `in (select … limit … for update skip locked)` more than once, and take
# more than the limit. What is materialized is looked up once.

DUE = """
    select * from webhook_endpoints e
    where state = 'enabled' and failing_since is null
      and (rests_until is null or rests_until <= :now) and exists (
        select 1 from webhook_deliveries d
        where d.organisation_id = e.organisation_id and d.endpoint_id = e.id
          and d.state = 'waiting' and d.due_at <= :now
      )
    order by case when id > :behind then 0 else 1 end, id limit :most
"""

DUE_THAT_FAIL = """
    select * from webhook_endpoints e
    where state = 'enabled' and failing_since is not null
      and (rests_until is null or rests_until <= :now) and exists (
        select 1 from webhook_deliveries d
        where d.organisation_id = e.organisation_id and d.endpoint_id = e.id
          and d.state = 'waiting' and d.due_at <= :now
      )
    order by case when id > :behind then 0 else 1 end, id limit :most
"""

CLAIM = """
    update webhook_deliveries set
        state = 'sending', tries = tries + 1, lease = lease + 1, lease_until = :lease_until
    where organisation_id = :organisation_id and id in (
        with due as materialized (
            select id from webhook_deliveries
            where organisation_id = :organisation_id and endpoint_id = :endpoint_id
              and state = 'waiting' and due_at <= :now
            order by due_at limit :most
            for update skip locked
        )
        select id from due
    )
    returning id, event_id, sealed, tries, lease, due_at
"""

SETTLE = """
    update webhook_deliveries set
        state = :state, due_at = :due_at, reason = :reason, log = log || :line,
        ended_at = :ended_at, lease_until = null
    where organisation_id = :organisation_id and id = :id
      and state = 'sending' and lease = :lease
"""

PUT_BACK = """
    update webhook_deliveries set state = 'waiting', tries = tries - 1, lease_until = null
    where organisation_id = :organisation_id and id = :id
      and state = 'sending' and lease = :lease
"""

RECOVER = """
    update webhook_deliveries set
        state = 'waiting', due_at = :now, lease_until = null, reason = 'lapsed'
    where (organisation_id, id) in (
        with lapsed as materialized (
            select organisation_id, id from webhook_deliveries
            where state = 'sending' and lease_until < :now limit :most
            for update skip locked
        )
        select organisation_id, id from lapsed
    )
"""

OUT_OF_REACH = """
    select organisation_id, id, state from webhook_endpoints e
    where exists (
        select 1 from webhook_deliveries d
        where d.organisation_id = e.organisation_id and d.endpoint_id = e.id
          and d.state = 'waiting' and d.due_at < :overdue
    ) or state <> 'enabled' and exists (
        select 1 from webhook_deliveries d
        where d.organisation_id = e.organisation_id and d.endpoint_id = e.id
          and d.state = 'waiting'
    )
    limit 100
"""

GIVE_UP = """
    update webhook_deliveries set state = 'given_up', reason = :reason, ended_at = :now
    where organisation_id = :organisation_id and id in (
        with waiting as materialized (
            select id from webhook_deliveries
            where organisation_id = :organisation_id and endpoint_id = :endpoint_id
              and state = 'waiting' and due_at < :before
            order by due_at limit :most
            for update skip locked
        )
        select id from waiting
    )
"""

FORGET = """
    delete from webhook_deliveries where (organisation_id, id) in (
        select organisation_id, id from webhook_deliveries where ended_at < :before limit :most
    )
"""

FORGET_ENDPOINTS = """
    delete from webhook_endpoints
    where state = 'removed' and changed_at < :before and not exists (
        select 1 from webhook_deliveries d
        where d.organisation_id = webhook_endpoints.organisation_id
          and d.endpoint_id = webhook_endpoints.id and d.state in ('waiting', 'sending')
    )
"""

OLD_SECRETS = """
    select organisation_id, id, sealed from webhook_endpoints
    where sealed is not null and substr(sealed, 1, :head_bytes) < :head limit :most
    for update skip locked
"""

REMOVED_FOR = timedelta(minutes=1)
"""Until then, every process has noticed that an endpoint is no more."""


class HandStore:
    """What a worker has in hand of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def settle(self, ended: Iterable[tuple[Ended, Next]]) -> None:
        """Write down how attempts ended, except where others have taken over meanwhile."""
        await self._transaction.many(SETTLE, [self._settled(one, then) for one, then in ended])

    async def put_back(self, claimed: Iterable[Claimed]) -> None:
        """Let wait what was claimed and not tried, as if it had not been claimed."""
        rows: list[dict[str, Value]] = [
            {"organisation_id": self._ours, "id": str(one.id), "lease": one.lease}
            for one in claimed
        ]
        await self._transaction.many(PUT_BACK, rows)

    def _settled(self, ended: Ended, then: Next) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "id": str(ended.claimed.id),
            "lease": ended.claimed.lease,
            "state": then.state,
            "due_at": to_microseconds(then.due_at),
            "reason": then.reason,
            "line": line_of(ended.attempt),
            "ended_at": None if then.state is DeliveryState.WAITING else self._now,
        }


class WebhookLanes:
    """The endpoints of all organisations, each a lane of its own: a worker serves them all."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = to_microseconds(transaction.now())

    async def due(
        self, *, that_fail: bool, behind: EndpointId | None, most: int
    ) -> Sequence[tuple[OrganisationId, Endpoint, bytes]]:
        """Give endpoints that something is due for, in turn, beginning behind one of them."""
        rows = await self._transaction.all(
            DUE_THAT_FAIL if that_fail else DUE,
            now=self._now,
            behind="" if behind is None else str(behind),
            most=most,
        )
        return [
            (OrganisationId(Id(row["organisation_id"])), endpoint_from(row), row["sealed"])
            for row in rows
        ]

    async def claim(
        self, organisation_id: OrganisationId, endpoint: Endpoint, sealed: bytes, most: int
    ) -> Hand:
        """Take what is due for an endpoint, the oldest first, for the time of a lease."""
        rows = await self._transaction.all(
            CLAIM,
            organisation_id=str(organisation_id),
            endpoint_id=str(endpoint.id),
            now=self._now,
            lease_until=self._now + LEASE.seconds * 1_000_000,
            most=most,
        )
        claimed = [_claimed_from(row) for row in sorted(rows, key=lambda row: int(row["due_at"]))]
        return Hand(
            organisation_id=organisation_id, endpoint=endpoint, sealed=sealed, claimed=claimed
        )

    async def recover(self, most: int) -> int:
        """Let wait again what a worker has not come back with in time, and count it."""
        return await self._transaction.run(RECOVER, now=self._now, most=most)


class WebhookSweep:
    """What is over, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = transaction.now()

    async def give_up(self, most: int) -> int:
        """Give up what waits where nobody comes for it, and count it."""
        overdue = to_microseconds(self._now - OVERDUE_AFTER)
        given_up = 0
        for row in await self._transaction.all(OUT_OF_REACH, overdue=overdue):
            is_enabled = row["state"] == EndpointState.ENABLED
            given_up += await self._transaction.run(
                GIVE_UP,
                organisation_id=row["organisation_id"],
                endpoint_id=row["id"],
                before=overdue if is_enabled else EVER,
                reason="overdue" if is_enabled else f"endpoint {row['state']}",
                now=to_microseconds(self._now),
                most=most - given_up,
            )
            if given_up >= most:
                break
        return given_up

    async def forget(self, most: int) -> int:
        """Drop what has been over for long enough, and count it."""
        await self._transaction.run(
            FORGET_ENDPOINTS, before=to_microseconds(self._now - REMOVED_FOR)
        )
        before = to_microseconds(self._now - KEPT_FOR)
        return await self._transaction.run(FORGET, before=before, most=most)

    async def old_secrets(
        self, head: bytes, most: int
    ) -> Sequence[tuple[OrganisationId, EndpointId, bytes]]:
        """Find secrets under a version of the key that is older than the one with this head."""
        rows = await self._transaction.all(OLD_SECRETS, head=head, head_bytes=HEAD_BYTES, most=most)
        return [
            (OrganisationId(Id(row["organisation_id"])), EndpointId(Id(row["id"])), row["sealed"])
            for row in rows
        ]


def _claimed_from(row: Row) -> Claimed:
    return Claimed(
        id=DeliveryId(Id(row["id"])),
        event_id=EventId(Id(row["event_id"])),
        sealed=row["sealed"],
        tries=row["tries"],
        lease=row["lease"],
    )
