"""One who works here: their roles, where they are signed in, and how they are shut out."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.clients.rules import Caller
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.invitations.rules import (
    Invited,
    MailedEnough,
    NoMail,
    NotWaitedFor,
)
from watchword.features.staff.permissions import Role
from watchword.features.staff.roles.rules import (
    Changed,
    LastOwner,
    NoRoles,
    NotNow,
    NotYourself,
    Refusal,
    Stale,
    roles_in,
)
from watchword.features.staff.rules import Reasonless, StaffId, StaffMember
from watchword.features.staff.sessions.rules import SessionId
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.pages import go, show_console
from watchword.web.console.staff import EDITS, LIST, SEES, sees
from watchword.web.console.staff_forms import (
    EVERYWHERE,
    Filled,
    also_called,
    filled_for,
    locations_of,
    names_of,
    read_grants,
    read_rows,
)
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest

ONE = LIST + "/{id:uuid}"

Act: TypeAlias = Callable[[Caller, StaffId, str], Awaitable[Changed | Refusal | NoMail]]
"""Does something to somebody for a reason."""


@get(ONE, include_in_schema=False, opt=SEES)
async def show_member(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    """Show somebody; with roles chosen already, if others have agreed to them."""
    member = await member_of(visitor, id)
    filled, agreed = filled_for(member), request.query_params.get("roles", "").split()
    more = [(role, EVERYWHERE) for role in Role if role in agreed]
    rows = [*filled.rows, *(row for row in more if row not in filled.rows)]
    return await _show(request, visitor, member, replace(filled, rows=rows, doing="roles"))


@post(ONE + "/roles", include_in_schema=False, status_code=200, opt=EDITS)
async def set_roles(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    """Let somebody do what is chosen, and nothing else."""
    member = await member_of(visitor, id)
    rows, seen = read_rows(visitor.form), visitor.form.text("seen")
    typed = Filled(rows=rows, seen=seen, doing="roles")
    if visitor.form.is_resumed:
        return await _show(request, visitor, member, typed)
    grants = read_grants(rows, names_of(await locations_of(visitor)))
    if grants is None:
        return await _show(request, visitor, member, replace(typed, problem="roles"))
    outcome = await visitor.services.staff.roles.give(
        visitor.colleague, member.id, grants, seen=seen
    )
    if isinstance(outcome, Stale):
        current = filled_for(outcome.member).seen
        stale = replace(typed, seen=current, problem="stale")
        return await _show(request, visitor, outcome.member, stale)
    return await _done(request, visitor, member, outcome, typed=typed, said="roles")


@post(ONE + "/disablings", include_in_schema=False, status_code=200, opt=EDITS)
async def disable(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    """Shut somebody out."""
    act = visitor.services.staff.roles.disable
    return await _act(request, visitor, id, act, doing="disablings", said="disabled")


@post(ONE + "/enablings", include_in_schema=False, status_code=200, opt=EDITS)
async def enable(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    """Let somebody in again."""
    act = visitor.services.staff.roles.enable
    return await _act(request, visitor, id, act, doing="enablings", said="enabled")


@post(ONE + "/resets", include_in_schema=False, status_code=200, opt=EDITS)
async def reset(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    """Set somebody back who has lost every way in."""
    act = visitor.services.staff.resets.reset
    return await _act(request, visitor, id, act, doing="resets", said="reset")


@post(ONE + "/invitations", include_in_schema=False, status_code=200, opt=EDITS)
async def invite_again(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    member = await member_of(visitor, id)
    filled = filled_for(member)
    if visitor.form.is_resumed:
        return await _show(request, visitor, member, filled)
    outcome = await visitor.services.staff.invitations.send_again(visitor.colleague, member.id)
    match outcome:
        case Invited():
            return go(f"{LIST}/{id}", said="invited_again")
        case MailedEnough(moment):
            enough = replace(filled, doing="invitations", problem="enough")
            return await _show(request, visitor, member, enough, until=moment)
        case NotWaitedFor():
            return go(f"{LIST}/{id}")
        case NoMail():
            no_mail = replace(filled, doing="invitations", problem="no_mail")
            return await _show(request, visitor, member, no_mail)
        case _:
            assert_never(outcome)


@post(ONE + "/invitations/withdrawals", include_in_schema=False, status_code=200, opt=EDITS)
async def withdraw(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    member = await member_of(visitor, id)
    if visitor.form.is_resumed:
        return await _show(request, visitor, member, filled_for(member))
    await visitor.services.staff.invitations.withdraw(visitor.colleague, member.id)
    return go(LIST, said="withdrawn")


@post(ONE + "/sessions/{session:uuid}/endings", include_in_schema=False, status_code=200, opt=EDITS)
async def end_session(
    request: AnyRequest,
    id: FromPath[UUID],
    session: FromPath[UUID],
    visitor: NamedDependency[Visitor],
) -> Response[Any]:
    member = await member_of(visitor, id)
    if visitor.form.is_resumed:
        return await _show(request, visitor, member, filled_for(member))
    sessions = visitor.services.staff.sessions
    if not await sessions.end_of(visitor.colleague, member.id, SessionId(session)):
        raise NotFound("session")
    return go(f"{LIST}/{id}", said="session_ended")


@post(ONE + "/sessions/endings", include_in_schema=False, status_code=200, opt=EDITS)
async def end_sessions(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[Any]:
    member = await member_of(visitor, id)
    if visitor.form.is_resumed:
        return await _show(request, visitor, member, filled_for(member))
    await visitor.services.staff.sessions.end_everywhere(visitor.colleague, member.id)
    return go(f"{LIST}/{id}", said="sessions_ended")


async def member_of(visitor: Visitor, id: UUID) -> StaffMember:
    """Give a colleague of the visitor; of others they do not even learn that they are there."""
    staff_id = StaffId(Id(int=id.int))
    member = await visitor.services.staff.members.get(visitor.organisation.id, staff_id)
    if not sees(visitor, member):
        raise NotFound("member of staff")
    return member


async def _act(
    request: AnyRequest, visitor: Visitor, id: UUID, act: Act, *, doing: str, said: str
) -> Response[Any]:
    """Do something to somebody for the reason in the form; unless they have yet to press again."""
    member = await member_of(visitor, id)
    typed = Filled(rows=(), reason=visitor.form.text("reason"), doing=doing)
    if visitor.form.is_resumed:
        return await _show(request, visitor, member, typed)
    outcome = await act(visitor.colleague, member.id, typed.reason)
    return await _done(request, visitor, member, outcome, typed=typed, said=said)


async def _done(
    request: AnyRequest,
    visitor: Visitor,
    member: StaffMember,
    outcome: Changed | Refusal | NoMail,
    *,
    typed: Filled,
    said: str,
) -> Response[Any]:
    """Say that it is done; or show the form as it was, and why it is not."""
    if isinstance(outcome, Changed):
        return go(f"{LIST}/{member.id}", said=said)
    refused = replace(typed, problem=_problem_of(outcome))
    wanted = roles_in(outcome.subject) if isinstance(outcome, NeedsSecondPerson) else ""
    return await _show(request, visitor, member, refused, wanted=wanted)


def _problem_of(refusal: Refusal | NoMail) -> str:
    words = {
        LastOwner: "last_owner",
        NotYourself: "yourself",
        Stale: "stale",
        NoRoles: "roles",
        NotNow: "not_now",
        Reasonless: "reason",
        NoMail: "no_mail",
        NeedsSecondPerson: "second_person",
    }
    return words[type(refusal)]


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    member: StaffMember,
    filled: Filled,
    *,
    until: object = None,
    wanted: str = "",
) -> Response[str]:
    staff, organisation_id = visitor.services.staff, visitor.organisation.id
    if filled.doing != "roles":
        own = filled_for(member)
        filled = replace(filled, rows=own.rows, seen=own.seen)
    return show_console(
        request,
        visitor,
        "staff/member.html",
        status=422 if filled.problem else 200,
        member=member,
        filled=filled,
        until=until,
        wanted=wanted,
        link=(await staff.links.open(organisation_id)).get(member.id),
        sessions=await staff.sessions.open(organisation_id, member.id),
        seen_at=(await staff.sessions.seen_last(organisation_id)).get(member.id),
        locations=await locations_of(visitor),
        aliases=also_called(),
        is_oneself=member.id == visitor.member.id,
        is_resumed=visitor.form.is_resumed,
    )


routes = [
    *(show_member, set_roles, disable, enable, reset),
    *(invite_again, withdraw, end_session, end_sessions),
]
