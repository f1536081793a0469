"""System → Locations: the sites of an organisation, opened, renamed and closed."""

from typing import assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.organisations.locations.rules import (
    BadName,
    BadTimeZone,
    Location,
    NameTaken,
    NothingChanged,
    Refused,
    TooManyLocations,
    folded,
)
from watchword.features.organisations.rules import LocationId
from watchword.features.staff.permissions import Permission
from watchword.foundation.ids import Id
from watchword.web.console.doormat import refuse
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/locations"
SEES, EDITS = {PERMISSION: Permission.SETTINGS_SEE}, {PERMISSION: Permission.SETTINGS_EDIT}


@get(PATH, include_in_schema=False, opt=SEES)
async def show_locations(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, after = rows_of(request), request.query_params.get("after", "")
    locations = visitor.services.configuration.locations
    found = await locations.page(visitor.organisation.id, most=rows.most + 1, after=folded(after))
    seen = [each for each in found if visitor.may(Permission.SETTINGS_SEE, each.id)]
    return show_console(
        request,
        visitor,
        "locations/list.html",
        locations=seen[: rows.most],
        next_after=found[rows.most - 1].known_as if len(found) > rows.most else "",
        is_first=not after,
        most=rows.most,
        may_add=visitor.may(Permission.SETTINGS_EDIT),
    )


@get(f"{PATH}/new", include_in_schema=False, opt=EDITS)
async def ask_for_location(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return _show_form(request, visitor, None)


@post(PATH, include_in_schema=False, opt=EDITS, status_code=200)
async def add_location(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    if not visitor.may(Permission.SETTINGS_EDIT):
        return refuse(request, "forbidden", visitor)
    if visitor.form.is_resumed:
        return _show_form(request, visitor, None)
    outcome = await visitor.services.configuration.locations.add(
        visitor.organisation.id,
        name=visitor.form.text("name"),
        time_zone=visitor.form.text("time_zone") or None,
        actor=visitor.actor,
    )
    if isinstance(outcome, Location):
        return go(PATH, said="added")
    return _show_form(request, visitor, None, refused=outcome)


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=SEES)
async def show_location(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    if not visitor.may(Permission.SETTINGS_SEE, location_id(id)):
        return refuse(request, "forbidden", visitor)
    return _show_form(request, visitor, await _found(visitor, id))


@post(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=EDITS, status_code=200)
async def change_location(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    if not visitor.may(Permission.SETTINGS_EDIT, location_id(id)):
        return refuse(request, "forbidden", visitor)
    location = await _found(visitor, id)
    if visitor.form.is_resumed:
        return _show_form(request, visitor, location)
    outcome = await visitor.services.configuration.locations.change(
        visitor.organisation.id,
        location.id,
        name=visitor.form.text("name"),
        time_zone=visitor.form.text("time_zone") or None,
        actor=visitor.actor,
    )
    match outcome:
        case Location() | NothingChanged():
            return go(PATH, said="changed")
        case BadName() | BadTimeZone() | NameTaken() | TooManyLocations():
            return _show_form(request, visitor, location, refused=outcome)
        case _:
            assert_never(outcome)


@post(f"{PATH}/{{id:uuid}}/closings", include_in_schema=False, opt=EDITS, status_code=303)
async def close_location(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    if not visitor.may(Permission.SETTINGS_EDIT, location_id(id)):
        return refuse(request, "forbidden", visitor)
    if visitor.form.is_resumed:
        return go(f"{PATH}/{id}")
    await visitor.services.configuration.locations.close(
        visitor.organisation.id, location_id(id), actor=visitor.actor
    )
    return go(PATH, said="closed")


@post(f"{PATH}/{{id:uuid}}/openings", include_in_schema=False, opt=EDITS, status_code=303)
async def reopen_location(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    if not visitor.may(Permission.SETTINGS_EDIT, location_id(id)):
        return refuse(request, "forbidden", visitor)
    if visitor.form.is_resumed:
        return go(f"{PATH}/{id}")
    await visitor.services.configuration.locations.reopen(
        visitor.organisation.id, location_id(id), actor=visitor.actor
    )
    return go(PATH, said="opened")


def location_id(id: UUID) -> LocationId:
    return LocationId(Id(int=id.int))


async def _found(visitor: Visitor, id: UUID) -> Location:
    return await visitor.services.configuration.locations.find(
        visitor.organisation.id, location_id(id)
    )


def _show_form(
    request: AnyRequest,
    visitor: Visitor,
    location: Location | None,
    refused: Refused | None = None,
) -> Response[str]:
    form = visitor.form
    is_typed = refused is not None or form.is_resumed
    name = "" if location is None else location.name
    time_zone = "" if location is None else location.time_zone or ""
    may_edit = visitor.may(Permission.SETTINGS_EDIT, None if location is None else location.id)
    return show_console(
        request,
        visitor,
        "locations/form.html",
        status=200 if refused is None else 422,
        location=location,
        name=form.text("name") if is_typed else name,
        time_zone=form.text("time_zone") if is_typed else time_zone,
        problem="" if refused is None else refused.word,
        is_taken_by_open=not isinstance(refused, NameTaken) or refused.is_open,
        zones=sorted(visitor.services.configuration.locations.zones),
        may_edit=bool(may_edit),
    )


routes = [
    show_locations,
    ask_for_location,
    add_location,
    show_location,
    change_location,
    close_location,
    reopen_location,
]
