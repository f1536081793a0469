"""Asking for a second person, so that somebody may decide on requests."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.approvals.rules import Kind, Proposal, Request
from watchword.features.staff.permissions import Role
from watchword.features.staff.roles.rules import deciding, subject_of
from watchword.features.staff.rules import Grant, StaffMember
from watchword.web.console.pages import go, show_console
from watchword.web.console.staff import EDITS
from watchword.web.console.staff_member import ONE, member_of
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest

PAGE = ONE + "/proposals"


@get(PAGE, include_in_schema=False, opt=EDITS)
async def show_proposal(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    member = await member_of(visitor, id)
    roles = _roles(request.query_params.get("roles", ""))
    return _show(request, visitor, member, roles)


@post(PAGE, include_in_schema=False, status_code=200, opt=EDITS)
async def propose_roles(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    """Ask for a second person; what they agree to is a permit to give those roles once."""
    member, form = await member_of(visitor, id), visitor.form
    roles, reason = _roles(form.text("roles")), form.text("reason")
    if form.is_resumed or not roles:
        return _show(request, visitor, member, roles, reason=reason)
    proposal = Proposal(kind=Kind.STAFF_ROLE, subject=subject_of(member.id, roles), reason=reason)
    outcome = await visitor.services.configuration.approvals.propose(
        visitor.organisation.id, proposal, actor=visitor.actor
    )
    if isinstance(outcome, Request):
        return go(f"/console/approvals/{outcome.id}", said="proposed")
    return _show(request, visitor, member, roles, reason=reason, problem=outcome.word)


def _roles(typed: str) -> str:
    """Read roles that decide; leave out whatever else stands there."""
    return deciding(Grant(role) for role in Role if role in typed.split())


def _show(
    request: AnyRequest,
    visitor: Visitor,
    member: StaffMember,
    roles: str,
    *,
    reason: str = "",
    problem: str = "",
) -> Response[Any]:
    return show_console(
        request,
        visitor,
        "staff/propose.html",
        status=422 if problem else 200,
        member=member,
        roles=roles or Role.MANAGER,
        reason=reason,
        problem=problem,
    )


routes = [show_proposal, propose_roles]
