"""What a location is: a shop, a branch. Closed ones are kept, for the ledger names them."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, TypeAlias

from watchword.features.organisations.rules import LocationId

NAME_AT_MOST = 60
LOCATIONS_AT_MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """`time_zone` (IANA) says when it is day there; without one it is that of the organisation."""

    id: LocationId
    name: str
    time_zone: str | None
    created_at: datetime
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def known_as(self) -> str:
        return folded(self.name)


@dataclass(frozen=True, slots=True)
class BadName:
    """A name is missing, or is none that people can read."""

    word: ClassVar = "bad_name"

    at_most: int = NAME_AT_MOST


@dataclass(frozen=True, slots=True)
class BadTimeZone:
    """There is no such time zone."""

    word: ClassVar = "bad_time_zone"


@dataclass(frozen=True, slots=True)
class NameTaken:
    """Another location has that name; `is_open` says whether it is still in use."""

    word: ClassVar = "name_taken"

    id: LocationId
    is_open: bool


@dataclass(frozen=True, slots=True)
class TooManyLocations:
    word: ClassVar = "too_many_locations"

    at_most: int = LOCATIONS_AT_MOST


@dataclass(frozen=True, slots=True)
class NothingChanged:
    """It is so already."""

    word: ClassVar = "nothing_changed"


Refused: TypeAlias = BadName | BadTimeZone | NameTaken | TooManyLocations | NothingChanged


def folded(name: str) -> str:
    """Give what a name is known by: whoever types it differently does not mean another shop."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def find_fault(
    name: str, time_zone: str | None, zones: Collection[str]
) -> BadName | BadTimeZone | None:
    if not name.strip() or len(name) > NAME_AT_MOST or not name.isprintable() or not folded(name):
        return BadName()
    if time_zone is not None and time_zone not in zones:
        return BadTimeZone()
    return None


def changed(location: Location, name: str, time_zone: str | None) -> Location | NothingChanged:
    if (location.name, location.time_zone) == (name, time_zone):
        return NothingChanged()
    return replace(location, name=name, time_zone=time_zone)


def closed(location: Location, now: datetime) -> Location | NothingChanged:
    return replace(location, closed_at=now) if location.is_open else NothingChanged()


def reopened(location: Location) -> Location | NothingChanged:
    return NothingChanged() if location.is_open else replace(location, closed_at=None)
