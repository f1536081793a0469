"""Signing in with a recovery code, and saying that it was not oneself."""

from datetime import datetime
from typing import Any, assert_never

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.staff.links.rules import NoGood, Opened
from watchword.features.staff.recovery.rules import (
    TYPED_AT_MOST,
    Elsewhere,
    NoSuchCode,
    TryLater,
)
from watchword.features.staff.sessions.rules import SignedIn
from watchword.foundation.secret import Secret
from watchword.web.console.browsers import device_of
from watchword.web.console.coming_in import come_in
from watchword.web.console.doormat import refuse
from watchword.web.console.forms import Form
from watchword.web.console.sign_in import form_of, read_who
from watchword.web.console.sign_in_page import ORGANISATION, SIGN_IN, show_sign_in, slug_of
from watchword.web.console.visits import address_of
from watchword.web.html.origins import is_own_form
from watchword.web.html.pages import AnyRequest, show
from watchword.wiring import Services

PAGE = "sign_in_recovery.html"


@get(SIGN_IN + "/recovery", include_in_schema=False)
async def show_recovery(request: AnyRequest, services: NamedDependency[Services]) -> Response[str]:
    form = Form([(ORGANISATION, slug_of(request))])
    return await show_sign_in(request, services, form, page=PAGE)


@post(SIGN_IN + "/recovery", include_in_schema=False, status_code=200)
async def recover(request: AnyRequest, services: NamedDependency[Services]) -> Response[Any]:
    """Let somebody in by a code from their drawer. Without one, show where it is typed."""
    form = await form_of(request, services)
    if not isinstance(form, Form):
        return form
    if form.flag("show"):
        return await show_sign_in(request, services, form, page=PAGE)
    named = await read_who(request, services, form, page=PAGE)
    if not isinstance(named, tuple):
        return named
    organisation, contact = named
    outcome = await services.staff.recovery.sign_in(
        organisation,
        contact,
        form.text("code")[: TYPED_AT_MOST + 1],
        device=device_of(request),
        address=address_of(request),
    )
    if isinstance(outcome, SignedIn):
        return await come_in(request, services, outcome, form)
    problem, until = _problem_of(outcome)
    return await show_sign_in(request, services, form, problem=problem, page=PAGE, until=until)


def _problem_of(
    refusal: NoSuchCode | TryLater | Elsewhere,
) -> tuple[str, datetime | None]:
    match refusal:
        case NoSuchCode():
            return "code", None
        case TryLater(moment):
            return "wait", moment
        case Elsewhere():
            return "elsewhere", None
        case _:
            assert_never(refusal)


@get("/console/objections/{token:str}", include_in_schema=False)
async def show_objection(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    return _show_objection(request, await services.staff.recovery.look(Secret(token)))


@post("/console/objections/{token:str}", include_in_schema=False, status_code=200)
async def object_to(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    """End all sessions of somebody who says that it was not they who came in."""
    if not is_own_form(request, services.settings.web.public_url):
        return refuse(request, "foreign")
    outcome = await services.staff.recovery.object(Secret(token))
    return _show_objection(request, outcome, is_done=True)


def _show_objection(
    request: AnyRequest, found: Opened | NoGood, *, is_done: bool = False
) -> Response[str]:
    if isinstance(found, NoGood):
        return show(request, "console/link_spent.html", status=404, because=found.because)
    name = found.colleague.organisation.name
    return show(request, "console/objection.html", name=name, is_done=is_done)


routes = [show_recovery, recover, show_objection, object_to]
