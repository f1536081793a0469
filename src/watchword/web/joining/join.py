"""The form by which somebody gets a card, or says that they have one."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.registration.rules import TooOften
from watchword.features.cards.registration.service import Registered
from watchword.features.organisations.settings.sections import Method
from watchword.web.html.pages import AnyRequest, Frame
from watchword.web.joining.cookies import new_cookie
from watchword.web.joining.pages import (
    Foreign,
    House,
    address_of,
    form_of,
    house_of,
    secret_of,
    show_card,
    show_foreign,
)
from watchword.web.joining.typed import Typed, nothing_typed, read_typed
from watchword.wiring import Services

PATH = "/o/{slug:str}/join"
EMBEDDED = "embedded"


@get(PATH, include_in_schema=False)
async def ask(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    house = await house_of(services, slug)
    return await _show(request, services, house, nothing_typed(house.organisation.country))


@post(PATH, include_in_schema=False, status_code=200)
async def join(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Response[str] | Redirect:
    house = await house_of(services, slug)
    try:
        form = await form_of(request, services)
    except Foreign:
        return show_foreign(request, house)
    frame = Frame(request)
    typed = read_typed(
        form,
        country=house.organisation.country,
        locale=frame.language.code,
        today=services.storage.now().date(),
    )
    if typed.wish is None:
        return await _show(request, services, house, typed, status=422)
    async with request.app.state.pace.kept():
        outcome = await services.joining.registrations.register(
            house.organisation, typed.wish, address_of(request, services)
        )
    match outcome:
        case Registered(secret=secret):
            reply = Redirect(frame.link(f"{house.path}/card"), status_code=303)
            reply.set_cookie(new_cookie(secret, house.organisation, services.settings.web))
            return reply
        case TooOften(moment):
            return await _show(request, services, house, typed, status=429, again_at=moment)


async def _show(
    request: AnyRequest,
    services: Services,
    house: House,
    typed: Typed,
    *,
    status: int = 200,
    again_at: object = None,
) -> Response[str]:
    settings = await services.configuration.settings.of(house.organisation.id)
    secret = secret_of(request, house, services)
    known = None
    if secret is not None:
        known = await services.joining.registrations.look(house.organisation, secret)
    return show_card(
        request,
        house,
        "join.html",
        status=status,
        framed_by=house.joining.embed_origins,
        typed=typed,
        again_at=again_at,
        now=services.storage.now(),
        has_begun=known is not None,
        has_left=request.query_params.get("said") == "left",
        is_embedded=EMBEDDED in request.query_params,
        by_letter=Method.LETTER in settings.verification.methods,
    )


routes = [ask, join]
