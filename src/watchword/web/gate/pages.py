"""How a page of a campaign is put together, before its gate and behind it.

No cookie is read or set here, nothing comes from elsewhere, nothing may be kept by anybody on the
way, and no search engine is to know of it. What stands before a gate is the same for all recipients
of a campaign, so it is put together once, and only the address of its forms is put in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Final

from litestar import MediaType, Response

from watchword.features.gates.rules import Front
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.colours import Brand
from watchword.web.addresses import client_address
from watchword.web.console.forms import Form, NoForm, read_form
from watchword.web.gate.hosts import is_ours
from watchword.web.html.assets import ASSETS
from watchword.web.html.languages import LANGUAGES, Language, choose
from watchword.web.html.origins import is_own_form
from watchword.web.html.pages import AnyRequest, part
from watchword.web.joining.colours import address_of_sheet
from watchword.wiring import Services

LANG: Final = "lang"
SELF: Final = "form-action 'self'"
POLICY: Final = (
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' data:; "
    f"{SELF}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet, noimageindex",
}
HERE: Final = "/c/-here-"
"""Stands in a page for the address that it is shown under, until that is put in."""
FRONTS_AT_MOST: Final = 500
UNTOUCHED: Final[dict[str, object]] = {
    "told": None,
    "said_year": "",
    "said_old_enough": False,
    "now": None,
}
"""What a page says to whoever has done nothing yet."""


@dataclass(frozen=True, slots=True)
class House:
    """An organisation as its recipients meet it."""

    organisation: Organisation
    brand: Brand | None
    telephone: str | None
    zone: tzinfo

    @property
    def sheet(self) -> str:
        return address_of_sheet(self.organisation, self.brand)


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of a campaign shows around its own matter. `chosen`: the language that was
    asked for by a link, which all forms keep."""

    language: Language
    chosen: str | None
    here: str

    @property
    def languages(self) -> Sequence[Language]:
        return tuple(LANGUAGES.values())

    @property
    def icon(self) -> str:
        return ASSETS["mark.svg"].inlined

    @property
    def sheet(self) -> str:
        return ASSETS["gate.css"].address

    def to(self, act: str = "") -> str:
        """Give the address of this page, or of something that is done on it."""
        return f"{self.here}{act}{f'?{LANG}={self.chosen}' if self.chosen else ''}"


class StrangeHost(Exception):
    """We were called by a name that is not ours."""


class Foreign(Exception):
    """A form was sent by a page of somebody else, or is none."""


def check_host(request: AnyRequest, services: Services) -> None:
    """Raise `StrangeHost` for whoever calls us by another name than the world does, or by two: of
    those, somebody on the way may have taken the other one."""
    host, *others = request.headers.getall("host", [""])
    forwarded = request.headers.getall("x-forwarded-host", [])
    if not is_ours(services.settings.web.public_url, host, [*others, *forwarded]):
        raise StrangeHost


async def form_of(request: AnyRequest, services: Services) -> Form:
    """Read what a page of ours sent; raise `Foreign` for everything else."""
    if not is_own_form(request, services.settings.web.public_url):
        raise Foreign
    try:
        return await read_form(request)
    except NoForm:
        raise Foreign from None


async def house_of(services: Services, organisation: Organisation) -> House:
    own = services.configuration.settings
    settings = await own.of(organisation.id)
    return House(
        organisation,
        await own.brand_of(organisation.id),
        settings.joining.telephone,
        await own.zone_of(organisation),
    )


def chosen_of(request: AnyRequest) -> str | None:
    """Give the language that was asked for by a link of ours."""
    asked = request.query_params.get(LANG)
    return asked if asked in LANGUAGES else None


def locale_of(request: AnyRequest, front: Front | None) -> str:
    """Give the language of a page: what was chosen, what the message was in, what one reads."""
    accepted = request.headers.get("accept-language", "")
    preferred = None if front is None else front.locale.partition("-")[0]
    return choose(chosen_of(request) or preferred, accepted).code


def show(
    request: AnyRequest,
    template: str,
    *,
    locale: str,
    here: str = "",
    status: int = 200,
    house: House | None = None,
    leads_to: Sequence[str] = (),
    **facts: object,
) -> Response[str]:
    """Show a page. `leads_to`: the origins that its buttons lead to."""
    chosen, now = chosen_of(request), request.app.state.services.storage.now()
    text = _render(template, locale, chosen, here, house=house, now=now, **facts)
    return respond(text, status, leads_to)


def respond(text: str, status: int = 200, leads_to: Sequence[str] = ()) -> Response[str]:
    headers = HEADERS
    if leads_to:
        policy = POLICY.replace(SELF, " ".join([SELF, *leads_to]))
        headers = {**HEADERS, "Content-Security-Policy": policy}
    return Response(text, status_code=status, media_type=MediaType.HTML, headers=headers)


def show_front(
    front: Front, house: House, *, locale: str, chosen: str | None, here: str
) -> Response[str]:
    """Show what stands before a gate to whoever has done nothing yet."""
    return respond(_front(front, house, locale, chosen).replace(HERE, here))


@lru_cache(FRONTS_AT_MOST)
def _front(front: Front, house: House, locale: str, chosen: str | None) -> str:
    return _render("front.html", locale, chosen, HERE, house=house, front=front, **UNTOUCHED)


def _render(
    template: str,
    locale: str,
    chosen: str | None,
    here: str,
    *,
    house: House | None,
    **facts: object,
) -> str:
    zone = UTC if house is None else house.zone
    language = replace(LANGUAGES[locale], zone=zone)
    frame = Frame(language, chosen, here)
    return part(f"gate/{template}", language, frame=frame, house=house, **facts)


def show_nowhere(request: AnyRequest) -> Response[str]:
    """Say that a link leads nowhere, in the same words whatever the reason."""
    return show(request, "nowhere.html", locale=locale_of(request, None), status=404)


def show_strange(request: AnyRequest) -> Response[str]:
    return show(request, "strange.html", locale=locale_of(request, None), status=400)


def show_foreign(request: AnyRequest) -> Response[str]:
    return show(request, "foreign.html", locale=locale_of(request, None), status=403)


def address_of(request: AnyRequest, services: Services) -> str:
    return client_address(
        request.client.host if request.client else "",
        request.headers.getall("x-forwarded-for", []),
        services.settings.web.trusted_hops,
    )
