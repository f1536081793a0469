"""The pages on which customers show that a card is theirs: they choose a way, and go it.

Opening a page changes nothing. A form without a typed code is none: programs press buttons, too.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.means import CHANNELS, Means
from watchword.features.cards.registration.rules import is_stopped
from watchword.features.cards.registration.service import View
from watchword.features.cards.rules import CardState
from watchword.features.challenges.codes import is_too_short
from watchword.features.challenges.shown import Shown
from watchword.foundation.secret import Secret
from watchword.web.console.forms import Form
from watchword.web.html.pages import AnyRequest, Frame
from watchword.web.joining.cookies import no_cookie
from watchword.web.joining.names import named
from watchword.web.joining.offers import offers_of
from watchword.web.joining.outcomes import Told, told_of_answer, told_of_beginning
from watchword.web.joining.pages import (
    Foreign,
    House,
    address_of,
    form_of,
    house_of,
    is_token_of,
    language_of,
    secret_of,
    show_card,
    show_foreign,
    token_of,
)
from watchword.web.joining.shown import Picture, picture_of, picture_of_card, ways_of
from watchword.wiring import Services

PATH = "/o/{slug:str}/card"
CHOOSE = "choose"
LEFT = "left"
OFFERS = "offers"
CODE_AT_MOST = 64
GONE = 404
Reply: TypeAlias = Response[str] | Redirect


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody comes back in the browser in which they registered."""

    house: House
    view: View
    secret: Secret


@get(PATH, include_in_schema=False)
async def look(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    house = await house_of(services, slug, may_be_closed=True)
    found = await _visit(request, services, house)
    if found is None:
        return show_card(request, house, "gone.html", status=GONE)
    return await _show(request, services, found)


@post(PATH + "/way", include_in_schema=False, status_code=200)
async def choose(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(house: House, view: View, form: Form) -> Told | None:
        means, name = _read_way(form)
        if means is None:
            return Told("nothing_chosen")
        contact_id = named(name, form.token, [each.contact_id for each in view.customer.contacts])
        requester = Secret(address_of(request, services))
        async with request.app.state.pace.kept():
            begun = await services.joining.registrations.begin(
                house.organisation, view, means, contact_id, requester
            )
        return None if isinstance(begun, Attempt) else told_of_beginning(begun)

    return await _act(request, services, slug, act, stays_at=CHOOSE)


@post(PATH + "/code", include_in_schema=False, status_code=200)
async def answer(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(house: House, view: View, form: Form) -> Told | None:
        typed = form.text("code")[:CODE_AT_MOST]
        if not typed:
            return Told("nothing_typed")
        if is_too_short(typed):
            return Told("too_short")
        async with request.app.state.pace.kept():
            ended = await services.joining.registrations.answer(house.organisation, view, typed)
        return told_of_answer(ended)

    return await _act(request, services, slug, act)


@post(PATH + "/sending", include_in_schema=False, status_code=200)
async def send_again(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(house: House, view: View, _: Form) -> Told | None:
        requester = Secret(address_of(request, services))
        async with request.app.state.pace.kept():
            sent = await services.joining.registrations.resend(house.organisation, view, requester)
        return None if isinstance(sent, Shown | Attempt) else told_of_beginning(sent)

    return await _act(request, services, slug, act)


@post(PATH + "/offers", include_in_schema=False, status_code=200)
async def choose_offers(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Take which boxes for offers somebody has ticked, once their card is proven."""

    async def act(house: House, view: View, form: Form) -> Told | None:
        locale = language_of(request, house)
        offers = await offers_of(services, house.organisation, view, locale)
        for offer in offers.open:
            if form.flag(f"offers_{offer.scope}"):
                await services.consents.entries.choose(
                    house.organisation, offer.contact_id, locale, agrees=True
                )
        return None

    return await _act(request, services, slug, act, said=OFFERS)


@post(PATH + "/leaving", include_in_schema=False, status_code=200)
async def leave(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(house: House, view: View, _: Form) -> Told | None:
        await services.joining.registrations.leave(house.organisation, view)
        return None

    reply = await _act(request, services, slug, act, goes_to="join", said=LEFT)
    if isinstance(reply, Redirect):
        house = await house_of(services, slug, may_be_closed=True)
        reply.set_cookie(no_cookie(house.organisation, services.settings.web))
    return reply


Act: TypeAlias = Callable[[House, View, Form], Awaitable[Told | None]]


async def _act(
    request: AnyRequest,
    services: Services,
    slug: str,
    act: Act,
    *,
    stays_at: str = "",
    goes_to: str = "card",
    said: str = "",
) -> Reply:
    """Do what a form asks for, and show what came of it; nothing, if all is well."""
    house = await house_of(services, slug, may_be_closed=True)
    try:
        form = await form_of(request, services)
    except Foreign:
        return show_foreign(request, house)
    found = await _visit(request, services, house)
    if found is None:
        return show_card(request, house, "gone.html", status=GONE)
    if not is_token_of(form, found.secret):
        return show_foreign(request, house)
    told = await act(house, found.view, form)
    if told is None:
        where = goes_to if house.joining.open else "card"
        address = Frame(request).link(f"{house.path}/{where}", said=said)
        return Redirect(address, status_code=303)
    after = await _visit(request, services, house)
    return await _show(request, services, after or found, told, stays_at)


async def _visit(request: AnyRequest, services: Services, house: House) -> Visit | None:
    secret = secret_of(request, house, services)
    if secret is None:
        return None
    view = await services.joining.registrations.look(house.organisation, secret)
    return None if view is None else Visit(house, view, secret)


async def _show(
    request: AnyRequest, services: Services, visit: Visit, told: Told | None = None, at: str = ""
) -> Response[str]:
    view, attempt = visit.view, visit.view.attempt
    template = "ways.html"
    if view.card.state is CardState.VERIFIED:
        template = "done.html"
    elif is_stopped(view.card):
        template = "stopped.html"
    elif attempt is not None and CHOOSE not in {*request.query_params, at}:
        template = "code.html" if attempt.means in CHANNELS else "ticket.html"
    return show_card(
        request,
        visit.house,
        template,
        status=200 if told is None else told.status,
        token=token_of(visit.secret),
        told=told,
        view=view,
        attempt=attempt,
        now=services.storage.now(),
        ways=ways_of(view, token_of(visit.secret)),
        picture=await _picture(services, visit),
        challenge=await _challenge(services, visit.house, view),
        offers=await offers_of(
            services, visit.house.organisation, view, language_of(request, visit.house)
        ),
        has_said=request.query_params.get("said") == OFFERS,
    )


async def _picture(services: Services, visit: Visit) -> Picture | None:
    """Give what is scanned: the number of a card that is proven, else a reference for staff."""
    house, view = visit.house, visit.view
    if view.card.state is not CardState.VERIFIED:
        return picture_of(view.attempt)
    caller = services.joining.registrations.caller_of(house.organisation, view)
    return picture_of_card(await services.cards.cards.open(caller, view.card.id))


async def _challenge(services: Services, house: House, view: View) -> Shown | None:
    attempt = view.attempt
    if attempt is None or attempt.challenge_id is None:
        return None
    caller = services.joining.registrations.caller_of(house.organisation, view)
    return await services.challenges.read(caller, attempt.challenge_id)


def _read_way(form: Form) -> tuple[Means | None, str]:
    """Read what was chosen: a way, and what the page calls where it leads to."""
    said, _, name = form.text("way").partition(":")
    try:
        return Means(said), name
    except ValueError:
        return None, ""


routes = [look, choose, answer, send_again, choose_offers, leave]
