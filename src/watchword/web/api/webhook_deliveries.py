"""What was sent to endpoints, over HTTP: the log, and sending something again."""

from datetime import datetime
from typing import Annotated, assert_never
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope
from watchword.features.idempotency.rules import OtherBody
from watchword.features.webhooks.rules import (
    DeliveryId,
    DeliveryState,
    IsDisabled,
    NotReplayed,
    Queued,
    QueuedAgain,
    TriedTooOften,
    UnderWay,
)
from watchword.features.webhooks.views import DeliveryView, delivery_view
from watchword.foundation.ids import Id
from watchword.web.api.webhooks import ONCE, id_of, other_body
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body


class NewTest(Body, frozen=True):
    """Nothing needs to be said."""


class NewReplay(Body, frozen=True):
    """Nothing needs to be said."""


class NewReplays(Body, frozen=True):
    """Since when what failed is sent again."""

    since: Annotated[datetime, Meta(tz=True)]


class AttemptView(Struct, frozen=True):
    """How one attempt ended: with a status of the endpoint, or only with a word of ours."""

    at: datetime
    status: int | None
    result: str
    milliseconds: int


class LoggedDelivery(DeliveryView, frozen=True):
    """A delivery, with each attempt."""

    log: list[AttemptView]


class DeliveryPage(Struct, frozen=True):
    """The newest come first. `cursor` leads to the next page, if there is one."""

    deliveries: list[DeliveryView]
    cursor: str | None


class QueuedView(Struct, frozen=True):
    """The delivery that is on its way."""

    id: UUID


class QueuedAgainView(Struct, frozen=True):
    """How many deliveries are on their way again."""

    replayed: int


@post(
    "/v1/webhook-endpoints/{endpoint_id:uuid}/tests",
    opt={SCOPE: Scope.WEBHOOKS_WRITE},
    summary="Send a test event to an endpoint",
    responses=problems(*ONCE, Kind.NOT_FOUND, Kind.DISABLED),
)
async def try_endpoint(
    endpoint_id: FromPath[UUID], data: JSONBody[NewTest], admitted: NamedDependency[Admitted]
) -> QueuedView:
    webhooks = admitted.services.webhooks
    return _queued(await webhooks.test(admitted.client, id_of(endpoint_id), admitted.once))


@get(
    "/v1/webhook-deliveries",
    opt={SCOPE: Scope.WEBHOOKS_READ},
    summary="List what was sent, the newest first",
    responses=problems(),
)
async def list_deliveries(
    admitted: NamedDependency[Admitted],
    endpoint: Annotated[UUID | None, QueryParameter(name="endpoint")] = None,
    only: Annotated[DeliveryState | None, QueryParameter(name="state")] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> DeliveryPage:
    page = await admitted.services.webhooks.deliveries(
        admitted.client.organisation.id,
        endpoint_id=None if endpoint is None else id_of(endpoint),
        state=only,
        after=read_cursor(cursor),
        most=limit,
    )
    return DeliveryPage(list(map(delivery_view, page.items)), write_cursor(page.after))


@get(
    "/v1/webhook-deliveries/{delivery_id:uuid}",
    opt={SCOPE: Scope.WEBHOOKS_READ},
    summary="Look at a delivery and its attempts",
    responses=problems(Kind.NOT_FOUND),
)
async def read_delivery(
    delivery_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> LoggedDelivery:
    whose = admitted.client.organisation.id
    found = await admitted.services.webhooks.delivery(whose, _id(delivery_id))
    view = delivery_view(found)
    log = [AttemptView(one.at, one.status, one.word, one.milliseconds) for one in found.attempts]
    fields = {name: getattr(view, name) for name in DeliveryView.__struct_fields__}
    return LoggedDelivery(**fields, log=log)


@post(
    "/v1/webhook-deliveries/{delivery_id:uuid}/replays",
    opt={SCOPE: Scope.WEBHOOKS_WRITE},
    summary="Send a delivery again",
    responses=problems(*ONCE, Kind.NOT_FOUND, Kind.DISABLED, Kind.UNDER_WAY, Kind.TRIED_OUT),
)
async def replay_delivery(
    delivery_id: FromPath[UUID], data: JSONBody[NewReplay], admitted: NamedDependency[Admitted]
) -> QueuedView:
    webhooks = admitted.services.webhooks
    return _queued(await webhooks.replay(admitted.client, _id(delivery_id), admitted.once))


@post(
    "/v1/webhook-endpoints/{endpoint_id:uuid}/replays",
    opt={SCOPE: Scope.WEBHOOKS_WRITE},
    summary="Send again what an endpoint never got",
    responses=problems(*ONCE, Kind.NOT_FOUND, Kind.DISABLED),
)
async def replay_failed(
    endpoint_id: FromPath[UUID], data: JSONBody[NewReplays], admitted: NamedDependency[Admitted]
) -> QueuedAgainView:
    outcome = await admitted.services.webhooks.replay_failed(
        admitted.client, id_of(endpoint_id), data.since, admitted.once
    )
    match outcome:
        case QueuedAgain(count):
            return QueuedAgainView(count)
        case IsDisabled():
            raise _refused(outcome)
        case OtherBody():
            raise other_body()


def _id(written: UUID) -> DeliveryId:
    return DeliveryId(Id(int=written.int))


def _queued(outcome: Queued | NotReplayed | OtherBody) -> QueuedView:
    match outcome:
        case Queued(id):
            return QueuedView(id)
        case OtherBody():
            raise other_body()
        case _:
            raise _refused(outcome)


def _refused(refusal: NotReplayed) -> Problem:
    match refusal:
        case IsDisabled():
            detail = "Enable the endpoint first: PATCH its state to enabled."
            return Problem(Kind.DISABLED, detail)
        case UnderWay():
            return Problem(Kind.UNDER_WAY, "Wait until this attempt has ended, and look again.")
        case TriedTooOften():
            return Problem(Kind.TRIED_OUT, "Read what you need from the API instead.")
        case _:
            assert_never(refusal)


routes = [
    try_endpoint,
    list_deliveries,
    read_delivery,
    replay_delivery,
    replay_failed,
]
