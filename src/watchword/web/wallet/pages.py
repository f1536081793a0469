"""How a page of the wallet is put together, and who is there to see it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from watchword.features.wallet.rules import Purse
from watchword.features.wallet.sessions.rules import Visit, is_fresh
from watchword.foundation.secret import Secret
from watchword.web.console.forms import Form
from watchword.web.html.pages import HEADERS, AnyRequest, Frame, show
from watchword.web.joining.colours import address_of_sheet
from watchword.web.joining.pages import (
    FOREIGN,
    Foreign,
    House,
    form_of,
    house_of,
    is_token_of,
    language_of,
)
from watchword.web.joining.pages import token_of as token_of_secret
from watchword.web.wallet.cookies import SESSION, no_cookie, read_cookie
from watchword.wiring import Services

PATH = "/o/{slug:str}/wallet"
POLICY = HEADERS["Content-Security-Policy"] + "; worker-src 'self'; manifest-src 'self'"
"""As everywhere, and beside it what a page needs that is kept on a telephone."""

Reply: TypeAlias = Response[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Somebody is signed in, and sends a form or opens a page."""

    house: House
    services: Services
    request: AnyRequest
    visit: Visit
    secret: Secret

    @property
    def token(self) -> str:
        return token_of_secret(self.secret)

    @property
    def is_fresh(self) -> bool:
        return is_fresh(self.visit.session, self.services.storage.now())


Act: TypeAlias = Callable[[Seen, Form], Awaitable[Reply]]


def base_of(house: House) -> str:
    return f"{house.path}/wallet"


def secret_of(request: AnyRequest, house: House, services: Services, name: str) -> Secret | None:
    return read_cookie(request, name, house.organisation, services.settings.web)


async def seen(request: AnyRequest, services: Services, slug: str) -> tuple[House, Seen | None]:
    """Find whose page it is and who is there, if anybody is."""
    house = await house_of(services, slug)
    secret = secret_of(request, house, services, SESSION)
    if secret is None:
        return house, None
    visit = await services.wallet.sessions.recognise(house.organisation, secret)
    if visit is None:
        return house, None
    return house, Seen(house=house, services=services, request=request, visit=visit, secret=secret)


async def opened(
    request: AnyRequest, services: Services, slug: str
) -> tuple[House, Seen | None, Purse | None]:
    """Do the same and open the wallet in one go: the page that is seen most asks once."""
    house = await house_of(services, slug)
    secret = secret_of(request, house, services, SESSION)
    if secret is None:
        return house, None, None
    locale = language_of(request, house)
    found = await services.wallet.wallet.open(house.organisation, secret, locale)
    if found is None:
        return house, None, None
    visit, purse = found
    who = Seen(house=house, services=services, request=request, visit=visit, secret=secret)
    return house, who, purse


async def acting(request: AnyRequest, services: Services, slug: str, act: Act) -> Reply:
    """Do what a form of somebody asks for who is signed in, and sent it from a page of ours."""
    try:
        house, who = await seen(request, services, slug)
        form = await form_of(request, services)
    except Foreign:
        return show_wallet(request, await house_of(services, slug), "foreign.html", status=FOREIGN)
    if who is None:
        return go(request, house)
    if not is_token_of(form, who.secret):
        return show_wallet(request, house, "foreign.html", status=FOREIGN)
    return await act(who, form)


def show_seen(who: Seen, template: str, *, status: int = 200, **facts: Any) -> Reply:  # noqa: ANN401 - whatever the page shows
    """Show a page to somebody who is signed in."""
    return show_wallet(
        who.request,
        who.house,
        template,
        status=status,
        token=who.token,
        visit=who.visit,
        is_fresh=who.is_fresh,
        said=who.request.query_params.get("said", ""),
        now=who.services.storage.now(),
        **facts,
    )


def show_wallet(
    request: AnyRequest,
    house: House,
    template: str,
    *,
    status: int = 200,
    **facts: Any,  # noqa: ANN401 - likewise
) -> Response[str]:
    reply = show(
        request,
        f"wallet/{template}",
        status=status,
        preferred=_preferred(request, house),
        zone=house.zone,
        house=house,
        base=base_of(house),
        origin=request.app.state.services.settings.web.public_url,
        sheet=address_of_sheet(house.organisation, house.brand),
        **facts,
    )
    reply.headers["Content-Security-Policy"] = POLICY
    return reply


def go(request: AnyRequest, house: House, to: str = "", *cookies: Cookie, **query: str) -> Redirect:
    """Send somebody on to another page of the wallet."""
    address = Frame(request).link(f"{base_of(house)}{to}", **query)
    reply = Redirect(address, status_code=303)
    for cookie in cookies:
        reply.set_cookie(cookie)
    return reply


def signed_out(request: AnyRequest, house: House, services: Services) -> Redirect:
    cookie = no_cookie(SESSION, house.organisation, services.settings.web)
    return go(request, house, "", cookie, said="signed_out")


def _preferred(request: AnyRequest, house: House) -> str | None:
    return None if request.headers.get("accept-language") else house.organisation.locale
