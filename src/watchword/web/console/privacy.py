"""What is known about somebody: looked up, handed out and forgotten; and who wants to hear no more.

Somebody is looked for by a form and never by an address, for addresses are written down everywhere.
What was typed stays in the forms of whoever typed it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.approvals.rules import BadReason as NoReason
from watchword.features.approvals.rules import (
    Kind,
    NobodyToDecide,
    Proposal,
    Request,
    TooManyOpen,
)
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, Unreachable
from watchword.features.contacts.suppressions.rules import SuppressionKind
from watchword.features.contacts.typed import read_typed
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.privacy.optouts.rules import Added, Lifted, NotOptedOut
from watchword.features.privacy.rules import (
    AGES_OUT,
    BadReason,
    Erased,
    NothingKnown,
    StillStaff,
    find_fault,
    subject_of,
)
from watchword.features.privacy.service import Known
from watchword.features.privacy.views import PersonExport
from watchword.features.staff.permissions import TO_ASK, Permission
from watchword.web.console.actors import name_of
from watchword.web.console.agreements import agreement_on
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import HEADERS, AnyRequest

PAGE = "/console/people"
DOWNLOAD = {**HEADERS, "Content-Disposition": 'attachment; filename="watchword-person.json"'}
KINDS = {"export": Kind.PERSON_EXPORT, "erasure": Kind.PERSON_ERASURE}


ABOUT = {kind: about for about, kind in KINDS.items()}

ChangeOptOut: TypeAlias = Callable[
    [Caller, Contact, SuppressionKind, str], Awaitable[Added | Lifted | NotOptedOut | BadReason]
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the forms of a page about somebody, and which of them was not taken.

    `request`: what somebody else has agreed to, if the page was opened for that.
    """

    who: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    about: str = ""
    kind: str = ""
    problem: str = ""
    request: str = ""


@get(PAGE, include_in_schema=False, opt={PERMISSION: Permission.PEOPLE_EXPORT})
async def show_people(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show_search(request, visitor, Asked())


@post(PAGE, include_in_schema=False, opt={PERMISSION: Permission.PEOPLE_EXPORT}, status_code=200)
async def find_person(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    found = await _enter(request, visitor, "")
    return found if isinstance(found, Response) else await _show_person(request, visitor, *found)


@post(
    f"{PAGE}/exports",
    include_in_schema=False,
    opt={PERMISSION: Permission.PEOPLE_EXPORT},
    status_code=200,
)
async def export_person(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Response[bytes]:
    found = await _enter(request, visitor, "export")
    if isinstance(found, Response):
        return found
    contact, asked = found
    match await visitor.services.privacy.people.export(visitor, contact, asked.reason):
        case PersonExport() as export:
            content = msgspec.json.format(msgspec.json.encode(export), indent=2)
            return Response(content, media_type="application/json", headers=DOWNLOAD)
        case NothingKnown():
            problem = ""
        case BadReason():
            problem = "reason"
        case NeedsSecondPerson():
            problem = "two"
        case outcome:
            assert_never(outcome)
    return await _show_person(request, visitor, contact, replace(asked, problem=problem))


@post(
    f"{PAGE}/erasures",
    include_in_schema=False,
    opt={PERMISSION: Permission.PEOPLE_ERASE},
    status_code=200,
)
async def erase_person(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    found = await _enter(request, visitor, "erasure")
    if isinstance(found, Response):
        return found
    contact, asked = found
    if find_fault(asked.reason):
        return await _show_person(request, visitor, contact, replace(asked, problem="reason"))
    if not visitor.form.flag("sure"):
        return await _ask_again(request, visitor, contact, asked)
    match await visitor.services.privacy.erasures.erase(visitor, contact, asked.reason):
        case Erased():
            return go(PAGE, said="erased")
        case StillStaff():
            problem = "staff"
        case BadReason():
            problem = "reason"
        case NeedsSecondPerson():
            problem = "two"
        case outcome:
            assert_never(outcome)
    return await _show_person(request, visitor, contact, replace(asked, problem=problem))


@post(
    f"{PAGE}/proposals",
    include_in_schema=False,
    opt={PERMISSION: Permission.PEOPLE_EXPORT},
    status_code=200,
)
async def propose(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Ask for the second person that this organisation wants."""
    about = visitor.form.text("about")
    if about not in KINDS or not visitor.admits(TO_ASK[KINDS[about]]):
        return await _show_search(request, visitor, Asked(problem="who"))
    entered = await _enter(request, visitor, about)
    if isinstance(entered, Response):
        return entered
    contact, asked = entered
    found = await visitor.services.privacy.people.find(visitor.organisation.id, contact)
    if isinstance(found, NothingKnown):
        return await _show_person(request, visitor, contact, asked)
    if find_fault(asked.reason):
        return await _show_person(request, visitor, contact, replace(asked, problem="reason"))
    proposal = Proposal(
        kind=KINDS[about], subject=subject_of(found.contact_id), reason=asked.reason
    )
    approvals = visitor.services.configuration.approvals
    match await approvals.propose(visitor.organisation.id, proposal, actor=visitor.actor):
        case Request(id=id):
            return go(f"/console/approvals/{id}", said="proposed")
        case NoReason():
            problem = "reason"
        case TooManyOpen():
            problem = "too_many"
        case NobodyToDecide():
            problem = "nobody"
        case outcome:
            assert_never(outcome)
    return await _show_person(request, visitor, contact, replace(asked, problem=problem))


@post(
    f"{PAGE}/opt-outs",
    include_in_schema=False,
    opt={PERMISSION: Permission.PEOPLE_EXPORT},
    status_code=200,
)
async def opt_out(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    change = visitor.services.privacy.opt_outs.add
    return await _change_opt_out(request, visitor, change, said="opted_out")


@post(
    f"{PAGE}/opt-ins",
    include_in_schema=False,
    opt={PERMISSION: Permission.PEOPLE_EXPORT},
    status_code=200,
)
async def opt_in(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    change = visitor.services.privacy.opt_outs.lift
    return await _change_opt_out(request, visitor, change, said="opted_in")


async def _change_opt_out(
    request: AnyRequest, visitor: Visitor, change: ChangeOptOut, *, said: str
) -> Response[str] | Redirect:
    if visitor.form.text("kind") not in {*SuppressionKind}:
        return await _show_search(request, visitor, Asked(problem="who"))
    found = await _enter(request, visitor, "opt_out")
    if isinstance(found, Response):
        return found
    contact, asked = found
    match await change(visitor, contact, SuppressionKind(asked.kind), asked.reason):
        case BadReason():
            return await _show_person(request, visitor, contact, replace(asked, problem="reason"))
        case _:
            return go(PAGE, said=said)


async def _enter(
    request: AnyRequest, visitor: Visitor, about: str
) -> tuple[Contact, Asked] | Response[str]:
    """Read what a form about somebody says; or show it again, if nothing may be done by it."""
    form = visitor.form
    asked = Asked(form.text("who"), form.text("reason"), about, form.text("kind"))
    if form.text("request"):
        asked = await _as_agreed(visitor, asked, form.text("request"))
    contact = read_typed(asked.who, visitor.organisation.country)
    if isinstance(contact, Unreachable):
        return await _show_search(request, visitor, replace(asked, problem="who"))
    if form.is_resumed:
        return await _show_person(request, visitor, contact, asked)
    return contact, asked


async def _as_agreed(visitor: Visitor, asked: Asked, wanted: str) -> Asked:
    """Fill in a form with what a visitor asked for; the address is looked up and not shown."""
    approvals, whose = visitor.services.configuration.approvals, visitor.organisation.id
    for each in await approvals.pending(whose, visitor.actor):
        if str(each.id) == wanted and each.kind in ABOUT:
            who = await visitor.services.privacy.people.address_of(whose, each.subject)
            return replace(
                asked,
                who=who or "",
                reason=asked.reason or each.reason,
                about=asked.about or ABOUT[each.kind],
                request=wanted,
            )
    return asked


async def _show_search(request: AnyRequest, visitor: Visitor, asked: Asked) -> Response[str]:
    rows = rows_of(request)
    page = await visitor.services.privacy.opt_outs.page(
        visitor.organisation.id, most=rows.most, after=rows.after
    )
    doers = {each.created_by for each in page.items}
    return show_console(
        request,
        visitor,
        "privacy/people.html",
        status=422 if asked.problem else 200,
        asked=asked,
        opt_outs=page.items,
        doers={doer: await name_of(visitor, doer) for doer in doers},
        cursor=write_cursor(page.after),
        rows=rows,
    )


async def _show_person(
    request: AnyRequest, visitor: Visitor, contact: Contact, asked: Asked
) -> Response[str]:
    privacy = visitor.services.privacy
    found = await privacy.people.find(visitor.organisation.id, contact)
    opted_out = {each.kind for each in found.suppressions}
    return show_console(
        request,
        visitor,
        "privacy/person.html",
        status=422 if asked.problem else 200,
        asked=asked,
        masked=contact.masked,
        found=found if isinstance(found, Known) else None,
        kinds=[*SuppressionKind],
        opted_out=opted_out,
        two={about: await agreement_on(visitor, kind, found) for about, kind in KINDS.items()},
    )


async def _ask_again(
    request: AnyRequest, visitor: Visitor, contact: Contact, asked: Asked
) -> Response[str]:
    """Say in plain words what would happen, before it does."""
    found = await visitor.services.privacy.people.find(visitor.organisation.id, contact)
    if isinstance(found, NothingKnown):
        return await _show_person(request, visitor, contact, asked)
    return show_console(
        request,
        visitor,
        "privacy/erasure.html",
        asked=asked,
        masked=contact.masked,
        found=found,
        two=await agreement_on(visitor, Kind.PERSON_ERASURE, found),
        later=len(AGES_OUT),
    )


routes = [
    show_people,
    find_person,
    export_person,
    erase_person,
    propose,
    opt_out,
    opt_in,
]
