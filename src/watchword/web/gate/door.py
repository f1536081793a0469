"""The page at `/c/{link}`: what stands before a campaign, and what is behind it.

Opening it changes nothing, and neither does a form that was sent without anything typed in it:
programs that look after mailboxes open links, run scripts and press buttons.
"""

import re
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias

from litestar import Response, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.gates.ages import Said
from watchword.features.gates.passes.rules import Pass
from watchword.features.gates.rules import Answer, CodeSent, Front, Gone, Opened, WrongCode
from watchword.features.pages.content import Content
from watchword.foundation.secret import Secret
from watchword.web.console.forms import EMPTY, Form
from watchword.web.gate.pages import (
    HEADERS,
    Foreign,
    House,
    StrangeHost,
    address_of,
    check_host,
    chosen_of,
    form_of,
    house_of,
    locale_of,
    show,
    show_foreign,
    show_front,
    show_nowhere,
    show_strange,
)
from watchword.web.gate.told import STATUS, told_of
from watchword.web.html.page_content import Press, drawn
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.pace import Pace
from watchword.wiring import Services

PATH, PICTURES = "/c/{link:str}", "/c/pictures/"
BACK: Final = "before"
"""Asks for what stands before a gate, also where nothing has to be done there."""
LEAVE: Final = "stop"
"""Asks to hear no more: said without an address, which no page behind a gate has."""
NUMBER: Final = re.compile(r"[0-9]{1,3}")
NOWHERE: Final = 404
LOOKS = [HttpMethod.GET, HttpMethod.HEAD]
BUTTON: Final = "button"
"""The field by which a button of a page says which one it is: it is sent to where the page is."""
Reply: TypeAlias = Response[Any]
P = ParamSpec("P")


def guarded(
    handle: Callable[Concatenate[AnyRequest, Services, P], Coroutine[Any, Any, Reply]],
) -> Callable[Concatenate[AnyRequest, Services, P], Coroutine[Any, Any, Reply]]:
    """Answer those alike who call us by another name, send forms that are not ours, or have a
    link that leads nowhere: that takes as long, whether it never did or does not any more."""

    @wraps(handle)
    async def watched(
        request: AnyRequest, services: Services, /, *args: P.args, **kwargs: P.kwargs
    ) -> Reply:
        pace: Pace = request.app.state.pace
        began = pace.began()
        try:
            check_host(request, services)
            reply = await handle(request, services, *args, **kwargs)
            if reply.status_code == NOWHERE:
                await pace.rest_since(began)
            return reply  # noqa: TRY300 - it is what is tried
        except StrangeHost:
            return show_strange(request)
        except Foreign:
            return show_foreign(request)

    return watched


@route(PATH, http_method=LOOKS, include_in_schema=False)
async def look(
    request: AnyRequest, link: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    return await _look(request, services, link)


@post(PATH, include_in_schema=False, status_code=200)
async def answer(
    request: AnyRequest, link: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    return await _answer(request, services, link)


@post(f"{PATH}/codes", include_in_schema=False, status_code=200)
async def type_code(
    request: AnyRequest, link: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    return await _type_code(request, services, link)


@post(f"{PATH}/sendings", include_in_schema=False, status_code=200)
async def send_again(
    request: AnyRequest, link: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    return await _send_again(request, services, link)


@guarded
async def _look(request: AnyRequest, services: Services, link: str) -> Reply:
    front = await services.gates.gates.look(link, chosen_of(request))
    if front is None:
        return show_nowhere(request)
    house = await house_of(services, front.organisation)
    locale = locale_of(request, front)
    if LEAVE in request.query_params:
        chosen = chosen_of(request)
        return lead_to(f"/c/{link}/stop" + (f"?lang={chosen}" if chosen else ""), f"/c/{link}")
    if front.is_open and BACK not in request.query_params:
        opened = await services.gates.gates.enter(link, chosen_of(request))
        return show_outcome(request, front, house, link, outcome=opened)
    return show_front(front, house, locale=locale, chosen=chosen_of(request), here=f"/c/{link}")


@guarded
async def _answer(request: AnyRequest, services: Services, link: str) -> Reply:
    front = await services.gates.gates.look(link, chosen_of(request))
    if front is None:
        return show_nowhere(request)
    form = await form_of(request, services)
    if form.flag(BUTTON):
        proof, chosen = form.text("proof"), chosen_of(request)
        target = await services.gates.gates.follow(link, proof, button_of(form), chosen)
        return lead_to(target, f"/c/{link}")
    house = await house_of(services, front.organisation)
    answered = await services.gates.gates.answer(
        link, answer_of(request, services, form), chosen_of(request)
    )
    return show_outcome(request, front, house, link, outcome=answered, form=form)


@guarded
async def _type_code(request: AnyRequest, services: Services, link: str) -> Reply:
    front = await services.gates.gates.look(link, chosen_of(request))
    if front is None:
        return show_nowhere(request)
    form = await form_of(request, services)
    house = await house_of(services, front.organisation)
    judged = await services.gates.gates.type_code(
        link, form.text("proof"), answer_of(request, services, form), chosen_of(request)
    )
    return show_outcome(request, front, house, link, outcome=judged, form=form)


@guarded
async def _send_again(request: AnyRequest, services: Services, link: str) -> Reply:
    front = await services.gates.gates.look(link, chosen_of(request))
    if front is None:
        return show_nowhere(request)
    form = await form_of(request, services)
    house = await house_of(services, front.organisation)
    sent = await services.gates.gates.resend(link, form.text("proof"))
    return show_outcome(request, front, house, link, outcome=sent, form=form)


def lead_to(target: str | None, here: str) -> Reply:
    """Lead to where a button leads; back to the gate, for whoever was not let through."""
    return Redirect(target or here, status_code=303, headers=HEADERS)


def button_of(form: Form) -> int:
    """Read which button was pressed; 0 for what is none."""
    text = form.text(BUTTON)
    return int(text) if NUMBER.fullmatch(text) else 0


def answer_of(request: AnyRequest, services: Services, form: Form) -> Answer:
    said = Said(year=form.text("year"), confirmed=form.flag("old_enough"))
    return Answer(typed=form.text("typed"), said=said, address=address_of(request, services))


def show_outcome(
    request: AnyRequest,
    front: Front,
    house: House,
    link: str,
    *,
    outcome: object,
    form: Form = EMPTY,
) -> Reply:
    """Show what came of it: the page behind the gate, or the gate again, with what is missing."""
    here, locale = f"/c/{link}", locale_of(request, front)
    more: dict[str, Any]
    match outcome:
        case Opened(content, proof):
            return show_content(request, front, house, here=here, content=content, proof=proof)
        case Gone():
            return show_nowhere(request)
        case CodeSent(proof=proof) | WrongCode(proof=proof):
            template, more = "code.html", {"proof": proof.reveal()}
        case _:
            template, more = "front.html", _said(form)
    return show(
        request,
        template,
        locale=locale,
        here=here,
        status=STATUS.get(type(outcome), 200),
        house=house,
        front=front,
        told=told_of(outcome),
        **more,
    )


def _said(form: Form) -> dict[str, Any]:
    """Give what stays in a form that was not taken: what was said of an age, and no proof."""
    return {"said_year": form.text("year")[:4], "said_old_enough": form.flag("old_enough")}


def show_content(
    request: AnyRequest,
    front: Front,
    house: House,
    *,
    here: str,
    content: Content,
    proof: Secret,
    preview: Pass | None = None,
) -> Reply:
    """Show what is behind a gate: the same to a recipient and to whoever reviews it. A preview of
    what may still be changed is marked as one."""
    chosen = chosen_of(request)
    # What is behind a gate names no address of its own: its buttons post to where it is.
    press = Press(f"?lang={chosen}" if chosen else "?", [("proof", proof.reveal())])
    leave = f"?{LEAVE}=1&lang={chosen}" if chosen else f"?{LEAVE}=1"
    pictures = f"{PICTURES}{front.organisation.slug}/"
    return show(
        request,
        "content.html",
        locale=locale_of(request, front),
        here=here,
        house=house,
        leads_to=content.origins,
        front=front,
        leave=leave,
        preview=preview,
        content=drawn(content, pictures=pictures, press=press, zone=house.zone),
    )


routes = [look, answer, type_code, send_again]
