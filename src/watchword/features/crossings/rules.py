"""How far an organisation is across, and on which side a verification is.

In its shadow the original answers everything, and we only say what we would have answered. Then
more and more new ones are ours, by country or by share. A number is always on the same side of a
share, and what was begun somewhere stays there until it is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias
from uuid import UUID

from phonenumbers import SUPPORTED_REGIONS

from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.schemes.rules import SchemeId

WHOLE = 100  # per cent
PLACES = 10_000
"""Into so many places numbers fall: a hundredth of a per cent is the least that can move."""

LIFE = timedelta(minutes=10)
"""So long a verification can be answered at the original, counted from its last message."""


Who: TypeAlias = Contact | UUID
"""Whom a call is about: by a contact point, or by the id of a verification, whosever it is."""


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


class WithoutThem(StrEnum):
    """What becomes of a call to the original that fails, or takes too long."""

    REFUSE = "refuse"
    SERVE = "serve"
    """A new code is ours then. What was begun there cannot be ours, and is refused all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """`share`: of all numbers, so many per cent are ours; `countries`: those are ours whole."""

    share: int = 0
    countries: frozenset[str] = frozenset()
    without_them: WithoutThem = WithoutThem.REFUSE
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """A verification that the original has begun. `beside`: what we have begun beside it, of which
    nothing was sent, if we would have begun one."""

    original_id: UUID
    scheme_id: SchemeId
    contact_id: ContactId
    beside: ChallengeId | None
    begun_at: datetime
    ended_at: datetime | None = None


Field: TypeAlias = Literal["share", "countries"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is to be ours from then on."""

    share: int
    countries: frozenset[str]
    without_them: WithoutThem


def move_of(crossing: Crossing) -> Move:
    return Move(
        share=crossing.share,
        countries=crossing.countries,
        without_them=crossing.without_them,
    )


@dataclass(frozen=True, slots=True)
class Basis:
    """How far it was when somebody looked, who decides by it."""

    crossing: Crossing | None


@dataclass(frozen=True, slots=True)
class ChangedMeanwhile:
    """Somebody else was faster, and nothing was done."""

    crossing: Crossing | None


@dataclass(frozen=True, slots=True)
class Faulty:
    """It cannot be so, and why."""

    because: str
    field: Field


def find_fault(move: Move) -> Faulty | None:
    if not 0 <= move.share <= WHOLE:
        return Faulty("The share is 0 to 100 per cent.", "share")
    # Whoever writes UK for GB would believe to have moved a country, and would have moved nobody.
    if not SUPPORTED_REGIONS.issuperset(move.countries):
        because = "A country that has numbers is written in two capitals, as ISO 3166-1 has it: DE."
        return Faulty(because, "countries")
    return None


def place_of(digest: bytes) -> int:
    """Give the place of a number, by a digest that only its organisation can make."""
    return int.from_bytes(digest[:8]) % PLACES


def side_of(crossing: Crossing, country: str | None, place: int) -> Side:
    """Say whose a new verification is."""
    if country in crossing.countries:
        return Side.OURS
    return Side.OURS if place * WHOLE < crossing.share * PLACES else Side.THEIRS


def is_live(crossed: Crossed, now: datetime) -> bool:
    """Say whether a verification at the original may still be answered there."""
    return crossed.ended_at is None and now < crossed.begun_at + LIFE
