"""Signing in by a code that goes to somebody's mailbox. Without script, on two pages.

Who is not known here sees exactly what they would see of somebody who is. No page here reads a
cookie to decide what it shows, but for keepsakes: a language, and the short name that one typed
before. None changes anything unless its button is pressed.
"""

import secrets
from datetime import timedelta
from typing import Any, assert_never

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.abuse.rules import Blocked
from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    NoWay,
    Over,
    TooMany,
    TooSoon,
    Verified,
    Wrong,
)
from watchword.features.contacts.rules import Contact, read_email
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.organisations.rules import Organisation
from watchword.features.routing.rules import SwitchedOff
from watchword.features.staff.sessions.rules import Ended, SignedIn
from watchword.features.staff.sign_in.rules import Answered, Beginning, Begun, Elsewhere, NoMail
from watchword.features.staff.sign_in.tickets import Unreadable
from watchword.foundation.secret import Secret
from watchword.web.console.browsers import device_of
from watchword.web.console.coming_in import come_in
from watchword.web.console.doormat import refuse
from watchword.web.console.forms import Form
from watchword.web.console.sign_in_page import (
    NEXT,
    NEXT_AT_MOST,
    ORGANISATION,
    SIGN_IN,
    SLUG_AT_MOST,
    find_organisation,
    show_sign_in,
    slug_of,
)
from watchword.web.console.strangers import comes_too_often, own_form
from watchword.web.console.tickets import new_ticket, read_ticket
from watchword.web.console.visits import address_of
from watchword.web.html.pages import AnyRequest
from watchword.wiring import Services

BROWSER = "watchword-browser"
KNOWN_FOR = timedelta(days=180)
"""How long a browser is known by its cookie. It signs nobody in: it keeps strangers from using up
the limits of those who work here."""
MARK_BYTES = 24
CODE_PAGE = "sign_in_code.html"
TYPED_AT_MOST = 64

DOOR = "sign-in"

REASONS = frozenset({*Ended, "left"})


@get(SIGN_IN, include_in_schema=False)
async def show_first(request: AnyRequest, services: NamedDependency[Services]) -> Response[str]:
    asked = request.query_params
    form = Form([(ORGANISATION, slug_of(request)), (NEXT, asked.get(NEXT, "")[:NEXT_AT_MOST])])
    over = asked.get("over", "")
    return await show_sign_in(request, services, form, over=over if over in REASONS else "")


@post(SIGN_IN, include_in_schema=False, status_code=200)
async def begin(request: AnyRequest, services: NamedDependency[Services]) -> Response[Any]:
    """Send a code, if somebody here has the address; and say so in any case."""
    form = await form_of(request, services)
    if not isinstance(form, Form):
        return form
    named = await read_who(request, services, form)
    if not isinstance(named, tuple):
        return named
    organisation, contact = named
    mark = read_ticket(request, BROWSER, services.settings.web)
    outcome = await services.staff.sign_ins.begin(
        organisation, contact, requester=mark, address=address_of(request)
    )
    response = await show_begun(request, services, form, outcome)
    if mark is None:
        mark = Secret(secrets.token_urlsafe(MARK_BYTES))
        response.set_cookie(new_ticket(BROWSER, mark, KNOWN_FOR, services.settings.web))
    return response


@get(SIGN_IN + "/code", include_in_schema=False)
async def show_nothing() -> Redirect:
    """Begin anew: somebody has opened the address of a page that is only there after a form."""
    return Redirect(SIGN_IN, status_code=303)


@post(SIGN_IN + "/code", include_in_schema=False, status_code=200)
async def answer(request: AnyRequest, services: NamedDependency[Services]) -> Response[Any]:
    form = await form_of(request, services)
    if not isinstance(form, Form):
        return form
    outcome = await services.staff.sign_ins.answer(
        form.text("ticket"),
        form.text("code")[:TYPED_AT_MOST],
        device=device_of(request),
        address=address_of(request),
    )
    match outcome:
        case SignedIn() as signed_in:
            return await come_in(request, services, signed_in, form)
        case Elsewhere():
            return await show_sign_in(request, services, form, problem="elsewhere")
        case Unreadable():
            return await show_sign_in(request, services, form, problem="unreadable")
        case Answered() as answered:
            return await _show_verdict(request, services, form, answered)
        case _:
            assert_never(outcome)


@post(SIGN_IN + "/sendings", include_in_schema=False, status_code=200)
async def resend(request: AnyRequest, services: NamedDependency[Services]) -> Response[Any]:
    """Send the code once more."""
    form = await form_of(request, services)
    if not isinstance(form, Form):
        return form
    outcome = await services.staff.sign_ins.resend(form.text("ticket"))
    if isinstance(outcome, Unreadable | Over):
        return await show_sign_in(request, services, form, problem="over")
    if isinstance(outcome, TooSoon | TooMany):
        until = outcome.moment
        return await show_code(request, services, form, problem="wait", until=until)
    return await show_begun(request, services, form, outcome, is_again=True)


async def form_of(request: AnyRequest, services: Services) -> Form | Response[Any]:
    """Read what a page of ours has sent, unless it is not one, or too much comes from there."""
    form = await own_form(request, services)
    if form is None:
        return refuse(request, "foreign")
    if await comes_too_often(request, services, DOOR):
        return await show_sign_in(request, services, form, problem="too_many")
    return form


async def read_who(
    request: AnyRequest, services: Services, form: Form, page: str = "sign_in.html"
) -> tuple[Organisation, Contact] | Response[str]:
    """Read who somebody says they are: for whom they work, and where mail reaches them."""
    organisation = await find_organisation(services, form.text(ORGANISATION)[:SLUG_AT_MOST].lower())
    contact = read_email(form.text("email"))
    if organisation is None:
        return await show_sign_in(request, services, form, problem="organisation", page=page)
    if not isinstance(contact, Contact):
        return await show_sign_in(request, services, form, problem="email", page=page)
    return organisation, contact


async def show_code(
    request: AnyRequest,
    services: Services,
    form: Form,
    *,
    problem: str = "",
    **facts: Any,  # noqa: ANN401 - whatever the page shows
) -> Response[str]:
    """Show the page on which a code is typed."""
    ticket = services.staff.sign_ins.read(form.text("ticket"))
    if isinstance(ticket, Unreadable):
        return await show_sign_in(request, services, form, problem="unreadable")
    return await show_sign_in(
        request,
        services,
        form,
        problem=problem,
        page=CODE_PAGE,
        ticket=form.text("ticket"),
        to=ticket.masked,
        life=services.staff.sign_ins.good_for,
        **({"left": 0, "is_again": False, "is_over": False} | facts),
    )


async def show_begun(
    request: AnyRequest,
    services: Services,
    form: Form,
    outcome: Beginning,
    *,
    is_again: bool = False,
) -> Response[str]:
    """Show where the code is typed that is on its way; or why none is."""
    match outcome:
        case Begun(ticket=ticket):
            carrying = Form([("ticket", ticket), *form.pairs])
            return await show_code(request, services, carrying, is_again=is_again)
        case TooMany(moment) | TooSoon(moment):
            return await show_sign_in(request, services, form, problem="wait", until=moment)
        case Locked():
            return await show_sign_in(request, services, form, problem="locked")
        case Elsewhere():
            return await show_sign_in(request, services, form, problem="elsewhere")
        case NoMail() | NoWay():
            return await show_sign_in(request, services, form, problem="no_mail")
        case Over() | Blocked() | OptedOut() | SwitchedOff():
            return await show_sign_in(request, services, form, problem="over")
        case _:
            assert_never(outcome)


async def _show_verdict(
    request: AnyRequest, services: Services, form: Form, answered: Answered
) -> Response[str]:
    match answered.verdict:
        case Wrong(left) if left:
            return await show_code(request, services, form, problem="wrong", left=left)
        case TooMany(moment):
            return await show_code(request, services, form, problem="wait", until=moment)
        case Locked():
            return await show_code(request, services, form, problem="locked")
        case Wrong() | Exhausted():
            return await show_code(request, services, form, problem="exhausted", is_over=True)
        case Expired():
            return await show_code(request, services, form, problem="expired", is_over=True)
        case Over() | Verified():
            return await show_code(request, services, form, problem="over", is_over=True)
        case verdict:
            assert_never(verdict)


routes = [show_first, begin, show_nothing, answer, resend]
