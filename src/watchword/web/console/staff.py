"""Staff: who works here, who is waited for, what each role may do; and asking somebody in."""

from typing import Any, assert_never

from litestar import Response, get, post
from litestar.di import NamedDependency

from watchword.features.contacts.rules import Unreachable
from watchword.features.staff.invitations.rules import (
    DecidesAlone,
    Invited,
    MailedEnough,
    NoMail,
    Roleless,
)
from watchword.features.staff.invitations.service import NotInvited
from watchword.features.staff.permissions import LATER, TABLE, Permission, Role
from watchword.features.staff.rules import NamelessOrEndless, StaffMember
from watchword.features.staff.service import AlreadyThere
from watchword.web.console.forms import Form
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of as rows_asked_for
from watchword.web.console.staff_forms import (
    Filled,
    also_called,
    locations_of,
    names_of,
    read_grants,
    read_rows,
)
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.languages import LANGUAGES
from watchword.web.html.pages import AnyRequest

LIST = "/console/staff"
SEES, EDITS = {PERMISSION: Permission.STAFF_SEE}, {PERMISSION: Permission.STAFF_EDIT}


@get(LIST, include_in_schema=False, opt=SEES)
async def show_staff(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    staff, organisation_id = visitor.services.staff, visitor.organisation.id
    rows = rows_asked_for(request)
    page = await staff.members.page(organisation_id, rows.after, rows.most)
    return show_console(
        request,
        visitor,
        "staff/list.html",
        members=[member for member in page.items if sees(visitor, member)],
        links=await staff.links.open(organisation_id),
        seen_last=await staff.sessions.seen_last(organisation_id),
        places=names_of(await locations_of(visitor)),
        cursor=write_cursor(page.after),
        rows=rows,
    )


@get(LIST + "/roles", include_in_schema=False, opt=SEES)
async def show_roles(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    """Show what each role may do, as the table says that every door asks."""
    return show_console(
        request,
        visitor,
        "staff/roles.html",
        table={each: row for each, row in TABLE.items() if each not in LATER},
        roles=list(Role),
        aliases=also_called(),
    )


@get(LIST + "/new", include_in_schema=False, opt=EDITS)
async def show_new(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show_new(
        request, visitor, Filled(rows=[(Role.CLERK, "")], language=visitor.organisation.locale)
    )


@post(LIST, include_in_schema=False, status_code=200, opt=EDITS)
async def invite(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[Any]:
    form, places = visitor.form, names_of(await locations_of(visitor))
    rows = read_rows(form)
    typed = Filled(
        rows=rows,
        name=form.text("name"),
        email=form.text("email"),
        language=_language(form, visitor),
    )
    if form.is_resumed:
        return await _show_new(request, visitor, typed)
    grants = read_grants(rows, places)
    if grants is None:
        return await _show_new(request, visitor, typed, "roles")
    outcome = await visitor.services.staff.invitations.invite(
        visitor.colleague, name=typed.name, email=typed.email, grants=grants, locale=typed.language
    )
    if isinstance(outcome, Invited):
        return go(LIST, said="invited")
    there = outcome.id if isinstance(outcome, AlreadyThere) else None
    until = outcome.moment if isinstance(outcome, MailedEnough) else None
    return await _show_new(request, visitor, typed, _problem_of(outcome), there=there, until=until)


def _language(form: Form, visitor: Visitor) -> str:
    """Read in which language somebody is invited: that of the organisation, if none is chosen."""
    chosen = form.text("language")
    return chosen if chosen in LANGUAGES else visitor.organisation.locale


def _problem_of(refusal: NotInvited) -> str:  # noqa: PLR0911 - one for each reason
    match refusal:
        case AlreadyThere():
            return "there"
        case Unreachable():
            return "email"
        case NamelessOrEndless():
            return "name"
        case Roleless():
            return "roles"
        case NoMail():
            return "no_mail"
        case DecidesAlone():
            return "decides_alone"
        case MailedEnough():
            return "enough"
        case _:
            assert_never(refusal)


def sees(visitor: Visitor, member: StaffMember) -> bool:
    """Say whether somebody is a colleague of the visitor: at a place where the visitor manages."""
    return any(visitor.may(Permission.STAFF_SEE, grant.location) for grant in member.grants)


async def _show_new(
    request: AnyRequest,
    visitor: Visitor,
    filled: Filled,
    problem: str = "",
    **facts: object,
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "staff/new.html",
        status=422 if problem else 200,
        filled=filled,
        problem=problem,
        **({"there": None, "until": None} | facts),
        locations=await locations_of(visitor),
        aliases=also_called(),
    )


routes = [show_staff, show_roles, show_new, invite]
