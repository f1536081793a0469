"""System → Approvals: what waits for a second person, and what became of it."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.approvals.rules import (
    AlreadyOver,
    ApprovalId,
    Approved,
    BadReason,
    Decision,
    Declined,
    Kind,
    NotYours,
    Overtaken,
    Request,
    State,
    Withdrawn,
    YourOwn,
    state_at,
)
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.settings.changing.rules import Change, read_change
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.consequences import Consequences, consequences
from watchword.web.console.pages import go, show_console
from watchword.web.console.people import names_of_staff
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor, address_of
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/approvals"
DECIDES = {PERMISSION: Permission.APPROVALS_DECIDE}
# Whoever asked for something may look at it and take it back, whatever else they may do.
ASKS = {PERMISSION: Permission.OWN_ACCOUNT}

Page: TypeAlias = Response[str] | Redirect


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A change of settings that waits, or waited: what it would do on what there is now."""

    change: Change
    location: Location | None
    found: Consequences
    is_overtaken: bool


@get(PATH, include_in_schema=False, opt=DECIDES)
async def show_requests(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, are_open = rows_of(request), request.query_params.get("state", "") != "over"
    page = await visitor.services.configuration.approvals.page(
        visitor.organisation.id, most=rows.most, after=rows.after, are_open=are_open
    )
    now = visitor.services.storage.now()
    return show_console(
        request,
        visitor,
        "approvals/list.html",
        requests=page.items,
        states={each.id: state_at(each, now) for each in page.items},
        cursor=write_cursor(page.after),
        rows=rows,
        are_open=are_open,
        people=await names_of_staff(visitor),
    )


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=ASKS)
async def show_request(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    found = await visitor.services.configuration.approvals.find(
        visitor.organisation.id, _approval_id(id)
    )
    return await _show(request, visitor, found)


@post(f"{PATH}/{{id:uuid}}/decisions", include_in_schema=False, opt=DECIDES, status_code=200)
async def decide(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Page:
    form, approvals = visitor.form, visitor.services.configuration.approvals
    whose, key, reason = visitor.organisation.id, _approval_id(id), form.text("reason")
    do = form.text("do")
    if form.is_resumed or do not in {"approve", "decline"}:
        return await _show(request, visitor, await approvals.find(whose, key), reason=reason)
    outcome: Decision
    if do == "approve":
        outcome = await approvals.approve(whose, key, actor=visitor.actor, reason=reason)
    else:
        outcome = await approvals.decline(whose, key, actor=visitor.actor, reason=reason)
    match outcome:
        case Approved() | Declined():
            return go(f"{PATH}/{id}", said=outcome.word)
        case YourOwn():
            found = await approvals.find(whose, key)
            return await _show(request, visitor, found, status=403, problem=outcome.word)
        case BadReason():
            found = await approvals.find(whose, key)
            return await _show(
                request, visitor, found, status=422, problem=outcome.word, reason=reason
            )
        case AlreadyOver(over) | Overtaken(over):
            return await _show(request, visitor, over, status=409, problem=outcome.word)
        case _:
            assert_never(outcome)


@post(f"{PATH}/{{id:uuid}}/withdrawals", include_in_schema=False, opt=ASKS, status_code=200)
async def withdraw(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Page:
    approvals, whose = visitor.services.configuration.approvals, visitor.organisation.id
    if visitor.form.is_resumed:
        return await _show(request, visitor, await approvals.find(whose, _approval_id(id)))
    outcome = await approvals.withdraw(whose, _approval_id(id), actor=visitor.actor)
    match outcome:
        case Withdrawn():
            return go(f"{PATH}/{id}", said=outcome.word)
        case NotYours():
            found = await approvals.find(whose, _approval_id(id))
            return await _show(request, visitor, found, status=403, problem=outcome.word)
        case AlreadyOver(over):
            return await _show(request, visitor, over, status=409, problem=outcome.word)
        case _:
            assert_never(outcome)


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    found: Request,
    *,
    status: int = 200,
    problem: str = "",
    reason: str = "",
) -> Response[str]:
    is_own = found.author == visitor.actor
    if not is_own and not visitor.may(Permission.APPROVALS_DECIDE):
        raise NotFound("request")
    now = visitor.services.storage.now()
    state = state_at(found, now)
    return show_console(
        request,
        visitor,
        "approvals/request.html",
        status=status,
        found=found,
        state=state,
        asked=await _asked(request, visitor, found),
        is_own=is_own,
        may_decide=state is State.OPEN and not is_own,
        problem=problem,
        reason=reason,
        people=await names_of_staff(visitor),
    )


async def _asked(request: AnyRequest, visitor: Visitor, found: Request) -> Asked | None:
    """Say what a change of settings would do; of anything else, its own pages tell more."""
    if found.kind is not Kind.SETTINGS:
        return None
    change = read_change(found.payload)
    services, organisation = visitor.services.configuration, visitor.organisation
    layers = await services.settings.layers(organisation.id, change.section, change.location)
    location = None
    if change.location is not None:
        location = await services.locations.find(organisation.id, change.location)
    return Asked(
        change=change,
        location=location,
        found=await consequences(visitor, layers, change.own, address_of(request)),
        is_overtaken=layers.ground != change.ground,
    )


def _approval_id(id: UUID) -> ApprovalId:
    return ApprovalId(Id(int=id.int))


routes = [show_requests, show_request, decide, withdraw]
