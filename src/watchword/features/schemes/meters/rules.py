"""What a meter is: something that an application lets itself be counted by, such as the address of
whoever asks. Its bounds say how much of it there may be in how long."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, NewType
from uuid import UUID

from watchword.features.limits.rules import Cap, Limits
from watchword.features.schemes.rules import SchemeId

MeterId = NewType("MeterId", UUID)
BoundId = NewType("BoundId", UUID)

METERS_AT_MOST, BOUNDS_AT_MOST = 10, 5
MOST_AT_MOST = 1000
"""Every single one is remembered by its moment, so there are not too many."""
LONGEST = timedelta(days=1)
"""What is older is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    id: MeterId
    scheme_id: SchemeId
    name: str
    description: str | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    id: BoundId
    meter_id: MeterId
    most: int
    seconds: int
    created_at: datetime
    changed_at: datetime

    @property
    def limits(self) -> Limits:
        return Limits(sends=(Cap(self.most, timedelta(seconds=self.seconds)),))


@dataclass(frozen=True, slots=True)
class Metered:
    """By a meter of the application itself, it is one too many."""

    word: ClassVar[str] = "metered"


@dataclass(frozen=True, slots=True)
class UnknownMeter:
    """It is to be counted by something that there is not."""

    word: ClassVar[str] = "unknown_meter"


@dataclass(frozen=True, slots=True)
class NameTaken:
    """There is a meter of this name under the scheme."""

    word: ClassVar[str] = "name_taken"


@dataclass(frozen=True, slots=True)
class TooManyMeters:
    """There are as many under the scheme as there may be."""

    word: ClassVar[str] = "too_many_meters"


@dataclass(frozen=True, slots=True)
class SpanTaken:
    """The meter has a bound over the same time."""

    word: ClassVar[str] = "span_taken"


@dataclass(frozen=True, slots=True)
class TooManyBounds:
    """The meter has as many bounds as there may be."""

    word: ClassVar[str] = "too_many_bounds"


def find_fault_of_meter(name: str, there: Collection[str]) -> NameTaken | TooManyMeters | None:
    """Say why a scheme may have no meter of a name beside those of which the names are given."""
    if name in there:
        return NameTaken()
    return TooManyMeters() if len(there) >= METERS_AT_MOST else None


def find_fault_of_bound(seconds: int, there: Collection[int]) -> SpanTaken | TooManyBounds | None:
    """Say why a meter may have no bound over so long beside those over the times given."""
    if seconds in there:
        return SpanTaken()
    return TooManyBounds() if len(there) >= BOUNDS_AT_MOST else None


def key_of(bound: Bound, whose: bytes) -> str:
    """Name the budget of a bound for one of those who are counted."""
    return f"meter:{bound.id}:{whose.hex()}"
