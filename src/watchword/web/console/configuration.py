"""System → Configuration: what an organisation decides for itself, area by area."""

from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import may_differ
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.pages import show_console
from watchword.web.console.people import names_of_staff
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/configuration"
SEES, EDITS = {PERMISSION: Permission.SETTINGS_SEE}, {PERMISSION: Permission.SETTINGS_EDIT}
VERSIONS_ON_A_PAGE = 25
DIGITS_AT_MOST = 15


@get(PATH, include_in_schema=False, opt=SEES)
async def show_areas(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    settings = visitor.services.configuration.settings
    return show_console(
        request,
        visitor,
        "settings/areas.html",
        areas=await settings.areas(visitor.organisation.id),
        people=await names_of_staff(visitor),
        may_edit={name: may_edit(visitor, name, None) for name in SectionName},
    )


@get(f"{PATH}/{{name:str}}/history", include_in_schema=False, opt=SEES)
async def show_history(
    request: AnyRequest, name: FromPath[str], visitor: NamedDependency[Visitor]
) -> Response[str]:
    section = section_named(name)
    location = await place_of(visitor, section, request.query_params.get("location", ""))
    before = request.query_params.get("before", "")
    is_number = 0 < len(before) <= DIGITS_AT_MOST and not before.strip("0123456789")
    found = await visitor.services.configuration.settings.history(
        visitor.organisation.id,
        section,
        None if location is None else location.id,
        most=VERSIONS_ON_A_PAGE,
        newest=int(before) if is_number else None,
    )
    return show_console(
        request,
        visitor,
        "settings/history.html",
        section=section,
        location=location,
        steps=found,
        is_first=not is_number,
        people=await names_of_staff(visitor),
    )


def section_named(name: str) -> SectionName:
    if name not in [*SectionName]:
        raise NotFound("page")
    return SectionName(name)


async def place_of(visitor: Visitor, section: SectionName, written: str) -> Location | None:
    """Find the location that is meant; none, where it is the organisation as a whole."""
    if not written:
        return None
    try:
        id = LocationId(Id(written))
    except ValueError:
        raise NotFound("location") from None
    if not may_differ(section) or not visitor.may(Permission.SETTINGS_SEE, id):
        raise NotFound("location")
    return await visitor.services.configuration.locations.find(visitor.organisation.id, id)


def may_edit(visitor: Visitor, section: SectionName, location: LocationId | None) -> bool:
    """Say whether somebody may change a section at a place; overrides have their own right."""
    if not visitor.may(Permission.SETTINGS_EDIT, location):
        return False
    is_override = section is SectionName.REDEMPTION
    return not is_override or visitor.may(Permission.OVERRIDES_SET, location)


def id_of(id: UUID) -> Id:
    return Id(int=id.int)


routes = [show_areas, show_history]
