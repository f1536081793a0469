"""Endpoints and deliveries as they are shown, at every door alike."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.rules import Delivery, DeliveryState, Endpoint, EndpointState
from watchword.features.webhooks.signing import message_id


class EndpointView(Struct, frozen=True):
    """An endpoint. `reason` says why it is disabled. Its secret is shown once, when it is made."""

    id: UUID
    url: str
    description: str
    events: list[EventKind]
    state: EndpointState
    reason: str | None
    failing_since: datetime | None
    created_at: datetime


class MadeEndpoint(EndpointView, frozen=True):
    """A new endpoint, with its secret this once."""

    secret: str


class DeliveryView(Struct, frozen=True):
    """One event for one endpoint. `due_at` tells of the next attempt, while it waits for one."""

    id: UUID
    endpoint_id: UUID
    message_id: str
    event: EventKind
    about: str
    state: DeliveryState
    reason: str | None
    attempts: int
    created_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


def endpoint_view(endpoint: Endpoint) -> EndpointView:
    return EndpointView(
        id=endpoint.id,
        url=endpoint.url,
        description=endpoint.description,
        events=sorted(endpoint.kinds),
        state=endpoint.state,
        reason=endpoint.reason,
        failing_since=endpoint.failing_since,
        created_at=endpoint.created_at,
    )


def delivery_view(delivery: Delivery) -> DeliveryView:
    is_waiting = delivery.state is DeliveryState.WAITING
    return DeliveryView(
        id=delivery.id,
        endpoint_id=delivery.endpoint_id,
        message_id=message_id(delivery.event_id),
        event=delivery.kind,
        about=delivery.about,
        state=delivery.state,
        reason=delivery.reason,
        attempts=len(delivery.attempts),
        created_at=delivery.created_at,
        due_at=delivery.due_at if is_waiting else None,
        ended_at=delivery.ended_at,
    )
