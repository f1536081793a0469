"""Who works for an organisation, and what they may do where."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from watchword.features.audit.reasons import AT_MOST, names_somebody
from watchword.features.audit.rules import Noun
from watchword.features.contacts.rules import ContactId
from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.staff.permissions import (
    SOMEWHERE_IS_ENOUGH,
    How,
    Permission,
    Role,
    how,
)
from watchword.foundation.ids import Id

StaffId = NewType("StaffId", UUID)

NAME_AT_MOST = 80
REASON_AT_LEAST = 3
GRANTS_AT_MOST = 50


class StaffState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, at one location or everywhere."""

    role: Role
    location: LocationId | None = None

    def reaches(self, location: LocationId | None) -> bool:
        """Say whether it counts at a location; without one, for the organisation as a whole."""
        return self.location is None or self.location == location


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody who works the console. `masked` is the e-mail address as others may see it."""

    id: StaffId
    contact_id: ContactId
    name: str = field(repr=False)
    masked: str = field(repr=False)
    locale: str
    state: StaffState
    grants: tuple[Grant, ...]
    created_at: datetime
    joined_at: datetime | None = None
    """When they came in for the first time; nothing, as long as they are only invited."""

    @property
    def actor(self) -> str:
        return actor_of(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member of staff who acts for the organisation: a `Caller`, as clients and operators are."""

    member: StaffMember
    organisation: Organisation

    @property
    def actor(self) -> str:
        return self.member.actor


def may(grants: Iterable[Grant], permission: Permission, location: LocationId | None) -> bool:
    """Say whether somebody may do something at a location by their roles alone.

    Without a location, what is done touches the whole organisation. What settings have to allow
    first is opened by no role: whoever opens such a door asks them, too.
    """
    ways = {how(grant.role, permission) for grant in grants if grant.reaches(location)}
    return bool(ways - {None, How.IF_ALLOWED})


def admits(grants: Iterable[Grant], permission: Permission) -> bool:
    """Say whether a door opens to somebody, before it is known what location it is about."""
    if permission in SOMEWHERE_IS_ENOUGH:
        grants = [Grant(grant.role) for grant in grants]
    return may(grants, permission, None)


@dataclass(frozen=True, slots=True)
class NamelessOrEndless:
    """A name is missing, or is none that people have."""

    because: str = f"A name has 1 to {NAME_AT_MOST} printable characters."


def decides(state: StaffState, grants: Iterable[Grant]) -> bool:
    """Say whether somebody can agree to what others ask for, or decline it."""
    return state is StaffState.ACTIVE and may(grants, Permission.APPROVALS_DECIDE, None)


def owns(state: StaffState, grants: Iterable[Grant]) -> bool:
    """Say whether somebody can set everything right, and let others do so."""
    return state is StaffState.ACTIVE and Grant(Role.OWNER) in grants


@dataclass(frozen=True, slots=True)
class Reasonless:
    """Something that is done with a reason was to be done without one, or with one that names
    somebody for good."""

    because: str = (
        f"A reason has 3 to {AT_MOST} printable characters, and names no e-mail address and no "
        "telephone number: it stays in the ledger."
    )


def find_fault_of_reason(reason: str) -> Reasonless | None:
    is_fine = REASON_AT_LEAST <= len(reason.strip()) <= AT_MOST and reason.isprintable()
    return None if is_fine and not names_somebody(reason) else Reasonless()


def find_fault_of_name(name: str) -> NamelessOrEndless | None:
    is_fine = name.strip() and len(name) <= NAME_AT_MOST and name.isprintable()
    return None if is_fine else NamelessOrEndless()


def written(grants: Iterable[Grant]) -> str:
    """Write grants in a line, in one order, as the audit and forms do: `owner clerk@6f1c…`."""
    lines = (
        grant.role if grant.location is None else f"{grant.role}@{grant.location}"
        for grant in grants
    )
    return " ".join(sorted(lines))


def read_written(line: str) -> tuple[Grant, ...]:
    """Read what `written` has written; raise `ValueError` for anything else."""
    pairs = (each.partition("@") for each in line.split())
    return tidied(
        Grant(Role(role), LocationId(Id(location)) if at else None) for role, at, location in pairs
    )


def tidied(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Leave out what is said twice: a role everywhere is one at each location, too."""
    once = {*grants}
    everywhere = {grant.role for grant in once if grant.location is None}
    each = [grant for grant in once if grant.location is None or grant.role not in everywhere]
    return tuple(sorted(each, key=lambda grant: written([grant])))


def actor_of(id: StaffId) -> str:
    """Write somebody as the audit does."""
    return Noun.STAFF.of(id)
