"""Signing on by the identity provider of an organisation: there, and back again.

Browsers come back by an address that anybody can have somebody open, so opening it changes nothing:
the page there holds what was brought back, and its button, which a script presses, hands it in.
"""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.staff.sign_on.rules import (
    BACK_WITHIN,
    CODE_AT_MOST,
    DOORS,
    STATE_AT_MOST,
    TEXT_AT_MOST,
    Because,
    Luggage,
    Refused,
)
from watchword.features.staff.sign_on.service import Arrived, Return
from watchword.foundation.errors import NotFound
from watchword.web.console.browsers import device_of
from watchword.web.console.coming_in import come_in, safe_next
from watchword.web.console.doormat import refuse
from watchword.web.console.forms import CARRIED, Form
from watchword.web.console.sign_in_page import (
    NEXT,
    ORGANISATION,
    SLUG_AT_MOST,
    STATUS,
    WRONG,
    show_sign_in,
)
from watchword.web.console.sign_in_passkey import BYTES_AT_MOST
from watchword.web.console.strangers import comes_too_often, own_form
from watchword.web.console.tickets import new_ticket, no_ticket, read_ticket
from watchword.web.console.visits import address_of
from watchword.web.html.pages import AnyRequest, show
from watchword.wiring import Services

TICKET = "watchword-sign-on"
NO_PROVIDER, TOO_MANY = "no_provider", "too_many"
PROVIDER_AWAY = 503


@post(DOORS, include_in_schema=False, status_code=200, request_max_body_size=BYTES_AT_MOST)
async def set_out(request: AnyRequest, services: NamedDependency[Services]) -> Response[Any]:
    """Send somebody to the provider of their organisation.

    Browsers let a form lead to our own pages alone, so it is a page that sends them on.
    """
    form = await own_form(request, services)
    if form is None:
        return refuse(request, "foreign")
    if await comes_too_often(request, services, TICKET):
        return await _again(request, services, form, TOO_MANY)
    luggage = Luggage(safe_next(form.text(NEXT)), form.text(CARRIED))
    try:
        departure = await services.staff.sign_on.begin(
            form.text(ORGANISATION)[:SLUG_AT_MOST], luggage
        )
    except NotFound:
        return await _again(request, services, form, NO_PROVIDER)
    if isinstance(departure, Refused):
        return await _again(request, services, form, departure.because)
    response = show(request, "console/sign_on_out.html", address=departure.address)
    response.set_cookie(new_ticket(TICKET, departure.ticket, BACK_WITHIN, services.settings.web))
    return response


@get(DOORS + "/{slug:str}/back", include_in_schema=False)
async def come_back(request: AnyRequest, slug: FromPath[str]) -> Response[str]:
    """Show what somebody brings back from their provider, to be handed in."""
    said = request.query_params
    return show(
        request,
        "console/sign_on_back.html",
        is_found=False,  # the address holds what nobody else is to see, so no link repeats it
        slug=slug[:SLUG_AT_MOST],
        code=said.get("code", "")[:CODE_AT_MOST],
        state=said.get("state", "")[:STATE_AT_MOST],
        issuer=said.get("iss", "")[:TEXT_AT_MOST],
    )


@post(DOORS + "/{slug:str}/arrivals", include_in_schema=False, status_code=200)
async def arrive(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    form = await own_form(request, services)
    if form is None:
        return refuse(request, "foreign")
    outcome = await _finished(request, services, slug, form)
    if isinstance(outcome, Refused):
        response = await _again(request, services, _asked_for(slug), outcome.because)
    else:
        luggage = outcome.luggage
        carried = Form([(NEXT, luggage.next), (CARRIED, luggage.carried)])
        response = await come_in(request, services, outcome.signed_in, carried, was_sent=False)
    response.set_cookie(no_ticket(TICKET, services.settings.web))
    return response


async def _finished(
    request: AnyRequest, services: Services, slug: str, form: Form
) -> Arrived | Refused:
    ticket = read_ticket(request, TICKET, services.settings.web)
    if ticket is None:
        return Refused(Because.LATE)
    if not form.text("code"):
        return Refused(Because.REFUSED)
    back = Return(ticket, form.text("state"), form.text("code"), form.text("iss"))
    return await services.staff.sign_on.finish(
        slug, back, device=device_of(request), address=address_of(request)
    )


async def _again(
    request: AnyRequest, services: Services, form: Form, problem: str
) -> Response[Any]:
    status = PROVIDER_AWAY if problem == Because.AWAY else STATUS.get(problem, WRONG)
    return await show_sign_in(request, services, form, status=status, sign_on_problem=str(problem))


def _asked_for(slug: str) -> Form:
    return Form([(ORGANISATION, slug[:SLUG_AT_MOST])])


routes = [set_out, come_back, arrive]
