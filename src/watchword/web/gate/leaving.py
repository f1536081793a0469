"""The pages on which somebody wants no more of these messages, or is not who was meant.

To whoever got a link from somebody else they say what to do, and do nothing: a stranger must not
make us write to its owner.
"""

from typing import Any, TypeAlias

from litestar import Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.gates.rules import Gone, Left, asks_of
from watchword.web.gate.door import LOOKS, PATH, answer_of, guarded
from watchword.web.gate.pages import form_of, house_of, locale_of, show, show_nowhere
from watchword.web.gate.told import STATUS, Told, told_of
from watchword.web.html.pages import AnyRequest
from watchword.wiring import Services

STOP, NOT_ME = "stop", "not-me"
Reply: TypeAlias = Response[Any]


@route(f"{PATH}/{STOP}", http_method=LOOKS, include_in_schema=False)
async def ask_to_stop(
    request: AnyRequest, link: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    return await _ask(request, services, link, STOP)


@post(f"{PATH}/{STOP}", include_in_schema=False, status_code=200)
async def stop(
    request: AnyRequest, link: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    return await _leave(request, services, link, STOP)


@route(f"{PATH}/{NOT_ME}", http_method=LOOKS, include_in_schema=False)
async def ask_who(
    request: AnyRequest, link: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    return await _ask(request, services, link, NOT_ME)


@post(f"{PATH}/{NOT_ME}", include_in_schema=False, status_code=200)
async def disown(
    request: AnyRequest, link: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    return await _leave(request, services, link, NOT_ME)


@guarded
async def _ask(request: AnyRequest, services: Services, link: str, act: str) -> Reply:
    return await _show(request, services, link, act)


@guarded
async def _leave(request: AnyRequest, services: Services, link: str, act: str) -> Reply:
    if await services.gates.gates.look(link) is None:
        return show_nowhere(request)
    typed = answer_of(request, services, await form_of(request, services))
    leavings = services.gates.leavings
    if act == STOP:
        outcome = await leavings.stop(link, typed)
    else:
        outcome = await leavings.disown(link, typed)
    if isinstance(outcome, Gone):
        return show_nowhere(request)
    told = told_of(outcome)
    status = STATUS.get(type(outcome), 200)
    return await _show(
        request, services, link, act, told=told, is_done=isinstance(outcome, Left), status=status
    )


async def _show(
    request: AnyRequest,
    services: Services,
    link: str,
    act: str,
    *,
    told: Told | None = None,
    is_done: bool = False,
    status: int = 200,
) -> Reply:
    front = await services.gates.gates.look(link)
    if front is None:
        return show_nowhere(request)
    return show(
        request,
        "leaving.html",
        locale=locale_of(request, front),
        here=f"/c/{link}",
        status=status,
        house=await house_of(services, front.organisation),
        front=front,
        asks=asks_of(front.channel),
        act=act,
        told=told,
        is_done=is_done,
    )


routes = [ask_to_stop, stop, ask_who, disown]
