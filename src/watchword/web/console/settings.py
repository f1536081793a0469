"""One area of the configuration: its form, what a change would do, and the second asking.

Nothing is saved from the form itself. It leads to a page that shows each difference and what it
will do; what touches every customer has to be confirmed there, or be approved by somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.approvals.rules import (
    ApprovalId,
    BadReason,
    Kind,
    NobodyToDecide,
    Proposal,
    Request,
    TooManyOpen,
)
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.settings.catalogue import Own, may_differ, values_of
from watchword.features.organisations.settings.changing.rules import (
    Change,
    Faulty,
    NothingDifferent,
    Review,
    Stale,
    read_change,
    read_ground,
    write_change,
)
from watchword.features.organisations.settings.effects import effects
from watchword.features.organisations.settings.layers import Layers, trimmed
from watchword.features.organisations.settings.rules import (
    Changed,
    Difference,
    rebased,
    target_of,
)
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.permissions import Permission
from watchword.features.templates.rules import LOCALES
from watchword.foundation.ids import Id
from watchword.web.console.configuration import (
    EDITS,
    PATH,
    SEES,
    may_edit,
    place_of,
    section_named,
)
from watchword.web.console.consequences import around, consequences, most_tills
from watchword.web.console.doormat import refuse
from watchword.web.console.pages import go, show_console
from watchword.web.console.people import deciders_besides, names_of_staff
from watchword.web.console.settings_forms import (
    DOWN,
    UP,
    Draft,
    brand_of,
    draft_of,
    fields_at,
    read_draft,
    shifted,
)
from watchword.web.console.visits import Visitor, address_of
from watchword.web.html.pages import AnyRequest

ASKED_TWICE = {"do", "reason", "understood"}
"""Fields that only the second page has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One area at one place, with somebody in it."""

    request: AnyRequest
    visitor: Visitor
    section: SectionName
    location: Location | None
    layers: Layers

    @property
    def path(self) -> str:
        place = "" if self.location is None else f"?location={self.location.id}"
        return f"{PATH}/{self.section}{place}"

    @property
    def may_edit(self) -> bool:
        return may_edit(
            self.visitor, self.section, None if self.location is None else self.location.id
        )


@get(f"{PATH}/{{name:str}}", include_in_schema=False, opt=SEES)
async def show_section(
    request: AnyRequest, name: FromPath[str], visitor: NamedDependency[Visitor]
) -> Response[str]:
    room = await _enter(request, visitor, name, request.query_params.get("location", ""))
    wanted = await _wanted(room, request.query_params.get("request", ""))
    return await _show_form(room, draft_of(room.layers, wanted))


@post(f"{PATH}/{{name:str}}", include_in_schema=False, opt=EDITS, status_code=200)
async def change_section(
    request: AnyRequest, name: FromPath[str], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    form = visitor.form
    room = await _enter(request, visitor, name, form.text("location"))
    if not room.may_edit:
        return refuse(request, "forbidden", visitor)
    draft, do = read_draft(room.layers, form), form.text("do")
    if form.is_resumed or do == "edit":
        return await _show_form(room, draft)
    if do.startswith((UP, DOWN)):
        return await _show_form(room, shifted(draft, do))
    if draft.faults:
        return await _show_form(room, draft, status=422)
    change = Change(
        section=room.section,
        location=room.layers.location,
        own=trimmed(room.layers, draft.values, draft.back),
        ground=read_ground(form.text("ground")),
    )
    return await _consider(room, draft, change, is_to_be_done=do == "save")


async def _enter(request: AnyRequest, visitor: Visitor, name: str, place: str) -> Room:
    section = section_named(name)
    location = await place_of(visitor, section, place)
    layers = await visitor.services.configuration.settings.layers(
        visitor.organisation.id, section, None if location is None else location.id
    )
    return Room(request=request, visitor=visitor, section=section, location=location, layers=layers)


async def _wanted(room: Room, written: str) -> Own | None:
    """Give what a request asked for, so that what was overtaken need not be typed again."""
    try:
        id = ApprovalId(Id(written))
    except ValueError:
        return None
    approvals = room.visitor.services.configuration.approvals
    request = await approvals.find(room.visitor.organisation.id, id)
    if request.kind is not Kind.SETTINGS:
        return None
    change = read_change(request.payload)
    is_here = (change.section, change.location) == (room.section, room.layers.location)
    return change.own if is_here else None


async def _consider(
    room: Room, draft: Draft, change: Change, *, is_to_be_done: bool
) -> Response[str] | Redirect:
    services, whose = room.visitor.services.configuration, room.visitor.organisation.id
    address = address_of(room.request)
    review = await services.changes.consider(whose, change, address)
    if not isinstance(review, Review):
        return await _show_outcome(room, draft, review)
    form = room.visitor.form
    is_understood = form.flag("understood") or not review.is_asked_twice
    if not is_to_be_done or not is_understood:
        problem = "not_understood" if is_to_be_done else ""
        return await show_review(room, change, review, problem=problem)
    if review.needs_second_person:
        return await _propose(room, change, review, form.text("reason"))
    outcome = await services.changes.change(
        whose, change, actor=room.visitor.actor, address=address
    )
    match outcome:
        case Changed():
            return go(room.path, said="saved")
        case NeedsSecondPerson():
            # Somebody has only just switched that on.
            return await show_review(room, change, review)
        case _:
            return await _show_outcome(room, draft, outcome)


async def _propose(
    room: Room, change: Change, review: Review, reason: str
) -> Response[str] | Redirect:
    approvals = room.visitor.services.configuration.approvals
    proposal = Proposal(
        kind=Kind.SETTINGS,
        subject=target_of(change.section, change.location),
        payload=write_change(change),
        reason=reason,
    )
    outcome = await approvals.propose(
        room.visitor.organisation.id, proposal, actor=room.visitor.actor
    )
    match outcome:
        case Request():
            return go(f"/console/approvals/{outcome.id}", said="proposed")
        case BadReason() | TooManyOpen() | NobodyToDecide():
            return await show_review(room, change, review, problem=outcome.word)
        case _:
            assert_never(outcome)


async def _show_outcome(
    room: Room, draft: Draft, outcome: Stale | Faulty | NothingDifferent
) -> Response[str]:
    match outcome:
        case Stale():
            return await _show_stale(room, draft, outcome)
        case Faulty(faults):
            found = {fault.field: fault for fault in reversed(faults)}
            return await _show_form(room, replace(draft, faults=found), status=422)
        case NothingDifferent():
            return await _show_form(room, draft, note="nothing_different")
        case _:
            assert_never(outcome)


async def _show_stale(room: Room, draft: Draft, stale: Stale) -> Response[str]:
    """Show what others have made of it meanwhile, and let what was typed stand."""
    now = values_of(stale.layers.effective)
    shown = {name: now[name] for name in draft.values}
    mine, both = rebased(stale.base, draft.values, shown)
    theirs = [
        Difference(
            section=room.section,
            field=name,
            before=stale.base[name],
            after=value,
            was_own=True,
            is_own=True,
        )
        for name, value in shown.items()
        if value != stale.base[name]
    ]
    return await _show_form(
        replace(room, layers=stale.layers),
        replace(draft, values=mine),
        status=409,
        ground=stale.layers.ground,
        stale=stale,
        theirs=theirs,
        both=both,
    )


async def _show_form(
    room: Room, draft: Draft, *, status: int = 200, ground: str = "", **facts: object
) -> Response[str]:
    visitor = room.visitor
    services, now = visitor.services.configuration, room.layers.effective
    locations: Sequence[Location] = ()
    if may_differ(room.section):
        every = await services.locations.all(visitor.organisation.id)
        locations = [each for each in every if visitor.may(Permission.SETTINGS_SEE, each.id)]
    fields = fields_at(room.section, is_location=room.location is not None)
    tills = await most_tills(visitor, room.section)
    shown: dict[str, object] = {"note": "", "stale": None, "theirs": (), "both": (), **facts}
    return show_console(
        room.request,
        visitor,
        "settings/section.html",
        status=status,
        room=room,
        fields=fields,
        draft=draft,
        ground=ground or visitor.form.text("ground") or room.layers.ground,
        inherited=values_of(room.layers.inherited),
        effects=effects(now, now, around(visitor, now, address_of(room.request), tills)),
        locations=locations,
        differing=await services.settings.differing(visitor.organisation.id, room.section),
        people=await names_of_staff(visitor),
        costs=services.offer.costs(visitor.organisation),
        limits=visitor.services.settings.console,
        brand=brand_of(draft.values),
        address=address_of(room.request),
        locales=LOCALES,
        zones=sorted(services.locations.zones) if room.section is SectionName.BASIS else (),
        public_url=visitor.services.settings.web.public_url,
        **shown,
    )


async def show_review(
    room: Room, change: Change, review: Review, *, problem: str = ""
) -> Response[str]:
    """Show each difference and what it will do, and ask for the second time."""
    found = await consequences(room.visitor, room.layers, change.own, address_of(room.request))
    hidden = [pair for pair in room.visitor.form.pairs if pair[0] not in ASKED_TWICE]
    return show_console(
        room.request,
        room.visitor,
        "settings/review.html",
        status=422 if problem else 200,
        room=room,
        review=review,
        others=await deciders_besides(room.visitor),
        found=found,
        hidden=hidden,
        problem=problem,
        reason=room.visitor.form.text("reason"),
    )


routes = [show_section, change_section]
