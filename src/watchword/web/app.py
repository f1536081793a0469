"""All doors that speak HTTP, put into one application."""

from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.types import ExceptionHandlersMap, Message, Scope

from watchword.foundation.errors import NotFound
from watchword.web import (
    callbacks,
    compat,
    console,
    gate,
    health,
    html,
    joining,
    openapi,
    problems,
    redeem,
    scripts,
    telephone,
    till,
    wallet,
)
from watchword.web.api import (
    audience_lists,
    audiences,
    blocks,
    calls,
    campaigns,
    cards,
    challenges,
    consents,
    customers,
    earn_rules,
    gate_passes,
    landing_pages,
    ledger,
    master_pins,
    page_pictures,
    passes,
    people,
    points,
    redeeming_blocks,
    redemptions,
    rewards,
    routing,
    sandbox,
    settings,
    suppressions,
    tags,
    telephone_profiles,
    tills,
    vouchers,
    webhook_deliveries,
    webhooks,
)
from watchword.web.authentication import SCOPE, admitted, recognise
from watchword.web.callbacks.doubts import Doubts
from watchword.web.compat.camara import places as camara
from watchword.web.compat.fronts import said_by
from watchword.web.console.pages import nothing_here
from watchword.web.console.visits import PERMISSION, look_who_visits, visitor
from watchword.web.doors import Doors
from watchword.web.html.audience import Audience
from watchword.web.html.pages import lead_to_page
from watchword.web.joining.pace import Pace
from watchword.web.redeem import guests
from watchword.web.requests import BYTES_AT_MOST, StrictRequest
from watchword.wiring import Services

HEADERS = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
"""What every response says, unless it says otherwise."""

FORM_AT_MOST = 2 * BYTES_AT_MOST
"""Bytes of a form of the console: what was typed before signing in comes along sealed."""


FOR_PROGRAMS = (
    *challenges.routes,
    *routing.routes,
    *settings.routes,
    *blocks.routes,
    *webhooks.routes,
    *webhook_deliveries.routes,
    *people.routes,
    *customers.routes,
    *tags.routes,
    *cards.routes,
    *audiences.routes,
    *audience_lists.routes,
    *campaigns.routes,
    *gate_passes.routes,
    *rewards.routes,
    *landing_pages.routes,
    *page_pictures.routes,
    *earn_rules.routes,
    *points.routes,
    *redeeming_blocks.routes,
    *tills.routes,
    *calls.routes,
    *telephone_profiles.routes,
    *passes.routes,
    *master_pins.routes,
    *vouchers.routes,
    *redemptions.routes,
    *suppressions.routes,
    *consents.routes,
    *sandbox.routes,
    *ledger.routes,
)
"""What programs call."""

REFUSALS: ExceptionHandlersMap = {
    **problems.handlers,
    NotFound: nothing_here,
    NotFoundException: nothing_here,
    MethodNotAllowedException: lead_to_page,
}
"""What is said where nothing else is."""

PAGES = [*html.routes, *joining.routes, *wallet.routes, *gate.routes]
"""What people open who are no staff."""


def create_app(services: Services) -> Litestar:
    """Open the doors to services that are at work already."""
    return opened(put_up(), services)


def opened(doors: Doors, services: Services, pace: Pace | None = None) -> Doors:
    """Let doors lead to services, and remember nothing of those that they led to before."""
    doors.lead_to(State({**_remembered(), "pace": pace or Pace(), "services": services}))
    return doors


def put_up() -> Doors:
    """Put up the doors, which takes a while. They lead nowhere yet."""
    return Doors(
        [
            *FOR_PROGRAMS,
            *compat.routes,
            *redeem.routes,
            *scripts.routes,
            *callbacks.routes,
            *telephone.routes,
            *health.routes,
            *openapi.routes,
            *PAGES,
            Router(
                "/",
                route_handlers=[*console.routes, *till.routes],
                request_max_body_size=FORM_AT_MOST,
            ),
        ],
        dependencies={
            "services": Provide(_behind),
            "admitted": Provide(admitted),
            "visitor": Provide(visitor),
            "invited": Provide(guests.invited),
        },
        exception_handlers=said_by(compat.fronts, REFUSALS),
        before_request=_look_first,
        request_class=StrictRequest,
        request_max_body_size=BYTES_AT_MOST,
        before_send=[_add_headers],
        openapi_config=openapi.new_config(),
        logging_config=None,
    )


async def _behind(request: Request[Any, Any, Any]) -> Services:
    services: Services = request.app.state.services
    return services


def _remembered() -> dict[str, Any]:
    """Give what the doors keep in mind from one request to the next."""
    return {"audience": Audience(), "doubts": Doubts()}


async def _look_first(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Decide what can be decided before the body is read."""
    if request.method == "OPTIONS" and request.url.path.startswith(guests.PATH):
        return guests.preflight(request)
    if request.method == "OPTIONS":
        return problems.show_methods(request)
    if SCOPE in request.route_handler.opt:
        await recognise(request)
    if guests.PASS in request.route_handler.opt:
        await guests.recognise_guest(request)
    if PERMISSION in request.route_handler.opt:
        return await look_who_visits(request)
    return None


async def _add_headers(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        said = [*message["headers"]]
        if scope["path"].startswith(guests.PATH) and scope.get("method") != "OPTIONS":
            said += guests.seen_by(scope["state"])
        if compat.camara.front.is_at(scope["path"]):
            said.append(camara.correlated(scope["headers"]))
        names = {name for name, _ in said}
        message["headers"] = said + [header for header in HEADERS if header[0] not in names]
