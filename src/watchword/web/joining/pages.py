"""How a page for customers is put together: whose it is, how it looks, and who may frame it."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from litestar import Response

from watchword.features.organisations.rules import SLUG, Organisation
from watchword.features.organisations.settings.colours import Brand
from watchword.features.organisations.settings.sections import Joining
from watchword.foundation.errors import NotFound
from watchword.foundation.secret import Secret
from watchword.web.addresses import client_address
from watchword.web.console.forms import Form, NoForm, read_form
from watchword.web.html.languages import choose
from watchword.web.html.origins import is_own_form
from watchword.web.html.pages import HEADERS, AnyRequest, show
from watchword.web.joining.colours import address_of_sheet
from watchword.web.joining.cookies import read_cookie
from watchword.wiring import Services

ANCESTORS = "frame-ancestors 'none'"
FOREIGN = 403
DIALLED = frozenset("+0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """An organisation as its customers meet it."""

    organisation: Organisation
    joining: Joining
    brand: Brand | None
    has_second_message: bool = False
    """Whether a message of its own leads to where a code by WhatsApp is typed."""
    zone: tzinfo = UTC

    @property
    def path(self) -> str:
        return f"/o/{self.organisation.slug}"

    @property
    def calls(self) -> str:
        """Give the address behind which a telephone dials the number of the organisation."""
        return "tel:" + "".join(each for each in self.joining.telephone or "" if each in DIALLED)


class Foreign(Exception):
    """A form was sent by a page of somebody else."""


async def house_of(services: Services, slug: str, *, may_be_closed: bool = False) -> House:
    """Find whose page it is; raise `NotFound` where nobody can register.

    Whoever has registered, or holds a letter, goes on where nobody new comes in.
    """
    if not SLUG.fullmatch(slug):
        raise NotFound("organisation")
    house = await house_for(services, await services.organisations.find(slug))
    if not house.joining.open and not may_be_closed:
        raise NotFound("organisation")
    return house


async def house_for(services: Services, organisation: Organisation) -> House:
    own = services.configuration.settings
    settings = await own.of(organisation.id)
    return House(
        organisation=organisation,
        joining=settings.joining,
        brand=await own.brand_of(organisation.id),
        has_second_message=settings.verification.whatsapp_link,
        zone=await own.zone_of(organisation),
    )


def show_card(
    request: AnyRequest,
    house: House,
    template: str,
    *,
    status: int = 200,
    framed_by: Sequence[str] = (),
    preferred: str | None = None,
    **facts: Any,  # noqa: ANN401 - whatever the page shows
) -> Response[str]:
    """Show a page for customers. `framed_by`: the pages that may show it inside of theirs."""
    reply = show(
        request,
        f"joining/{template}",
        status=status,
        preferred=preferred or _preferred(request, house),
        zone=house.zone,
        house=house,
        sheet=address_of_sheet(house.organisation, house.brand),
        **facts,
    )
    if framed_by:
        policy = HEADERS["Content-Security-Policy"]
        origins = " ".join(framed_by)
        reply.headers["Content-Security-Policy"] = policy.replace(
            ANCESTORS, f"frame-ancestors {origins}"
        )
        reply.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return reply


async def form_of(request: AnyRequest, services: Services) -> Form:
    """Read what a page of ours sent; raise `Foreign` for everything else."""
    if not is_own_form(request, services.settings.web.public_url):
        raise Foreign
    try:
        return await read_form(request)
    except NoForm:
        raise Foreign from None


def show_foreign(request: AnyRequest, house: House) -> Response[str]:
    return show_card(request, house, "foreign.html", status=FOREIGN)


def token_of(secret: Secret) -> str:
    """Give what every form of a registration carries, so that no other page can send one."""
    return hashlib.sha256(b"watchword/joining/1" + secret.reveal().encode()).hexdigest()[:32]


def is_token_of(form: Form, secret: Secret) -> bool:
    """Say whether a form was made for whoever holds a secret."""
    return hmac.compare_digest(form.token.encode(), token_of(secret).encode())


def secret_of(request: AnyRequest, house: House, services: Services) -> Secret | None:
    return read_cookie(request, house.organisation, services.settings.web)


def address_of(request: AnyRequest, services: Services) -> str:
    return client_address(
        request.client.host if request.client else "",
        request.headers.getall("x-forwarded-for", []),
        services.settings.web.trusted_hops,
    )


def language_of(request: AnyRequest, house: House) -> str:
    """Give the language that somebody reads, in which messages go to them, too."""
    asked = request.query_params.get("lang") or _preferred(request, house)
    return choose(asked, request.headers.get("accept-language", "")).code


def _preferred(request: AnyRequest, house: House) -> str | None:
    """Give the language of the organisation to whoever says none: its customers speak it."""
    return None if request.headers.get("accept-language") else house.organisation.locale
