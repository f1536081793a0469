"""The page at `/c/passes/{pass_id}`: a campaign for whoever looks after the network, or writes it.

Whoever holds a pass sees what recipients see: the same words before the gate, and the same page
behind it, in each language that it has. They type the code of their pass where recipients type the
end of their number.
"""

from dataclasses import replace
from typing import Any, Final, TypeAlias
from uuid import UUID

from litestar import Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.gates.passes.rules import BELOW, Kind, PassId
from watchword.features.gates.passes.service import Viewing
from watchword.features.gates.rules import Gone, Opened
from watchword.features.pages.rules import locale_among
from watchword.foundation.ids import Id
from watchword.web.gate.door import (
    BUTTON,
    LOOKS,
    answer_of,
    button_of,
    guarded,
    lead_to,
    show_content,
)
from watchword.web.gate.pages import chosen_of, form_of, house_of, locale_of, show, show_nowhere
from watchword.web.gate.told import STATUS, Told, told_of
from watchword.web.html.pages import AnyRequest
from watchword.wiring import Services

PATH = f"{BELOW}{{pass_id:uuid}}"
WANTED: Final = "locale"
"""The field that says which language of the page somebody wants to see."""
Reply: TypeAlias = Response[Any]


@route(PATH, http_method=LOOKS, include_in_schema=False)
async def look(
    request: AnyRequest, pass_id: FromPath[UUID], services: NamedDependency[Services]
) -> Reply:
    return await _look(request, services, pass_id)


@post(PATH, include_in_schema=False, status_code=200)
async def open_it(
    request: AnyRequest, pass_id: FromPath[UUID], services: NamedDependency[Services]
) -> Reply:
    return await _open(request, services, pass_id)


@guarded
async def _look(request: AnyRequest, services: Services, id: UUID) -> Reply:
    viewing = await services.gates.passes.look(_id(id), chosen_of(request))
    if viewing is None:
        return show_nowhere(request)
    return await _show(request, services, viewing)


@guarded
async def _open(request: AnyRequest, services: Services, id: UUID) -> Reply:
    form = await form_of(request, services)
    viewing = await services.gates.passes.look(_id(id), chosen_of(request))
    if viewing is None:
        return show_nowhere(request)
    if form.flag(BUTTON):
        carried, number = form.text("proof"), button_of(form)
        return lead_to(await services.gates.passes.follow(_id(id), carried, number), _here(id))
    wanted = form.text(WANTED)
    wanted = wanted if wanted in viewing.locales else locale_of(request, viewing.front)
    outcome = await services.gates.passes.open(_id(id), wanted, answer_of(request, services, form))
    match outcome:
        case Opened(content, proof):
            house = await house_of(services, viewing.organisation)
            # What is around the page is as it is for recipients who read that language.
            front = replace(viewing.front, locale=content.locale)
            preview = viewing.one if viewing.one.kind is Kind.PREVIEW else None
            return show_content(
                request,
                front,
                house,
                here=_here(id),
                content=content,
                proof=proof,
                preview=preview,
            )
        case Gone():
            return show_nowhere(request)
        case _:
            status = STATUS.get(type(outcome), 200)
            return await _show(
                request, services, viewing, told=told_of(outcome), status=status, wanted=wanted
            )


async def _show(
    request: AnyRequest,
    services: Services,
    viewing: Viewing,
    *,
    told: Told | None = None,
    status: int = 200,
    wanted: str = "",
) -> Reply:
    locale = locale_of(request, viewing.front)
    return show(
        request,
        "pass.html",
        locale=locale,
        here=_here(viewing.one.id),
        status=status,
        house=await house_of(services, viewing.organisation),
        front=viewing.front,
        one=viewing.one,
        told=told,
        locales=viewing.locales,
        wanted=locale_among(viewing.locales, wanted or locale),
    )


def _here(id: UUID) -> str:
    return f"{BELOW}{id}"


def _id(id: UUID) -> PassId:
    return PassId(Id(int=id.int))


routes = [look, open_it]
