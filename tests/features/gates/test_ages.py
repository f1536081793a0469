"""How old somebody has to be, and what they say of it."""

from datetime import date

import pytest

from watchword.features.campaigns.rules import FOR_ADULTS, Category
from watchword.features.gates.ages import (
    Act,
    Age,
    AgeNotSaid,
    BirthdayFirst,
    OldEnough,
    Said,
    TooYoung,
    age_of,
    judge_age,
)

TODAY = date(2030, 1, 1)
TYPED = Age(21, Act.YEAR)


@pytest.mark.parametrize("category", sorted(FOR_ADULTS))
def test_what_is_for_adults_asks_for_the_year_whatever_somebody_has_set(category: Category) -> None:
    assert age_of(category, None) == Age(18, Act.YEAR)
    assert age_of(category, 12) == Age(18, Act.YEAR)
    assert age_of(category, 21) == TYPED


def test_all_else_asks_for_a_tick_and_only_if_an_age_was_set() -> None:
    assert age_of(Category.HEALTH, 16) == Age(16, Act.CONFIRM)
    assert age_of(Category.GENERAL, None) is None
    assert age_of(None, None) is None


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        (Said(year="1980"), OldEnough()),
        (Said(year="2008"), OldEnough()),
        (Said(year="2009"), BirthdayFirst(21)),
        (Said(year="2009", confirmed=True), OldEnough()),
        (Said(year="2010"), TooYoung(21)),
        (Said(year="2010", confirmed=True), TooYoung(21)),
        (Said(confirmed=True), AgeNotSaid(21)),
        (Said(year="80"), AgeNotSaid(21)),
        (Said(year="2031"), AgeNotSaid(21)),
        (Said(year="1899"), AgeNotSaid(21)),
        (Said(year="١٩٨٠"), AgeNotSaid(21)),
        (Said(year=" 1980"), AgeNotSaid(21)),
    ],
)
def test_a_year_is_judged_by_the_calendar(said: Said, judged: object) -> None:
    assert judge_age(TYPED, said, TODAY) == judged


def test_a_tick_is_enough_where_a_tick_is_asked_for() -> None:
    asked = Age(16, Act.CONFIRM)
    assert judge_age(asked, Said(confirmed=True), TODAY) == OldEnough()
    assert judge_age(asked, Said(year="1980"), TODAY) == AgeNotSaid(16)


def test_who_is_asked_nothing_says_nothing() -> None:
    assert judge_age(None, Said(), TODAY) == OldEnough()
