"""Where endpoints and their deliveries are kept: every query on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.features.webhooks.log import read_log
from watchword.features.webhooks.rules import (
    Delivery,
    DeliveryId,
    DeliveryState,
    Endpoint,
    EndpointId,
    EndpointState,
    Interest,
)
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.sealing import HEAD_BYTES, count_versions
from watchword.foundation.storage import Row, Transaction

ADD_ENDPOINT = """
    insert into webhook_endpoints (
        organisation_id, id, url, description, kinds, state, sealed, failures,
        created_at, changed_at
    ) values (
        :organisation_id, :id, :url, :description, :kinds, 'enabled', :sealed, 0, :now, :now
    )
"""

ENDPOINTS = """
    select * from webhook_endpoints
    where organisation_id = :organisation_id and state <> 'removed' order by created_at, id
"""

HOLD_ENDPOINT = """
    select * from webhook_endpoints
    where organisation_id = :organisation_id and id = :id and state <> 'removed' for update
"""

FIND_ENDPOINT = """
    select * from webhook_endpoints
    where organisation_id = :organisation_id and id = :id and state <> 'removed'
"""

COUNT_ENDPOINTS = """
    select count(*) as found from webhook_endpoints
    where organisation_id = :organisation_id and state <> 'removed'
"""

SAVE_ENDPOINT = """
    update webhook_endpoints set
        url = :url, description = :description, kinds = :kinds, state = :state, reason = :reason,
        failing_since = :failing_since, failures = :failures, rests_until = :rests_until,
        changed_at = :now
    where organisation_id = :organisation_id and id = :id
"""

SAVE_SECRETS = """
    update webhook_endpoints set sealed = :sealed
    where organisation_id = :organisation_id and id = :id and state <> 'removed'
"""

REMOVE_ENDPOINT = """
    update webhook_endpoints set state = 'removed', sealed = null, url = '', changed_at = :now
    where organisation_id = :organisation_id and id = :id and state <> 'removed'
"""

INTERESTS = """
    select id, kinds from webhook_endpoints
    where organisation_id = :organisation_id and state = 'enabled'
"""

ADD = """
    insert into webhook_deliveries (
        organisation_id, id, endpoint_id, event_id, kind, about, sealed, state, tries, lease, log,
        due_at, created_at
    ) values (
        :organisation_id, :id, :endpoint_id, :event_id, :kind, :about, :sealed, 'waiting', 0, 0,
        '', :now, :now
    )
"""


def _page(of_endpoint: str, of_state: str) -> str:
    """Write the statement for a page. What it filters by stands in it, so that an index serves."""
    return f"""
        select * from webhook_deliveries
        where organisation_id = :organisation_id {of_endpoint} {of_state}
          and created_at <= :before and (created_at < :before or id < :id)
        order by created_at desc, id desc limit :most
    """  # noqa: S608 - made of words of ours


def _page_of_waiting(of_endpoint: str) -> str:
    """Write it for what waits: that is little among much, so it is looked up first by itself."""
    return f"""
        with found as materialized (
            select id, created_at from webhook_deliveries
            where organisation_id = :organisation_id {of_endpoint}
              and state = 'waiting' and due_at >= 0
        )
        select d.* from found f join webhook_deliveries d
            on d.organisation_id = :organisation_id and d.id = f.id
        where f.created_at <= :before and (f.created_at < :before or f.id < :id)
        order by f.created_at desc, f.id desc limit :most
    """  # noqa: S608 - likewise


OF_ENDPOINT = "and endpoint_id = :endpoint_id"
OF_ONE_AMONG_FAILED = "and endpoint_id || '' = :endpoint_id"
"""Written so that it is not looked up by: the index of what has failed is the shorter way."""

PAGES = {
    (False, None): _page("", ""),
    (True, None): _page(OF_ENDPOINT, ""),
    (False, DeliveryState.WAITING): _page_of_waiting(""),
    (True, DeliveryState.WAITING): _page_of_waiting(OF_ENDPOINT),
    (False, DeliveryState.SENDING): _page("", "and state = 'sending'"),
    (True, DeliveryState.SENDING): _page(OF_ENDPOINT, "and state = 'sending'"),
    (False, DeliveryState.DELIVERED): _page("", "and state = 'delivered'"),
    (True, DeliveryState.DELIVERED): _page(OF_ENDPOINT, "and state = 'delivered'"),
    (False, DeliveryState.GIVEN_UP): _page("", "and state = 'given_up'"),
    (True, DeliveryState.GIVEN_UP): _page(OF_ONE_AMONG_FAILED, "and state = 'given_up'"),
}
"""By whether one endpoint is asked for, and by the state that is."""

FIND = """
    select * from webhook_deliveries where organisation_id = :organisation_id and id = :id
"""

HOLD = """
    select * from webhook_deliveries
    where organisation_id = :organisation_id and id = :id for update
"""

REPLAY = """
    update webhook_deliveries set
        state = 'waiting', tries = 0, due_at = :now, ended_at = null, reason = 'replayed'
    where organisation_id = :organisation_id and id = :id
"""

REPLAY_FAILED = """
    update webhook_deliveries set
        state = 'waiting', tries = 0, due_at = :now, ended_at = null, reason = 'replayed'
    where organisation_id = :organisation_id and id in (
        with failed as materialized (
            select id from webhook_deliveries
            where organisation_id = :organisation_id and endpoint_id = :endpoint_id
              and state = 'given_up' and created_at >= :since
            order by created_at limit :most
            for update skip locked
        )
        select id from failed
    )
"""

AGE_ENDPOINTS = """
    update webhook_endpoints set
        failing_since = failing_since - :by, rests_until = rests_until - :by
    where organisation_id = :organisation_id
"""

AGE_DELIVERIES = """
    update webhook_deliveries set
        due_at = due_at - :by, created_at = created_at - :by, ended_at = ended_at - :by
    where organisation_id = :organisation_id
"""

SECRETS_BY_OUTBOX_KEY = """
    select substr(sealed, 1, :head_bytes) as head, count(*) as found from webhook_endpoints
    where sealed is not null group by head
"""

DELIVERIES_BY_OUTBOX_KEY = """
    select substr(sealed, 1, :head_bytes) as head, count(*) as found from webhook_deliveries
    group by head
"""

EVER = 2**62  # microseconds; later than anything


class EndpointStore:
    """The endpoints of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def add(self, endpoint: Endpoint, sealed: bytes) -> None:
        await self._transaction.run(
            ADD_ENDPOINT,
            organisation_id=self._ours,
            id=str(endpoint.id),
            url=endpoint.url,
            description=endpoint.description,
            kinds=" ".join(sorted(endpoint.kinds)),
            sealed=sealed,
            now=self._now,
        )

    async def all(self) -> Sequence[Endpoint]:
        rows = await self._transaction.all(ENDPOINTS, organisation_id=self._ours)
        return [endpoint_from(row) for row in rows]

    async def count(self) -> int:
        row = await self._transaction.one(COUNT_ENDPOINTS, organisation_id=self._ours)
        return 0 if row is None else int(row["found"])

    async def interests(self) -> tuple[Interest, ...]:
        rows = await self._transaction.all(INTERESTS, organisation_id=self._ours)
        return tuple(Interest(EndpointId(Id(row["id"])), _kinds(row)) for row in rows)

    async def find(self, id: EndpointId) -> Endpoint:
        endpoint = await self.find_if_any(id)
        if endpoint is None:
            raise NotFound("endpoint")
        return endpoint

    async def find_if_any(self, id: EndpointId) -> Endpoint | None:
        row = await self._transaction.one(FIND_ENDPOINT, organisation_id=self._ours, id=str(id))
        return None if row is None else endpoint_from(row)

    async def hold(self, id: EndpointId) -> tuple[Endpoint, bytes]:
        """Read an endpoint that nobody else can change meanwhile, and its sealed secrets."""
        row = await self._transaction.one(HOLD_ENDPOINT, organisation_id=self._ours, id=str(id))
        if row is None:
            raise NotFound("endpoint")
        return endpoint_from(row), row["sealed"]

    async def hold_if_any(self, id: EndpointId) -> Endpoint | None:
        row = await self._transaction.one(HOLD_ENDPOINT, organisation_id=self._ours, id=str(id))
        return None if row is None else endpoint_from(row)

    async def save(self, endpoint: Endpoint) -> None:
        """Write back an endpoint that was held."""
        await self._transaction.run(
            SAVE_ENDPOINT,
            organisation_id=self._ours,
            id=str(endpoint.id),
            url=endpoint.url,
            description=endpoint.description,
            kinds=" ".join(sorted(endpoint.kinds)),
            state=endpoint.state,
            reason=endpoint.reason,
            failing_since=microseconds_if_any(endpoint.failing_since),
            failures=endpoint.failures,
            rests_until=microseconds_if_any(endpoint.rests_until),
            now=self._now,
        )

    async def save_secrets(self, id: EndpointId, sealed: bytes) -> None:
        await self._transaction.run(
            SAVE_SECRETS, organisation_id=self._ours, id=str(id), sealed=sealed
        )

    async def remove(self, id: EndpointId) -> None:
        """Take an endpoint away, and its secrets with it at once."""
        removed = await self._transaction.run(
            REMOVE_ENDPOINT, organisation_id=self._ours, id=str(id), now=self._now
        )
        if not removed:
            raise NotFound("endpoint")


class DeliveryStore:
    """The deliveries of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def add(
        self, id: DeliveryId, endpoint_id: EndpointId, event: Event, sealed: bytes
    ) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(id),
            endpoint_id=str(endpoint_id),
            event_id=str(event.id),
            kind=event.kind,
            about=event.about,
            sealed=sealed,
            now=self._now,
        )

    async def page(
        self,
        endpoint_id: EndpointId | None,
        state: DeliveryState | None,
        after: Bookmark | None,
        most: int,
    ) -> Sequence[Delivery]:
        rows = await self._transaction.all(
            PAGES[endpoint_id is not None, state],
            organisation_id=self._ours,
            **({} if endpoint_id is None else {"endpoint_id": str(endpoint_id)}),
            before=EVER if after is None else to_microseconds(after.created_at),
            id="" if after is None else str(after.id),
            most=most,
        )
        return [_delivery_from(row) for row in rows]

    async def find(self, id: DeliveryId, *, holds: bool = False) -> Delivery:
        sql = HOLD if holds else FIND
        row = await self._transaction.one(sql, organisation_id=self._ours, id=str(id))
        if row is None:
            raise NotFound("delivery")
        return _delivery_from(row)

    async def replay(self, id: DeliveryId) -> None:
        await self._transaction.run(REPLAY, organisation_id=self._ours, id=str(id), now=self._now)

    async def replay_failed(self, endpoint_id: EndpointId, since: datetime, most: int) -> int:
        """Have what was given up sent again, the oldest first, and count it."""
        return await self._transaction.run(
            REPLAY_FAILED,
            organisation_id=self._ours,
            endpoint_id=str(endpoint_id),
            since=to_microseconds(since),
            now=self._now,
            most=most,
        )

    async def age(self, by: timedelta) -> None:
        """Make all that waits and all that is over older, as if so much time had passed.

        What a worker has in hand stays its own for as long as it may take.
        """
        microseconds = by // timedelta(microseconds=1)
        for sql in (AGE_ENDPOINTS, AGE_DELIVERIES):
            await self._transaction.run(sql, organisation_id=self._ours, by=microseconds)


class WebhookCensus:
    """What rests under each version of a key, counted over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def secrets_by_outbox_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(SECRETS_BY_OUTBOX_KEY, head_bytes=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)

    async def deliveries_by_outbox_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(DELIVERIES_BY_OUTBOX_KEY, head_bytes=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)


def _kinds(row: Row) -> frozenset[EventKind]:
    return frozenset(map(EventKind, row["kinds"].split()))


def endpoint_from(row: Row) -> Endpoint:
    return Endpoint(
        id=EndpointId(Id(row["id"])),
        url=row["url"],
        description=row["description"],
        kinds=_kinds(row),
        state=EndpointState(row["state"]),
        reason=row["reason"],
        created_at=from_microseconds(row["created_at"]),
        failing_since=moment_if_any(row["failing_since"]),
        failures=row["failures"],
        rests_until=moment_if_any(row["rests_until"]),
    )


def _delivery_from(row: Row) -> Delivery:
    return Delivery(
        id=DeliveryId(Id(row["id"])),
        endpoint_id=EndpointId(Id(row["endpoint_id"])),
        event_id=EventId(Id(row["event_id"])),
        kind=EventKind(row["kind"]),
        about=row["about"],
        state=DeliveryState(row["state"]),
        reason=row["reason"],
        created_at=from_microseconds(row["created_at"]),
        due_at=from_microseconds(row["due_at"]),
        ended_at=moment_if_any(row["ended_at"]),
        attempts=read_log(row["log"]),
    )
