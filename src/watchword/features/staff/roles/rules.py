"""What may be changed about who may do what: there is always somebody who can set it right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.permissions import Permission, Role
from watchword.features.staff.rules import (
    GRANTS_AT_MOST,
    Grant,
    Reasonless,
    StaffId,
    StaffMember,
    StaffState,
    actor_of,
    may,
    owns,
    tidied,
    written,
)


class HasRoles(Protocol):
    """Somebody as the rules here look at them."""

    @property
    def id(self) -> StaffId: ...

    @property
    def state(self) -> StaffState: ...

    @property
    def grants(self) -> tuple[Grant, ...]: ...


@dataclass(frozen=True, slots=True)
class Changed:
    """It is done, and holds from now on."""

    member: StaffMember


@dataclass(frozen=True, slots=True)
class LastOwner:
    """Nobody would be left who can set everything right."""


@dataclass(frozen=True, slots=True)
class NotYourself:
    """Somebody else has to do this, for it shuts out who asks."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody else has changed it since it was looked at; this is how it is now."""

    member: StaffMember


@dataclass(frozen=True, slots=True)
class NoRoles:
    """Nobody works here without a role, and nobody has more than we can show."""

    at_most: int = GRANTS_AT_MOST


@dataclass(frozen=True, slots=True)
class NotNow:
    """Who is to be shut out is out, or who is to be let in again is in."""

    state: StaffState


Refusal: TypeAlias = (
    LastOwner | NotYourself | Stale | NoRoles | NotNow | Reasonless | NeedsSecondPerson
)


def leaves_an_owner(
    everybody: Sequence[HasRoles], id: StaffId, state: StaffState, grants: tuple[Grant, ...]
) -> bool:
    """Say whether an owner is left once somebody is what they are to be."""
    others = (each for each in everybody if each.id != id)
    return owns(state, grants) or any(owns(each.state, each.grants) for each in others)


def deciding(grants: Iterable[Grant]) -> str:
    """Write down those grants by which somebody decides on requests; nothing, if none does."""
    return written(each for each in grants if may([each], Permission.APPROVALS_DECIDE, None))


def subject_of(id: StaffId, roles: str) -> str:
    """Name what a second person agrees to: that somebody gets those roles."""
    return f"{actor_of(id)} {roles}"


def roles_in(subject: str) -> str:
    """Read from a subject which roles are meant."""
    return subject.partition(" ")[2]


def narrowed(had: Iterable[Grant], given: Iterable[Grant]) -> tuple[Grant, ...]:
    """Leave of the grants that somebody was given later what those that they had allow already."""
    return tidied(
        replace(new, location=new.location or old.location)
        for new in given
        for old in had
        if _includes(old.role, new.role) and (old.reaches(new.location) or new.location is None)
    )


def _includes(role: Role, other: Role) -> bool:
    """Say whether a role may do all that another one may, and as freely."""
    return all(
        may((Grant(role), Grant(other)), each, None) == may([Grant(role)], each, None)
        for each in Permission
    )


def is_countable(grants: tuple[Grant, ...]) -> bool:
    return 0 < len(grants) <= GRANTS_AT_MOST
