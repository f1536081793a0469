"""How old somebody has to be, and how they say so: by an honest act that is remembered nowhere.

What is for adults alone asks for the year of birth, for a box is ticked without reading it. All
else with an age asks for that box. Nobody can check either, and nothing here pretends to.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

from watchword.features.campaigns.rules import ADULT_AT, FOR_ADULTS, Category

OLDEST: Final = 120
"""Years. Whoever says that they are older has slipped."""
YEAR: Final = re.compile(r"[0-9]{4}")


class Act(StrEnum):
    """What somebody does to say how old they are."""

    CONFIRM = "confirm"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Age:
    """Who is younger than this sees nothing."""

    minimum: int
    act: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said of their age. It is judged and let go of."""

    year: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class OldEnough:
    """They may go on."""


@dataclass(frozen=True, slots=True)
class TooYoung:
    """By what they say, it is not for them."""

    word: ClassVar = "too_young"

    minimum: int


@dataclass(frozen=True, slots=True)
class BirthdayFirst:
    """The year alone does not tell: they say as well that they had their birthday."""

    word: ClassVar = "birthday_first"

    minimum: int


@dataclass(frozen=True, slots=True)
class AgeNotSaid:
    """They said nothing, or no year that anybody alive was born in."""

    word: ClassVar = "age_not_said"

    minimum: int


NotOldEnough: TypeAlias = TooYoung | BirthdayFirst | AgeNotSaid


def age_of(category: Category | None, minimum: int | None) -> Age | None:
    """Say how old one has to be for a campaign; nothing, where it is for everybody."""
    if category in FOR_ADULTS:
        return Age(max(minimum or ADULT_AT, ADULT_AT), Act.YEAR)
    return None if minimum is None else Age(minimum, Act.CONFIRM)


def judge_age(age: Age | None, said: Said, today: date) -> OldEnough | NotOldEnough:
    if age is None:
        return OldEnough()
    if age.act is Act.CONFIRM:
        return OldEnough() if said.confirmed else AgeNotSaid(age.minimum)
    if not YEAR.fullmatch(said.year):
        return AgeNotSaid(age.minimum)
    years = today.year - int(said.year)
    if not 0 <= years <= OLDEST:
        return AgeNotSaid(age.minimum)
    if years == age.minimum and not said.confirmed:
        return BirthdayFirst(age.minimum)
    return OldEnough() if years >= age.minimum else TooYoung(age.minimum)
