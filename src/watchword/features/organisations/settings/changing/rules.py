"""A change of settings as it is asked for, and what can become of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

import msgspec

from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import Own, read_own
from watchword.features.organisations.settings.layers import Ground, Layers
from watchword.features.organisations.settings.rules import Changed, Difference, Faults, Version
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.foundation.ids import Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a place is to have of its own in a section, made on a ground."""

    section: SectionName
    location: LocationId | None = None
    own: Own
    ground: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a change would alter, and that it may be made.

    `newly_wanted`: for what a second person is needed from then on.
    """

    layers: Layers
    differences: tuple[Difference, ...]
    touches_everyone: bool
    newly_wanted: tuple[str, ...]
    needs_second_person: bool

    @property
    def is_asked_twice(self) -> bool:
        """Say whether somebody has to tick that they have read what it does."""
        return self.touches_everyone or bool(self.newly_wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """Others have changed it meanwhile: how it was when the form was opened, and what they did."""

    word: ClassVar = "stale"

    base: Own
    layers: Layers
    meanwhile: Sequence[Version] = field(default=())


@dataclass(frozen=True, slots=True)
class Faulty:
    """Something in it cannot be."""

    word: ClassVar = "faulty"

    faults: Faults


@dataclass(frozen=True, slots=True)
class NothingDifferent:
    """It is so already."""

    word: ClassVar = "nothing_different"


GROUND = re.compile(r"[0-9]{1,15}(-[0-9]{1,15}){0,2}")

Reviewed: TypeAlias = Review | Stale | Faulty | NothingDifferent
Outcome: TypeAlias = Changed | Stale | Faulty | NothingDifferent | NeedsSecondPerson


class WrittenChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change as it waits for a second person. It says nothing about anybody."""

    section: SectionName
    location: UUID | None
    own: dict[str, Any]
    ground: str


def write_change(change: Change) -> bytes:
    own = dict(change.own)
    written = WrittenChange(change.section, change.location, own, change.ground)
    return msgspec.json.encode(written)


def read_change(written: bytes) -> Change:
    read = msgspec.json.decode(written, type=WrittenChange)
    return Change(
        section=read.section,
        location=None if read.location is None else LocationId(Id(int=read.location.int)),
        own=read_own(read.section, read.own),
        ground=read_ground(read.ground),
    )


def read_ground(written: str) -> Ground:
    """Read on what ground a form was made; what is none stands on no ground at all."""
    return Ground(written if GROUND.fullmatch(written) else "")


def versions_of(ground: Ground) -> Sequence[int]:
    """Give the versions of the layers, the lowest first."""
    return [int(part) for part in ground.split("-") if part]
