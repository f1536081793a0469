"""Signing in with a passkey: the page asks what to show, and hands in what the device said.

Nobody is signed in here yet, so no form has the token of a session. What ties the answer to the
browser that was asked is a cookie that only our own pages send, and the origin of the form.
"""

from typing import Any

from litestar import MediaType, Response, post
from litestar.di import NamedDependency

from watchword.features.staff.passkeys.rules import (
    ANSWER_WITHIN,
    NoPasskeysHere,
    Refused,
)
from watchword.features.staff.sessions.rules import SignedIn
from watchword.web.console.browsers import device_of
from watchword.web.console.coming_in import come_in
from watchword.web.console.doormat import refuse
from watchword.web.console.forms import Form
from watchword.web.console.sign_in_page import STATUS, WRONG, show_sign_in
from watchword.web.console.strangers import comes_too_often, own_form
from watchword.web.console.tickets import new_ticket, no_ticket, read_ticket
from watchword.web.console.visits import address_of
from watchword.web.html.origins import is_own_form
from watchword.web.html.pages import AnyRequest
from watchword.wiring import Services

PATH = "/console/sign-in/passkey"
TICKET = "watchword-passkey"
BYTES_AT_MOST = 48 * 1024  # what a device says, and what was carried through sign-in
NOT_HERE, LATE, NOTHING = "not_here", "late", "nothing"


@post(PATH + "/options", include_in_schema=False, status_code=200)
async def show_options(request: AnyRequest, services: NamedDependency[Services]) -> Response[Any]:
    """Tell the script of the page what the browser is to show a key for."""
    web, staff = services.settings.web, services.staff
    if not is_own_form(request, web.public_url):
        return refuse(request, "foreign")
    if isinstance(staff.passkeys.party, NoPasskeysHere):
        return _json(f'{{"problem":"{NOT_HERE}"}}')
    if await comes_too_often(request, services, TICKET):
        return _json('{"problem":"too_many"}', status=429)
    ticket, options = await staff.entrance.ask(staff.passkeys.party)
    response = _json(f'{{"options":{options}}}')
    response.set_cookie(new_ticket(TICKET, ticket, ANSWER_WITHIN, web))
    return response


@post(PATH, include_in_schema=False, status_code=200, request_max_body_size=BYTES_AT_MOST)
async def sign_in(request: AnyRequest, services: NamedDependency[Services]) -> Response[Any]:
    web = services.settings.web
    form = await own_form(request, services)
    if form is None:
        return refuse(request, "foreign")
    outcome = await _judged(request, services, form)
    if isinstance(outcome, SignedIn):
        response = await come_in(request, services, outcome, form)
        response.set_cookie(no_ticket(TICKET, web))
        return response
    status = STATUS.get(outcome, WRONG)
    return await show_sign_in(request, services, form, status=status, passkey_problem=outcome)


async def _judged(request: AnyRequest, services: Services, form: Form) -> SignedIn | str:
    """Let somebody in; say why not, if not."""
    staff, answer = services.staff, form.text("credential")
    if isinstance(staff.passkeys.party, NoPasskeysHere):
        return NOT_HERE
    ticket = read_ticket(request, TICKET, services.settings.web)
    if not answer or ticket is None:
        return NOTHING if not answer else LATE
    outcome = await staff.entrance.sign_in(
        staff.passkeys.party, ticket, answer, device=device_of(request), address=address_of(request)
    )
    return str(outcome.because) if isinstance(outcome, Refused) else outcome


def _json(text: str, status: int = 200) -> Response[Any]:
    return Response(text, status_code=status, media_type=MediaType.JSON)


routes = [show_options, sign_in]
