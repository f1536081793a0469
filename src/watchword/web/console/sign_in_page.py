"""The page on which people sign in: why they have to, the ways in, and what they carry through it.

Whoever was cut short in the middle of a form carries that along, sealed, in the field `carried`;
`next` is where they wanted to go, and `organisation` the short name of who they work for. Every
form of every way in hands the three on.
"""

from typing import Any

from litestar import Response

from watchword.features.organisations.rules import Organisation
from watchword.features.staff.passkeys.rules import NoPasskeysHere
from watchword.foundation.errors import NotFound
from watchword.web.console.forms import CARRIED, Form
from watchword.web.html.keepsakes import Keepsake, remembered
from watchword.web.html.pages import AnyRequest, show
from watchword.wiring import Services

SIGN_IN = "/console/sign-in"
NEXT, ORGANISATION = "next", "organisation"
SLUG_AT_MOST, NEXT_AT_MOST = 40, 1000

STATUS = {"too_many": 429, "wait": 429, "locked": 403, "elsewhere": 403, "no_mail": 503}
WRONG = 422
"""What is answered to whoever typed something that cannot be right."""


async def show_sign_in(
    request: AnyRequest,
    services: Services,
    form: Form,
    *,
    problem: str = "",
    over: str = "",
    status: int | None = None,
    page: str = "sign_in.html",
    **facts: Any,  # noqa: ANN401 - whatever the page shows
) -> Response[str]:
    """Show a page of signing in, with what stood in its form.

    `problem`: why it did not work, as one word; `over`: why somebody has to sign in at all.
    """
    slug = form.text(ORGANISATION)[:SLUG_AT_MOST]
    known = await find_organisation(services, slug)
    sessions = services.staff.sessions
    limits = sessions.limits if known is None else await sessions.limits_for(known.id)
    return show(
        request,
        f"console/{page}",
        status=status or (STATUS.get(problem, WRONG) if problem else 200),
        problem=problem,
        over=over,
        organisation=slug,
        email=form.text("email"),
        next=form.text(NEXT)[:NEXT_AT_MOST],
        carried=form.text(CARRIED),
        limits=limits,
        now=services.storage.now(),
        passkeys_here=not isinstance(services.staff.passkeys.party, NoPasskeysHere),
        sign_on=await services.staff.sign_on.offers(),
        **({"until": None, "is_lost": False} | facts),
    )


def slug_of(request: AnyRequest) -> str:
    """Give the short name in the address, or the one by which this browser came in before."""
    asked = request.query_params.get(ORGANISATION, "")
    return (asked or remembered(request, Keepsake.ORGANISATION))[:SLUG_AT_MOST]


async def find_organisation(services: Services, slug: str) -> Organisation | None:
    """Find who somebody works for, by the short name that they typed."""
    try:
        return await services.organisations.find(slug) if slug else None
    except NotFound:
        return None
