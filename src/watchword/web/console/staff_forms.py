"""Roles as a form asks for them: a row for each, with the place where it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.staff.permissions import PRESETS, Role
from watchword.features.staff.rules import Grant, StaffMember, written
from watchword.web.console.forms import Form
from watchword.web.console.visits import Visitor

EMPTY_ROWS = 1
ROWS_AT_MOST = 60
EVERYWHERE = ""

Row: TypeAlias = tuple[str, str]
"""A role and a location as they stand in the form; nothing, where nothing was chosen."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The forms about somebody as they are to stand in the page, and what is wrong with them."""

    rows: Sequence[Row]
    seen: str = ""
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    language: str = ""
    reason: str = field(default="", repr=False)
    doing: str = ""
    """Which of several forms was sent."""
    problem: str = ""

    def with_room(self) -> Sequence[Row]:
        """Give the rows, and some more to be filled in."""
        return [*self.rows, *[("", EVERYWHERE)] * EMPTY_ROWS]


def filled_for(member: StaffMember) -> Filled:
    return Filled(rows=rows_of(member.grants), seen=written(member.grants))


def rows_of(grants: Sequence[Grant]) -> Sequence[Row]:
    return [(grant.role, str(grant.location or EVERYWHERE)) for grant in grants]


def read_rows(form: Form) -> Sequence[Row]:
    """Read the rows in which something was chosen."""
    pairs = zip(form.all("role"), form.all("location"), strict=False)
    return [(role, location) for role, location in pairs if role][:ROWS_AT_MOST]


def read_grants(rows: Sequence[Row], known: Mapping[LocationId, str]) -> tuple[Grant, ...] | None:
    """Read roles; nothing, if one of them or its location is none that there is."""
    grants = []
    for role, location in rows:
        grant = _read(role, location, known)
        if grant is None:
            return None
        grants.append(grant)
    return tuple(grants)


def _read(role: str, location: str, known: Mapping[LocationId, str]) -> Grant | None:
    if role not in {*Role}:
        return None
    if location == EVERYWHERE:
        return Grant(Role(role))
    found = next((id for id in known if str(id) == location), None)
    return None if found is None else Grant(Role(role), found)


async def locations_of(visitor: Visitor) -> Mapping[LocationId, Location]:
    """Give the locations of an organisation by their names, the closed ones among them."""
    found = await visitor.services.configuration.locations.all(visitor.organisation.id)
    return {location.id: location for location in found}


def names_of(locations: Mapping[LocationId, Location]) -> Mapping[LocationId, str]:
    return {id: location.name for id, location in locations.items()}


def also_called() -> Mapping[Role, Sequence[str]]:
    """Give the names that Alpine IQ has for each role of ours."""
    return {role: [name for name, ours in PRESETS.items() if ours is role] for role in Role}
