"""Passkeys of customers: one is offered after the first sign-in, and opens the wallet from then on.

The script is the one of the console: it has the browser make a key or show one, and sends the form.
"""

from datetime import timedelta
from uuid import UUID

from litestar import MediaType, Response, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.staff.passkeys.rules import ANSWER_WITHIN, NoPasskeysHere, Refused
from watchword.features.wallet.passkeys.rules import Passkey, PasskeyId
from watchword.foundation.secret import Secret
from watchword.web.console.browsers import device_of
from watchword.web.console.forms import Form
from watchword.web.console.tickets import new_ticket, no_ticket, read_ticket
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.pages import FOREIGN, Foreign, form_of, house_of
from watchword.web.wallet.cookies import PASSKEY, SESSION, new_cookie
from watchword.web.wallet.door import show_door
from watchword.web.wallet.pages import PATH, Reply, Seen, acting, go, seen, show_wallet
from watchword.wiring import Services

BYTES_AT_MOST = 48 * 1024
TICKET = f"watchword-{PASSKEY}"
WRONG, NOTHING, LATE = 422, "nothing", "late"


@post(PATH + "/passkeys/options", include_in_schema=False, status_code=200)
async def show_options(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Tell the script what the browser is to make."""

    async def act(who: Seen, _: Form) -> Reply:
        passkeys = services.wallet.passkeys
        if isinstance(passkeys.party, NoPasskeysHere):
            return _said('{"problem":"not_here"}')
        asked = await passkeys.ask_for_a_new_one(passkeys.party, who.visit)
        if not isinstance(asked, str):
            return _said('{"problem":"stale"}')
        return _said(f'{{"options":{asked}}}')

    return await acting(request, services, slug, act)


@post(
    PATH + "/passkeys",
    include_in_schema=False,
    status_code=200,
    request_max_body_size=BYTES_AT_MOST,
)
async def add(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(who: Seen, form: Form) -> Reply:
        passkeys = services.wallet.passkeys
        if isinstance(passkeys.party, NoPasskeysHere):
            return go(request, who.house, "/devices", said="no_passkey")
        answer = form.text("credential")
        added = await passkeys.add(passkeys.party, who.visit, device_of(request), answer)
        said = "passkey_added" if isinstance(added, Passkey) else "no_passkey"
        return go(request, who.house, "/devices", said=said)

    return await acting(request, services, slug, act)


@post(PATH + "/passkeys/{passkey_id:uuid}/removals", include_in_schema=False, status_code=200)
async def remove(
    request: AnyRequest,
    slug: FromPath[str],
    passkey_id: FromPath[UUID],
    services: NamedDependency[Services],
) -> Reply:
    async def act(who: Seen, _: Form) -> Reply:
        await services.wallet.passkeys.remove(who.visit, PasskeyId(passkey_id))
        return go(request, who.house, "/devices", said="passkey_removed")

    return await acting(request, services, slug, act)


@post(PATH + "/passkey/options", include_in_schema=False, status_code=200)
async def show_sign_in_options(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Tell the script of the door what the browser is to show a key for."""
    house = await house_of(services, slug)
    passkeys = services.wallet.passkeys
    try:
        await form_of(request, services)
    except Foreign:
        return _said('{"problem":"foreign"}', status=FOREIGN)
    if isinstance(passkeys.party, NoPasskeysHere):
        return _said('{"problem":"not_here"}')
    ticket, options = await passkeys.ask(passkeys.party, house.organisation)
    reply = _said(f'{{"options":{options}}}')
    reply.set_cookie(_ticket(ticket, ANSWER_WITHIN, services))
    return reply


@post(
    PATH + "/passkey",
    include_in_schema=False,
    status_code=200,
    request_max_body_size=BYTES_AT_MOST,
)
async def sign_in(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house, who = await seen(request, services, slug)
    passkeys, web = services.wallet.passkeys, services.settings.web
    try:
        form = await form_of(request, services)
    except Foreign:
        return show_wallet(request, house, "foreign.html", status=FOREIGN)
    ticket, answer = read_ticket(request, TICKET, web), form.text("credential")
    if ticket is None or not answer or isinstance(passkeys.party, NoPasskeysHere):
        problem = LATE if answer else NOTHING
        return show_door(request, services, house, passkey_problem=problem, status=WRONG)
    visit = None if who is None else who.visit
    found = await passkeys.sign_in(passkeys.party, house.organisation, ticket, answer, visit)
    if isinstance(found, Refused):
        return show_door(request, services, house, passkey_problem=str(found.because), status=WRONG)
    session = new_cookie(SESSION, found, house.organisation, web)
    to = "" if who is None else "/profile"
    return go(request, house, to, session, no_ticket(TICKET, web))


def _ticket(ticket: Secret, life: timedelta, services: Services) -> Cookie:
    return new_ticket(TICKET, ticket, life, services.settings.web)


def _said(text: str, status: int = 200) -> Reply:
    return Response(text, status_code=status, media_type=MediaType.JSON)


routes = [show_options, add, remove, show_sign_in_options, sign_in]
