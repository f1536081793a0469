"""Where an invitation leads: a page that says who asks, and lets somebody in by its button."""

from typing import Any, assert_never

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.staff.links.rules import LinkKind, NoGood, Opened, Spent
from watchword.features.staff.rules import NamelessOrEndless
from watchword.features.staff.sessions.rules import SignedInBy
from watchword.foundation.secret import Secret
from watchword.web.console.browsers import device_of
from watchword.web.console.coming_in import come_in
from watchword.web.console.forms import Form
from watchword.web.console.sign_in import form_of, show_begun
from watchword.web.console.sign_in_page import NEXT, ORGANISATION
from watchword.web.console.visits import address_of
from watchword.web.html.languages import LANGUAGES
from watchword.web.html.pages import AnyRequest, show
from watchword.wiring import Services

PATH = "/console/invitations/{token:str}"
FIRST_PAGE = "/console?said=welcome"
"""Where somebody goes who is in for the first time: to what there is to do, among it a passkey."""


@get(PATH, include_in_schema=False)
async def show_invitation(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    found = await services.staff.links.look(Secret(token))
    return _show(request, services, found)


@post(PATH, include_in_schema=False, status_code=200)
async def accept(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    form = await form_of(request, services)
    if not isinstance(form, Form):
        return form
    name, language = form.text("name"), form.text("language")
    spoken = language if language in LANGUAGES else None
    match await services.staff.invitations.accept(Secret(token), name, spoken):
        case Opened() as opened:
            return await _let_in(request, services, opened)
        case NoGood() as spent:
            return _show(request, services, spent)
        case NamelessOrEndless():
            found = await services.staff.links.look(Secret(token))
            return _show(request, services, found, name=name, problem="name")
        case outcome:
            assert_never(outcome)


async def _let_in(request: AnyRequest, services: Services, opened: Opened) -> Response[Any]:
    """Sign in who stood at the machine; have all others show that they read their mail."""
    colleague = opened.colleague
    organisation, member = colleague.organisation, colleague.member
    services.staff.sessions.forget()
    handed_on = [(ORGANISATION, organisation.slug), (NEXT, FIRST_PAGE)]
    if opened.link.kind is LinkKind.OWNER:
        signed_in = await services.staff.sessions.enter(
            organisation.id,
            member.id,
            by=SignedInBy.LINK,
            device=device_of(request),
            address=address_of(request),
        )
        if signed_in is None:
            return _show(request, services, NoGood(Spent.WITHDRAWN))
        return await come_in(request, services, signed_in, Form(handed_on))
    outcome = await services.staff.sign_ins.begin_for(colleague, address=address_of(request))
    return await show_begun(request, services, Form(handed_on), outcome)


def _show(
    request: AnyRequest,
    services: Services,
    found: Opened | NoGood,
    *,
    name: str | None = None,
    problem: str = "",
) -> Response[str]:
    if isinstance(found, Opened) and found.link.kind is LinkKind.OBJECTION:
        found = NoGood(Spent.UNKNOWN)
    if isinstance(found, NoGood):
        return show(request, "console/link_spent.html", status=404, because=found.because)
    colleague = found.colleague
    return show(
        request,
        "console/invitation.html",
        status=422 if problem else 200,
        organisation=colleague.organisation,
        member=colleague.member,
        door=services.staff.links.door(colleague.organisation),
        name=colleague.member.name if name is None else name,
        signs_in=found.link.kind is LinkKind.OWNER,
        problem=problem,
    )


routes = [show_invitation, accept]
