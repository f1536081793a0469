"""What is spared, and of what: rules that look at numbers, and not those that look at money."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, NewType
from uuid import UUID

from watchword.features.abuse.judging import Gauge
from watchword.features.abuse.rules import RuleName
from watchword.features.contacts.rules import ContactId

SparedId = NewType("SparedId", UUID)

SPARED_AT_MOST = 1000
PUMPING = frozenset(
    {
        RuleName.COUNTRY,
        RuleName.LINE,
        RuleName.PREFIX,
        RuleName.DIAL_CODE,
        RuleName.CONVERSION,
    }
)
"""By these a number is judged for what it is like. How often one is sent something, and what that
costs, holds for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    id: SparedId
    contact_id: ContactId
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class TooManySpared:
    """There are as many as there may be."""

    word: ClassVar[str] = "too_many_spared"


def without(gauges: Sequence[Gauge], spared: Collection[RuleName]) -> Sequence[Gauge]:
    """Leave out what is counted for nothing but rules that a number is spared."""
    if not spared:
        return gauges
    kept = [
        replace(each, bounds=tuple(bound for bound in each.bounds if bound.rule not in spared))
        for each in gauges
    ]
    return [each for each in kept if each.bounds]
