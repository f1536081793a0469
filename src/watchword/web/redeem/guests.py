"""Who comes with a pass, and from which page.

A browser lets a page of another origin see an answer only if the answer says so. An answer to a
pass names the one origin that the pass is for; what is refused without one tells nothing, and may
be seen by any page. No cookie of ours counts here.
"""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from watchword.features.tills.passes.rules import LENGTH_AT_MOST, Guest
from watchword.foundation.secret import Secret
from watchword.web.authentication import bearer, count_knock
from watchword.web.problems import Kind, Problem, show_methods
from watchword.wiring import Services

PATH = "/redeem/"
PASS = "pass"  # noqa: S105 - the option of a route that a page comes to with a pass
ORIGIN = "redeem_origin"
ANYWHERE = "*"
REMEMBERED_FOR = "600"  # seconds, for which a browser need not ask again


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A page that was let in."""

    guest: Guest
    services: Services


async def recognise_guest(request: Request[Any, Any, Any]) -> None:
    """Turn a page away that has no good pass, or has that of another page."""
    services: Services = request.app.state.services
    said = bearer(request)
    guest = await services.passes.recognise(Secret(said)) if len(said) <= LENGTH_AT_MOST else None
    if guest is None:
        await count_knock(request, "Too many unknown passes came from this address.")
        raise Problem(Kind.UNKNOWN_KEY, "The pass is over, or is none. Let the shop begin anew.")
    request.scope["state"][ORIGIN] = guest.origin
    if request.headers.get("origin", guest.origin) != guest.origin:
        raise Problem(Kind.NOT_YOUR_PAGE, "The pass is for pages of another origin.")
    request.state.guest = guest


async def invited(request: Request[Any, Any, Any]) -> Invited:
    return Invited(guest=request.state.guest, services=request.app.state.services)


def preflight(request: Request[Any, Any, Any]) -> Response[None]:
    """Tell a browser what a page may send; whether it gets an answer is decided with the pass."""
    response = show_methods(request)
    response.headers["Access-Control-Allow-Origin"] = ANYWHERE
    response.headers["Access-Control-Allow-Methods"] = "GET, POST"
    response.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
    response.headers["Access-Control-Max-Age"] = REMEMBERED_FOR
    return response


def seen_by(state: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    """Say which pages may see an answer."""
    origin = str(state.get(ORIGIN, ANYWHERE))
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-expose-headers", b"retry-after"),
        (b"vary", b"origin"),
    ]
