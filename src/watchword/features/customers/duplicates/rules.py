"""What a duplicate is: two customers of whom so much agrees that somebody should have a look."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType
from uuid import UUID

from watchword.features.customers.matching import Trait
from watchword.features.customers.rules import CustomerId

DuplicateId = NewType("DuplicateId", UUID)


class DuplicateState(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    TWO_PEOPLE = "two_people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """`first_id` is the smaller of both, so that each pair stands here once."""

    id: DuplicateId
    first_id: CustomerId
    second_id: CustomerId
    because: Collection[Trait]
    state: DuplicateState
    found_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlreadyDecided:
    """Somebody else has decided about these two."""

    word: ClassVar = "already_decided"


def pair_of(one: CustomerId, other: CustomerId) -> tuple[CustomerId, CustomerId]:
    """Put two customers in the order in which they are kept."""
    first, second = sorted((one, other), key=str)
    return first, second
