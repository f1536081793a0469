"""The page to which a message leads: there one types the code that stands in it."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.registration.entrance.service import Entry
from watchword.features.cards.verdicts import Confirmed
from watchword.features.challenges.codes import is_too_short
from watchword.features.challenges.desk import DENIALS, ENTRIES
from watchword.web.html.pages import AnyRequest, Frame, show
from watchword.web.joining.card import CODE_AT_MOST
from watchword.web.joining.cookies import new_cookie
from watchword.web.joining.outcomes import Told, told_of_answer
from watchword.web.joining.pages import Foreign, form_of, house_for, show_card, show_foreign
from watchword.wiring import Services

PATH = ENTRIES + "{token:str}"
TOKEN_AT_MOST = 32


@get(PATH, include_in_schema=False)
async def ask(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    entry = await services.joining.entrance.look(token[:TOKEN_AT_MOST])
    if entry is None:
        return show(request, "joining/nowhere.html", status=404)
    return await _show(request, services, entry, token)


@post(PATH, include_in_schema=False, status_code=200)
async def answer(
    request: AnyRequest, token: FromPath[str], services: NamedDependency[Services]
) -> Response[str] | Redirect:
    entry = await services.joining.entrance.look(token[:TOKEN_AT_MOST])
    if entry is None:
        return show(request, "joining/nowhere.html", status=404)
    house = await house_for(services, entry.organisation)
    try:
        form = await form_of(request, services)
    except Foreign:
        return show_foreign(request, house)
    typed = form.text("code")[:CODE_AT_MOST]
    if not typed:
        return await _show(request, services, entry, token, Told("nothing_typed"))
    if is_too_short(typed):
        return await _show(request, services, entry, token, Told("too_short"))
    async with request.app.state.pace.kept():
        ended = await services.joining.entrance.answer(entry, typed)
    if not isinstance(ended, Confirmed):
        after = await services.joining.entrance.look(token[:TOKEN_AT_MOST])
        return await _show(request, services, after or entry, token, told_of_answer(ended))
    come = await services.joining.registrations.come_in(entry.organisation, ended.card)
    reply = Redirect(Frame(request).link(f"{house.path}/card"), status_code=303)
    reply.set_cookie(new_cookie(come.secret, entry.organisation, services.settings.web))
    return reply


async def _show(
    request: AnyRequest, services: Services, entry: Entry, token: str, told: Told | None = None
) -> Response[str]:
    return show_card(
        request,
        await house_for(services, entry.organisation),
        "entry.html",
        status=200 if told is None else told.status,
        preferred=None if request.query_params.get("lang") else entry.locale,
        entry=entry,
        told=told,
        now=services.storage.now(),
        denial=f"{DENIALS}{token}",
    )


routes = [ask, answer]
