"""What happens to endpoints and deliveries: events are noted, endpoints kept, logs looked at.

Other features note events inside their own transactions. Sending is for workers; see `posting`.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.webhooks import places
from watchword.features.webhooks.events import Event, EventId, EventKind, body_of
from watchword.features.webhooks.ports import Connector
from watchword.features.webhooks.rules import (
    ENDPOINTS_AT_MOST,
    REPLAYED_AT_ONCE,
    Delivery,
    DeliveryId,
    DeliveryState,
    Endpoint,
    EndpointChanges,
    EndpointDraft,
    EndpointId,
    Interest,
    IsDisabled,
    Made,
    NotReplayed,
    Queued,
    QueuedAgain,
    Rotated,
    TargetRefused,
    TooManyEndpoints,
    changed,
    is_enabled,
    new_endpoint,
    replayable,
    wants,
)
from watchword.features.webhooks.signing import (
    SECRET_BYTES,
    Secrets,
    packed,
    rotated,
    unpacked,
    written,
)
from watchword.features.webhooks.store import DeliveryStore, EndpointStore
from watchword.foundation.bells import Bells
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import MOST_ON_A_PAGE, Bookmark, Page, page_of
from watchword.foundation.remembered import Remembered
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage, Transaction

BELL = "webhooks"
FRESH_FOR = 1.0  # seconds; a new endpoint of another process hears of everything after that


class Webhooks:
    """What other features and doors ask of webhooks: to tell of an event, and to keep endpoints.

    Nothing is sent here: events wait in the log, and a bell wakes the workers.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        sealer: Sealer,
        bells: Bells,
        requests: Requests,
        connector: Connector,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`seconds`: a steady clock, by which what is remembered grows stale."""
        self._storage = storage
        self._sealer = sealer
        self._bells = bells
        self._requests = requests
        self._connector = connector
        self._known = Remembered[OrganisationId, tuple[Interest, ...]](
            fresh_for=FRESH_FOR, seconds=seconds
        )

    async def note(
        self, transaction: Transaction, organisation_id: OrganisationId, event: Event
    ) -> None:
        """Keep an event for every endpoint that wants it, as part of somebody's transaction.

        Where there is no endpoint, it costs one look into memory, and one query each second.
        Call `announce` once the transaction is durable.
        """
        interests = await self._interests(transaction, organisation_id)
        wanting = [each.endpoint_id for each in interests if wants(each, event.kind)]
        if wanting:
            await self._put(transaction, organisation_id, event, wanting)

    def announce(self, organisation_id: OrganisationId) -> None:
        """Wake those who send, if the organisation has any endpoint."""
        if self._known.last(organisation_id) != ():
            self._bells.ring(BELL)

    async def is_heard(
        self, organisation_id: OrganisationId, transaction: Transaction | None = None
    ) -> bool:
        """Say whether anybody wants to hear of an organisation at all.

        Hand in the `transaction` that is open, if one is: a second one beside it is not allowed.
        """
        if transaction is not None:
            return bool(await self._interests(transaction, organisation_id))
        return bool(await self._known.find(organisation_id, partial(self._read, organisation_id)))

    def forget_interests(self) -> None:
        """Ask anew which endpoints there are: one was added, changed, disabled or removed."""
        self._known.forget_all()

    async def add(
        self, caller: Caller, draft: EndpointDraft, once: Once | None = None
    ) -> Made | TargetRefused | TooManyEndpoints | OtherBody:
        """Make an endpoint, and show its secret this once."""
        if fault := self._connector.find_fault(draft.url):
            return TargetRefused(fault)
        id = caller.organisation.id
        async with self._storage.begin(id) as transaction:

            async def work() -> Made | TooManyEndpoints:
                store = EndpointStore(transaction, id)
                if await store.count() >= ENDPOINTS_AT_MOST:
                    return TooManyEndpoints()
                endpoint = new_endpoint(EndpointId(new_id()), draft, transaction.now())
                new = secrets.token_bytes(SECRET_BYTES)
                await store.add(endpoint, self._seal(id, endpoint.id, Secrets(newest=new)))
                entry = Entry(
                    action=Action.WEBHOOK_ENDPOINT_ADDED,
                    actor=caller.actor,
                    target=str(endpoint.id),
                )
                await AuditStore(transaction, id).add(entry)
                return Made(endpoint=endpoint, secret=written(new).reveal())

            outcome = await self._requests.once(transaction, id, once, {Made}, work)
        self.forget_interests()
        return outcome

    async def all(self, organisation_id: OrganisationId) -> Sequence[Endpoint]:
        async with self._storage.reading(organisation_id) as transaction:
            return await EndpointStore(transaction, organisation_id).all()

    async def read(self, organisation_id: OrganisationId, id: EndpointId) -> Endpoint:
        async with self._storage.reading(organisation_id) as transaction:
            return await EndpointStore(transaction, organisation_id).find(id)

    async def change(
        self, caller: Caller, id: EndpointId, changes: EndpointChanges
    ) -> Endpoint | TargetRefused:
        if changes.url is not None and (fault := self._connector.find_fault(changes.url)):
            return TargetRefused(fault)
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = EndpointStore(transaction, whose)
            endpoint, _ = await store.hold(id)
            endpoint = changed(endpoint, changes)
            await store.save(endpoint)
            entry = Entry(
                action=Action.WEBHOOK_ENDPOINT_CHANGED,
                actor=caller.actor,
                target=str(id),
                details={"state": endpoint.state},
            )
            await AuditStore(transaction, whose).add(entry)
        self.forget_interests()
        return endpoint

    async def remove(self, caller: Caller, id: EndpointId) -> None:
        """Take an endpoint away. What waits for it is not sent."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await EndpointStore(transaction, whose).remove(id)
            entry = Entry(
                action=Action.WEBHOOK_ENDPOINT_REMOVED, actor=caller.actor, target=str(id)
            )
            await AuditStore(transaction, whose).add(entry)
        self.forget_interests()

    async def rotate(
        self, caller: Caller, id: EndpointId, overlap: timedelta, once: Once | None = None
    ) -> Rotated | OtherBody:
        """Make a new secret, and show it this once. The old one signs too for a while."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:

            async def work() -> Rotated:
                store = EndpointStore(transaction, whose)
                _, sealed = await store.hold(id)
                before = unpacked(self._sealer.open(sealed, places.of_secrets(whose, id)))
                new, now = secrets.token_bytes(SECRET_BYTES), transaction.now()
                await store.save_secrets(
                    id, self._seal(whose, id, rotated(before, new, overlap, now))
                )
                entry = Entry(
                    action=Action.WEBHOOK_SECRET_ROTATED,
                    actor=caller.actor,
                    target=str(id),
                    details={"overlap_seconds": int(overlap.total_seconds())},
                )
                await AuditStore(transaction, whose).add(entry)
                return Rotated(secret=written(new).reveal(), old_until=now + overlap)

            return await self._requests.once(transaction, whose, once, {Rotated}, work)

    async def test(
        self, caller: Caller, id: EndpointId, once: Once | None = None
    ) -> Queued | IsDisabled | OtherBody:
        """Send an event to one endpoint, whatever kinds it has chosen."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:

            async def work() -> Queued | IsDisabled:
                if not is_enabled(await EndpointStore(transaction, whose).find(id)):
                    return IsDisabled()
                event = Event(
                    kind=EventKind.WEBHOOK_TEST,
                    id=EventId(new_id()),
                    at=transaction.now(),
                    about=str(id),
                    data={"endpoint_id": str(id)},
                )
                [delivery_id] = await self._put(transaction, whose, event, [id])
                return Queued(delivery_id)

            outcome = await self._requests.once(transaction, whose, once, {Queued}, work)
        self._bells.ring(BELL)
        return outcome

    async def deliveries(
        self,
        organisation_id: OrganisationId,
        *,
        endpoint_id: EndpointId | None = None,
        state: DeliveryState | None = None,
        after: Bookmark | None = None,
        most: int = MOST_ON_A_PAGE,
    ) -> Page[Delivery]:
        """Give a page of the log, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = DeliveryStore(transaction, organisation_id)
            found = await store.page(endpoint_id, state, after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))

    async def delivery(self, organisation_id: OrganisationId, id: DeliveryId) -> Delivery:
        async with self._storage.reading(organisation_id) as transaction:
            return await DeliveryStore(transaction, organisation_id).find(id)

    async def replay(
        self, caller: Caller, id: DeliveryId, once: Once | None = None
    ) -> Queued | NotReplayed | OtherBody:
        """Send a delivery again, at once and with all tries before it."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:

            async def work() -> Queued | NotReplayed:
                store = DeliveryStore(transaction, whose)
                delivery = await store.find(id, holds=True)
                endpoints = EndpointStore(transaction, whose)
                endpoint = await endpoints.find_if_any(delivery.endpoint_id)
                if refusal := replayable(delivery, endpoint):
                    return refusal
                await store.replay(id)
                entry = Entry(
                    action=Action.WEBHOOK_REPLAYED,
                    actor=caller.actor,
                    target=str(delivery.endpoint_id),
                    details={"deliveries": 1},
                )
                await AuditStore(transaction, whose).add(entry)
                return Queued(id)

            outcome = await self._requests.once(transaction, whose, once, {Queued}, work)
        self._bells.ring(BELL)
        return outcome

    async def replay_failed(
        self, caller: Caller, id: EndpointId, since: datetime, once: Once | None = None
    ) -> QueuedAgain | IsDisabled | OtherBody:
        """Send again what an endpoint never got, of what was first due since a moment."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:

            async def work() -> QueuedAgain | IsDisabled:
                if not is_enabled(await EndpointStore(transaction, whose).find(id)):
                    return IsDisabled()
                store = DeliveryStore(transaction, whose)
                count = await store.replay_failed(id, since, REPLAYED_AT_ONCE)
                entry = Entry(
                    action=Action.WEBHOOK_REPLAYED,
                    actor=caller.actor,
                    target=str(id),
                    details={"deliveries": count},
                )
                await AuditStore(transaction, whose).add(entry)
                return QueuedAgain(count)

            outcome = await self._requests.once(transaction, whose, once, {QueuedAgain}, work)
        self._bells.ring(BELL)
        return outcome

    async def _interests(
        self, transaction: Transaction, organisation_id: OrganisationId
    ) -> tuple[Interest, ...]:
        store = EndpointStore(transaction, organisation_id)
        return await self._known.find(organisation_id, store.interests)

    async def _read(self, organisation_id: OrganisationId) -> tuple[Interest, ...]:
        async with self._storage.reading(organisation_id) as transaction:
            return await EndpointStore(transaction, organisation_id).interests()

    async def _put(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        event: Event,
        endpoint_ids: Sequence[EndpointId],
    ) -> Sequence[DeliveryId]:
        body, store = body_of(event), DeliveryStore(transaction, organisation_id)
        ids = [DeliveryId(new_id()) for _ in endpoint_ids]
        for id, endpoint_id in zip(ids, endpoint_ids, strict=True):
            sealed = self._sealer.seal(body, places.of_body(organisation_id, id))
            await store.add(id, endpoint_id, event, sealed)
        return ids

    def _seal(self, whose: OrganisationId, id: EndpointId, secrets: Secrets) -> bytes:
        return self._sealer.seal(packed(secrets), places.of_secrets(whose, id))
