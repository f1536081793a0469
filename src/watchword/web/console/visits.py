"""Who visits the console: looked at before anything of a request is acted upon.

A route says by its option `permission` what one must be allowed to do behind it. Whoever is not
signed in is asked to; whoever may not is told so; and a form that was not sent by a page of ours
changes nothing.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Any, assert_never

import structlog
from litestar import Response

from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.organisations.settings.colours import Brand
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import Colleague, StaffMember, admits, may
from watchword.features.staff.sessions.rules import (
    Over,
    Session,
    Stranger,
    Visit,
    form_token,
)
from watchword.web.addresses import client_address
from watchword.web.console.cookies import read_cookie
from watchword.web.console.doormat import ask_to_sign_in, refuse
from watchword.web.console.forms import (
    CARRIED,
    EMPTY,
    RESUMED,
    Form,
    NoForm,
    read_form,
)
from watchword.web.html.origins import is_own_form
from watchword.web.html.pages import AnyRequest
from watchword.wiring import Services

log = structlog.get_logger()

PERMISSION = "permission"  # the option of a route that says what one must be allowed to do
STREAMED = "streamed"
"""The option of a route that reads a file as it comes: its handler asks `believes` itself."""
CHANGING = {"POST"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is signed in and may be here. `form` is what they sent, if it was a form."""

    colleague: Colleague
    session: Session
    services: Services
    token: str
    form: Form = EMPTY
    brand: Brand | None = None
    """What shows whose console it is, if the organisation has chosen that."""
    zone: tzinfo = UTC
    """By which clock times are shown: that of the organisation."""

    @property
    def organisation(self) -> Organisation:
        return self.colleague.organisation

    @property
    def member(self) -> StaffMember:
        return self.colleague.member

    @property
    def actor(self) -> str:
        return self.colleague.actor

    @property
    def visit(self) -> Visit:
        return Visit(colleague=self.colleague, session=self.session)

    @property
    def has_far_side(self) -> bool:
        """Say whether the settings name what the organisation comes over from."""
        return self.services.crossings.crossings.has_far_side(self.organisation)

    def believes(self, form: Form) -> bool:
        """Say whether a form was sent from a page of ours."""
        return hmac.compare_digest(form.token.encode(), self.token.encode())

    def may(self, permission: Permission, location: LocationId | None = None) -> bool:
        """Say whether they may do something at a location, or to the organisation."""
        return may(self.member.grants, permission, location)

    def admits(self, permission: Permission) -> bool:
        """Say whether a door opens to them; menus and buttons ask this."""
        return admits(self.member.grants, permission)


async def look_who_visits(  # noqa: PLR0911 - one for each reason
    request: AnyRequest,
) -> Response[Any] | None:
    """Turn a request away, or remember who makes it."""
    services: Services = request.app.state.services
    web = services.settings.web
    if request.method in CHANGING and not is_own_form(request, web.public_url):
        return refuse(request, "foreign")
    secret = read_cookie(request, web)
    if secret is None:
        return await ask_to_sign_in(request, None)
    match await services.staff.sessions.recognise(secret, address_of(request)):
        case Visit(colleague=colleague, session=session):
            visitor = Visitor(
                colleague=colleague, session=session, services=services, token=form_token(secret)
            )
        case Over() as over:
            return await ask_to_sign_in(request, over)
        case Stranger():
            return await ask_to_sign_in(request, None)
        case recognised:
            assert_never(recognised)
    if not await services.staff.doorman.admits(visitor.organisation.id, address_of(request)):
        return refuse(request, "elsewhere", visitor)
    permission = request.route_handler.opt[PERMISSION]
    if not visitor.admits(permission):
        log.warning("console.forbidden", permission=permission, staff_id=str(visitor.member.id))
        return refuse(request, "forbidden", visitor)
    return await _let_in(request, visitor)


async def _let_in(request: AnyRequest, visitor: Visitor) -> Response[Any] | None:
    form = EMPTY
    if request.method in CHANGING and not request.route_handler.opt.get(STREAMED):
        try:
            found = _believed(request, visitor, await read_form(request))
        except NoForm:
            found = None
        if found is None:
            return refuse(request, "foreign", visitor)
        form = found
    own = visitor.services.configuration.settings
    request.state.visitor = replace(
        visitor,
        form=form,
        brand=await own.brand_of(visitor.organisation.id),
        zone=await own.zone_of(visitor.organisation),
    )
    return None


def _believed(request: AnyRequest, visitor: Visitor, form: Form) -> Form | None:
    """Give a form that was sent from a page of ours; nothing, if it was not.

    Who has just signed in again brings what they had typed before: sealed by us, for them and for
    this place. It has no token of the new session, and does nothing but show itself.
    """
    carried = form.text(CARRIED)
    if not carried:
        return form if visitor.believes(form) else None
    kept = visitor.services.staff.interruptions.give_back(
        visitor.organisation.id, visitor.member.id, carried
    )
    if kept is None or kept.path != request.url.path:
        return None
    return Form([*kept.pairs, (RESUMED, "on")])


async def visitor(request: AnyRequest) -> Visitor:
    """Give whoever was let in: what the handlers of pages depend on."""
    found: Visitor = request.state.visitor
    return found


def address_of(request: AnyRequest) -> str:
    services: Services = request.app.state.services
    return client_address(
        request.client.host if request.client else "",
        request.headers.getall("x-forwarded-for", []),
        services.settings.web.trusted_hops,
    )
