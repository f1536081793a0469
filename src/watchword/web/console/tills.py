"""System → Locations → Tills: the tills of a location, and the master PIN that is typed at them.

What is made here is shown once, on the page that answers, and nowhere again.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.approvals.rules import Kind, Proposal, Request, State
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.master_pins.pins import spell
from watchword.features.redemptions.master_pins.rules import (
    LIVES,
    USUAL_LIFE,
    BadLife,
    NeedsSecondPerson,
    NewPin,
    ends_soon,
    is_good,
    subject_of,
)
from watchword.features.staff.permissions import Permission
from watchword.features.tills.terminals.rules import LocationShut, NewTerminal, Terminal, TerminalId
from watchword.foundation.ids import Id
from watchword.web.console.actors import name_of
from watchword.web.console.doormat import refuse
from watchword.web.console.locations import location_id
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.shown import square_of

PATH = "/console/locations/{location:uuid}/tills"
EDITS = {PERMISSION: Permission.TERMINALS_EDIT}
SETS = {PERMISSION: Permission.OVERRIDES_SET}

Shown: TypeAlias = Response[str] | Redirect


@get(PATH, include_in_schema=False, opt=EDITS)
async def show_tills(
    request: AnyRequest, location: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show(request, visitor, location_id(location))


@post(PATH, include_in_schema=False, opt=EDITS, status_code=200)
async def register_till(
    request: AnyRequest, location: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    place, form = location_id(location), visitor.form
    if form.is_resumed or not visitor.may(Permission.TERMINALS_EDIT, place):
        return await _show(request, visitor, place)
    made = await visitor.services.terminals.register(visitor, place, form.text("name"))
    if not isinstance(made, NewTerminal):
        return await _show(request, visitor, place, problem=made.word)
    path, size = square_of(made.credential)
    return show_console(
        request,
        visitor,
        "tills/made.html",
        location=await visitor.services.configuration.locations.find(
            visitor.organisation.id, place
        ),
        terminal=made.terminal,
        secret=made.credential.reveal(),
        path=path,
        size=size,
    )


@post(f"{PATH}/{{id:uuid}}/names", include_in_schema=False, opt=EDITS, status_code=200)
async def rename_till(
    request: AnyRequest,
    location: FromPath[UUID],
    id: FromPath[UUID],
    visitor: NamedDependency[Visitor],
) -> Shown:
    place = location_id(location)
    if visitor.form.is_resumed or not await _is_ours(visitor, place, id):
        return await _show(request, visitor, place)
    named = await visitor.services.terminals.rename(visitor, _id(id), visitor.form.text("name"))
    if isinstance(named, Terminal):
        return go(_path(place), said="renamed")
    return await _show(request, visitor, place, problem=named.word, about=id)


@post(f"{PATH}/{{id:uuid}}/revocations", include_in_schema=False, opt=EDITS, status_code=200)
async def revoke_till(
    request: AnyRequest,
    location: FromPath[UUID],
    id: FromPath[UUID],
    visitor: NamedDependency[Visitor],
) -> Shown:
    place = location_id(location)
    if visitor.form.is_resumed or not await _is_ours(visitor, place, id):
        return await _show(request, visitor, place)
    await visitor.services.terminals.revoke(visitor, _id(id))
    return go(_path(place), said="revoked")


@post(f"{PATH}/master-pin/proposals", include_in_schema=False, opt=SETS, status_code=200)
async def propose_pin(
    request: AnyRequest, location: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    """Ask for a second person; what they agree to is a permit to make one PIN."""
    place, form = location_id(location), visitor.form
    if form.is_resumed:
        return await _show(request, visitor, place)
    proposal = Proposal(kind=Kind.MASTER_PIN, subject=subject_of(place), reason=form.text("reason"))
    outcome = await visitor.services.configuration.approvals.propose(
        visitor.organisation.id, proposal, actor=visitor.actor
    )
    if isinstance(outcome, Request):
        return go(_path(place), said="proposed")
    return await _show(request, visitor, place, problem=outcome.word)


@post(f"{PATH}/master-pin", include_in_schema=False, opt=SETS, status_code=200)
async def set_pin(
    request: AnyRequest, location: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    place, form = location_id(location), visitor.form
    if form.is_resumed:
        return await _show(request, visitor, place)
    days = form.text("days")
    life = timedelta(days=int(days)) if days in _days() else USUAL_LIFE
    made = await visitor.services.master_pins.set(visitor, place, life)
    match made:
        case NewPin():
            return show_console(
                request,
                visitor,
                "tills/pin.html",
                location=await _place(visitor, place),
                pin=spell(made.content),
                expires_at=made.pin.expires_at,
            )
        case NeedsSecondPerson() | LocationShut() | BadLife():
            return await _show(request, visitor, place, problem=made.word)


@post(f"{PATH}/master-pin/endings", include_in_schema=False, opt=EDITS, status_code=200)
async def end_pin(
    request: AnyRequest, location: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    place = location_id(location)
    if visitor.form.is_resumed or not visitor.may(Permission.TERMINALS_EDIT, place):
        return await _show(request, visitor, place)
    await visitor.services.master_pins.end(visitor, place)
    return go(_path(place), said="ended")


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    place: LocationId,
    *,
    problem: str = "",
    about: UUID | None = None,
) -> Response[str]:
    if not visitor.may(Permission.TERMINALS_EDIT, place):
        return refuse(request, "forbidden", visitor)
    services, whose, now = visitor.services, visitor.organisation.id, visitor.services.storage.now()
    pins = await services.master_pins.of(whose, place)
    current = next((each for each in pins if is_good(each, now)), None)
    asked = await _asked(visitor, place)
    settings = await services.configuration.settings.at(whose, place)
    return show_console(
        request,
        visitor,
        "tills/list.html",
        status=422 if problem else 200,
        location=await _place(visitor, place),
        terminals=await services.terminals.at(whose, place),
        current=current,
        ends_soon=current is not None and ends_soon(current, now),
        earlier=[each for each in pins if each is not current],
        doers={
            each: await name_of(visitor, each)
            for pin in pins
            for each in (pin.set_by, pin.agreed_by)
        },
        permit=next((each for each in asked if each.state is State.APPROVED), None),
        waiting=next((each for each in asked if each.state is State.OPEN), None),
        is_on=settings.redemption.master_pin,
        days=_days(),
        usual=str(USUAL_LIFE.days),
        problem=problem,
        about=about,
        form=visitor.form,
    )


async def _asked(visitor: Visitor, place: LocationId) -> Sequence[Request]:
    """Give what whoever looks has asked for here, and is not over."""
    approvals = visitor.services.configuration.approvals
    return [
        each
        for each in await approvals.pending(visitor.organisation.id, visitor.actor)
        if each.kind is Kind.MASTER_PIN and each.subject == subject_of(place)
    ]


async def _place(visitor: Visitor, place: LocationId) -> Location:
    return await visitor.services.configuration.locations.find(visitor.organisation.id, place)


async def _is_ours(visitor: Visitor, place: LocationId, id: UUID) -> bool:
    """Say whether a till is at this location, and whoever asks may change it there."""
    terminal = await visitor.services.terminals.find(visitor.organisation.id, _id(id))
    return terminal.location_id == place and visitor.may(Permission.TERMINALS_EDIT, place)


def _days() -> list[str]:
    return [str(life.days) for life in LIVES]


def _path(place: LocationId) -> str:
    return f"/console/locations/{place}/tills"


def _id(id: UUID) -> TerminalId:
    return TerminalId(Id(int=id.int))


routes = [
    show_tills,
    register_till,
    rename_till,
    revoke_till,
    propose_pin,
    set_pin,
    end_pin,
]
