"""What was sent to webhooks, how it went, and sending it again. What it said is not shown."""

from typing import assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.idempotency.rules import OtherBody
from watchword.features.staff.permissions import Permission
from watchword.features.webhooks.rules import (
    DeliveryId,
    DeliveryState,
    IsDisabled,
    Queued,
    TriedTooOften,
    UnderWay,
)
from watchword.features.webhooks.signing import message_id
from watchword.foundation.ids import Id
from watchword.web.console.nonces import new_nonce, once_of
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

LIST = "/console/webhooks/deliveries"
ONE = f"{LIST}/{{id:uuid}}"
STATES = {
    str(state): state
    for state in (DeliveryState.GIVEN_UP, DeliveryState.WAITING, DeliveryState.DELIVERED)
}
"""What the list is narrowed down to. Whatever is being sent is something else a moment later."""


@get(LIST, include_in_schema=False, opt={PERMISSION: Permission.WEBHOOKS_SEE})
async def show_deliveries(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    whose, rows = visitor.organisation.id, rows_of(request)
    endpoints = await visitor.services.webhooks.all(whose)
    by_id = {str(endpoint.id): endpoint for endpoint in endpoints}
    asked = request.query_params.get("endpoint", "")
    endpoint = asked if asked in by_id else ""
    state = STATES.get(request.query_params.get("state", ""))
    page = await visitor.services.webhooks.deliveries(
        whose,
        endpoint_id=by_id[endpoint].id if endpoint else None,
        state=state,
        after=rows.after,
        most=rows.most,
    )
    return show_console(
        request,
        visitor,
        "webhooks/deliveries.html",
        deliveries=page.items,
        endpoints=by_id,
        endpoint=endpoint,
        state="" if state is None else str(state),
        states=[*STATES],
        cursor=write_cursor(page.after),
        rows=rows,
    )


@get(ONE, include_in_schema=False, opt={PERMISSION: Permission.WEBHOOKS_SEE})
async def show_delivery(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    whose = visitor.organisation.id
    delivery = await visitor.services.webhooks.delivery(whose, DeliveryId(Id(int=id.int)))
    endpoints = await visitor.services.webhooks.all(whose)
    endpoint = next((one for one in endpoints if one.id == delivery.endpoint_id), None)
    return show_console(
        request,
        visitor,
        "webhooks/delivery.html",
        delivery=delivery,
        endpoint=endpoint,
        message_id=message_id(delivery.event_id),
        nonce=new_nonce(),
    )


@post(
    f"{ONE}/replays",
    include_in_schema=False,
    opt={PERMISSION: Permission.WEBHOOKS_EDIT},
    status_code=303,
)
async def send_again(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    path = f"{LIST}/{id}"
    if visitor.form.is_resumed:
        return go(path)
    once, which = once_of(visitor, f"{path}/replays"), DeliveryId(Id(int=id.int))
    outcome = await visitor.services.webhooks.replay(visitor, which, once)
    match outcome:
        case Queued():
            return go(path, said="again")
        case IsDisabled() | UnderWay() | TriedTooOften() | OtherBody():
            return go(path, said=outcome.word)
        case _:
            assert_never(outcome)


routes = [show_deliveries, show_delivery, send_again]
