"""Webhooks: where events are sent, which of them, and the secret that proves they are ours."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.clients.rules import USUAL_OVERLAP
from watchword.features.idempotency.rules import OtherBody
from watchword.features.staff.permissions import Permission
from watchword.features.webhooks.rules import (
    ENDPOINTS_AT_MOST,
    Endpoint,
    EndpointChanges,
    EndpointDraft,
    EndpointId,
    IsDisabled,
    Made,
    Queued,
    QueuedAgain,
    Rotated,
    TargetRefused,
    TooManyEndpoints,
)
from watchword.foundation.ids import Id
from watchword.web.console.nonces import new_nonce, nonce_of, once_of
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.console.webhook_forms import (
    KINDS,
    Filled,
    as_it_is,
    digest_of,
    filled_in,
    judged,
    kinds_of,
)
from watchword.web.html.pages import AnyRequest

LIST = "/console/webhooks"
ONE = f"{LIST}/{{id:uuid}}"
SEES, EDITS = {PERMISSION: Permission.WEBHOOKS_SEE}, {PERMISSION: Permission.WEBHOOKS_EDIT}
SHOWN_FOR = timedelta(minutes=1)
"""So long a form that is sent twice shows its secret twice: a button may be pressed twice."""

MISSED_FOR = timedelta(days=3)


@get(LIST, include_in_schema=False, opt=SEES)
async def show_endpoints(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    endpoints = await visitor.services.webhooks.all(visitor.organisation.id)
    return show_console(
        request,
        visitor,
        "webhooks/list.html",
        endpoints=endpoints,
        has_room=len(endpoints) < ENDPOINTS_AT_MOST,
    )


@get(f"{LIST}/new", include_in_schema=False, opt=EDITS)
async def ask_for_endpoint(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return _show_new(request, visitor, Filled(nonce=new_nonce()))


@post(LIST, include_in_schema=False, opt=EDITS, status_code=200)
async def add_endpoint(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    filled = replace(filled_in(visitor.form), nonce=nonce_of(visitor))
    if visitor.form.is_resumed:
        return _show_new(request, visitor, replace(filled, nonce=new_nonce()))
    filled = judged(filled)
    if filled.problems:
        return _show_new(request, visitor, filled, status=422)
    draft = EndpointDraft(url=filled.url, description=filled.description, kinds=kinds_of(filled))
    outcome = await visitor.services.webhooks.add(visitor, draft, once_of(visitor, LIST))
    match outcome:
        case Made(endpoint=endpoint, secret=secret):
            is_fresh = visitor.services.storage.now() - endpoint.created_at < SHOWN_FOR
            return _show_secret(request, visitor, endpoint, secret if is_fresh else None)
        case TargetRefused() | TooManyEndpoints() | OtherBody():
            anew = replace(filled, nonce=new_nonce(), problems=_problems_of(outcome))
            return _show_new(request, visitor, anew, status=422)
        case _:
            assert_never(outcome)


@get(ONE, include_in_schema=False, opt=SEES)
async def show_endpoint(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    endpoint = await _found(visitor, id)
    return await _show_one(request, visitor, endpoint, as_it_is(endpoint))


@post(ONE, include_in_schema=False, opt=EDITS, status_code=200)
async def change_endpoint(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    endpoint, filled = await _found(visitor, id), filled_in(visitor.form)
    if visitor.form.is_resumed:
        return await _show_one(request, visitor, endpoint, filled)
    if filled.seen != digest_of(endpoint):
        # Somebody else was faster. Both are shown, and the next press of the button decides.
        stale = replace(filled, seen=digest_of(endpoint), problems={"form": "stale"})
        return await _show_one(request, visitor, endpoint, stale, status=422)
    filled = judged(filled)
    if filled.problems:
        return await _show_one(request, visitor, endpoint, filled, status=422)
    changes = EndpointChanges(
        url=filled.url if filled.url != endpoint.url else None,
        description=filled.description,
        kinds=kinds_of(filled),
    )
    outcome = await visitor.services.webhooks.change(visitor, endpoint.id, changes)
    if isinstance(outcome, TargetRefused):
        refused = replace(filled, problems=_problems_of(outcome))
        return await _show_one(request, visitor, endpoint, refused, status=422)
    return go(f"{LIST}/{id}", said="changed")


@post(f"{ONE}/states", include_in_schema=False, opt=EDITS, status_code=303)
async def switch_endpoint(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if visitor.form.is_resumed:
        return go(f"{LIST}/{id}")
    enabled = visitor.form.text("enabled") == "yes"
    changes = EndpointChanges(enabled=enabled)
    await visitor.services.webhooks.change(visitor, _endpoint_id(id), changes)
    return go(f"{LIST}/{id}", said="enabled" if enabled else "disabled")


@post(f"{ONE}/tests", include_in_schema=False, opt=EDITS, status_code=303)
async def try_endpoint(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if visitor.form.is_resumed:
        return go(f"{LIST}/{id}")
    once = once_of(visitor, f"{LIST}/{id}/tests")
    outcome = await visitor.services.webhooks.test(visitor, _endpoint_id(id), once)
    match outcome:
        case Queued(delivery_id):
            return go(f"{LIST}/deliveries/{delivery_id}", said="sent")
        case IsDisabled() | OtherBody():
            return go(f"{LIST}/{id}", said="is_disabled")
        case _:
            assert_never(outcome)


@post(f"{ONE}/replays", include_in_schema=False, opt=EDITS, status_code=303)
async def send_missed_again(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    """Send again what an endpoint never got in the last days."""
    if visitor.form.is_resumed:
        return go(f"{LIST}/{id}")
    since = visitor.services.storage.now() - MISSED_FOR
    outcome = await visitor.services.webhooks.replay_failed(visitor, _endpoint_id(id), since)
    if isinstance(outcome, QueuedAgain):
        return go(f"{LIST}/{id}", said="sent_again" if outcome.count else "none_missed")
    return go(f"{LIST}/{id}", said="is_disabled")


@post(f"{ONE}/secrets", include_in_schema=False, opt=EDITS, status_code=200)
async def rotate_secret(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    endpoint = await _found(visitor, id)
    if visitor.form.is_resumed:
        return go(f"{LIST}/{id}")
    overlap = timedelta() if visitor.form.flag("at_once") else USUAL_OVERLAP
    once = once_of(visitor, f"{LIST}/{id}/secrets")
    outcome = await visitor.services.webhooks.rotate(visitor, endpoint.id, overlap, once)
    match outcome:
        case Rotated(secret=secret, old_until=old_until):
            is_fresh = visitor.services.storage.now() - (old_until - overlap) < SHOWN_FOR
            shown = secret if is_fresh else None
            return _show_secret(
                request, visitor, endpoint, shown, old_until=old_until if overlap else None
            )
        case OtherBody():
            return go(f"{LIST}/{id}", said="sent_before")
        case _:
            assert_never(outcome)


@post(f"{ONE}/removals", include_in_schema=False, opt=EDITS, status_code=303)
async def remove_endpoint(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if visitor.form.is_resumed:
        return go(f"{LIST}/{id}")
    await visitor.services.webhooks.remove(visitor, _endpoint_id(id))
    return go(LIST, said="removed")


def _show_new(
    request: AnyRequest, visitor: Visitor, filled: Filled, *, status: int = 200
) -> Response[str]:
    return show_console(
        request, visitor, "webhooks/new.html", status=status, filled=filled, kinds=KINDS
    )


async def _show_one(
    request: AnyRequest,
    visitor: Visitor,
    endpoint: Endpoint,
    filled: Filled,
    *,
    status: int = 200,
) -> Response[str]:
    newest = await visitor.services.webhooks.deliveries(
        visitor.organisation.id, endpoint_id=endpoint.id, most=5
    )
    return show_console(
        request,
        visitor,
        "webhooks/one.html",
        status=status,
        endpoint=endpoint,
        filled=filled,
        kinds=KINDS,
        nonce=new_nonce(),
        deliveries=newest.items,
    )


def _show_secret(
    request: AnyRequest,
    visitor: Visitor,
    endpoint: Endpoint,
    secret: str | None,
    old_until: datetime | None = None,
) -> Response[str]:
    """Show a secret for the only time; without one, say that it was shown."""
    return show_console(
        request,
        visitor,
        "webhooks/secret.html",
        endpoint=endpoint,
        secret=secret,
        old_until=old_until,
    )


async def _found(visitor: Visitor, id: UUID) -> Endpoint:
    return await visitor.services.webhooks.read(visitor.organisation.id, _endpoint_id(id))


def _endpoint_id(id: UUID) -> EndpointId:
    return EndpointId(Id(int=id.int))


def _problems_of(refusal: TargetRefused | TooManyEndpoints | OtherBody) -> Mapping[str, str]:
    match refusal:
        case TargetRefused(because):
            return {"url": because}
        case TooManyEndpoints():
            return {"form": "full"}
        case OtherBody():
            return {"form": "sent_before"}
        case _:
            assert_never(refusal)


routes = [
    *(show_endpoints, ask_for_endpoint, add_endpoint, show_endpoint, change_endpoint),
    *(switch_endpoint, try_endpoint, send_missed_again, rotate_secret, remove_endpoint),
]
