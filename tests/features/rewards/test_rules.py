"""What a reward is, and who may take one."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.stores import NOON
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import (
    BadOffer,
    MayNotTake,
    MayTake,
    Offer,
    Reward,
    RewardEnded,
    RewardId,
    RewardOutOfDate,
    RewardState,
    WhyNot,
    changed,
    find_fault,
    made,
    may_take,
    put_back,
    taken,
)

HERE, THERE = LocationId(UUID(int=1)), LocationId(UUID(int=2))
OFFER = Offer(names={"en": "Mug", "de": "Becher"}, points=60, value=500, currency="EUR")
MUG = made(RewardId(UUID(int=3)), OFFER, NOON)
HOUR = timedelta(hours=1)


def verdict(reward: Reward, **otherwise: object) -> MayTake | MayNotTake:
    facts = {"balance": 60, "location": HERE, "basket": 0, "now": NOON, "blocked": False}
    return may_take(reward, **{**facts, **otherwise})  # type: ignore[arg-type]


def test_who_has_the_points_may_take_it() -> None:
    assert verdict(MUG) == MayTake()
    assert verdict(replace(MUG, at_least=1000), basket=None) == MayTake()


@pytest.mark.parametrize(
    ("reward", "otherwise", "why"),
    [
        (MUG, {"balance": 59}, WhyNot.TOO_FEW_POINTS),
        (MUG, {"blocked": True}, WhyNot.BLOCKED),
        (replace(MUG, at_least=1000), {"basket": 999}, WhyNot.BASKET_TOO_SMALL),
        (replace(MUG, stock=2, taken=2), {}, WhyNot.NONE_LEFT),
        (replace(MUG, locations=frozenset({THERE})), {}, WhyNot.NOT_HERE),
        (replace(MUG, locations=frozenset({HERE})), {"location": None}, WhyNot.NOT_HERE),
        (replace(MUG, state=RewardState.PAUSED), {}, WhyNot.NOT_OFFERED),
        (replace(MUG, state=RewardState.ENDED), {}, WhyNot.NOT_OFFERED),
        (replace(MUG, starts_at=NOON + HOUR), {}, WhyNot.NOT_OFFERED),
        (replace(MUG, ends_at=NOON), {}, WhyNot.NOT_OFFERED),
    ],
)
def test_nobody_takes_what_is_not_for_them(
    reward: Reward, otherwise: dict[str, object], why: WhyNot
) -> None:
    assert verdict(reward, **otherwise) == MayNotTake(why)


def test_a_reward_that_is_not_offered_tells_nothing_of_who_asks() -> None:
    paused = replace(MUG, state=RewardState.PAUSED)

    assert verdict(paused, blocked=True, balance=0) == MayNotTake(WhyNot.NOT_OFFERED)


def test_what_comes_back_was_counted_when_it_was_taken_or_is_not() -> None:
    counted = changed(MUG, replace(OFFER, stock=5), RewardState.ACTIVE, 1, NOON + HOUR)
    assert isinstance(counted, Reward)
    less = taken(counted)

    assert less.left == 4
    assert put_back(less, NOON + HOUR).left == 5
    assert put_back(less, NOON).left == 4, "it was taken before anybody counted"
    assert put_back(counted, NOON + HOUR).left == 5, "there are never more than there were"


def test_who_changes_a_reward_has_seen_it_as_it_is() -> None:
    assert changed(MUG, OFFER, RewardState.ACTIVE, 2, NOON) == RewardOutOfDate(1)
    over = replace(MUG, state=RewardState.ENDED)
    assert changed(over, OFFER, RewardState.ACTIVE, 1, NOON) == RewardEnded()


@pytest.mark.parametrize(
    ("otherwise", "field"),
    [
        ({"names": {}}, "names"),
        ({"names": {"en": " "}}, "names"),
        ({"names": {"english": "Mug"}}, "names"),
        ({"points": -1}, "points"),
        ({"points": 10**9}, "points"),
        ({"value": -1}, "value"),
        ({"stock": -1}, "stock"),
        ({"currency": "euro"}, "currency"),
        ({"pos_discount_id": "two words"}, "pos_discount_id"),
        ({"starts_at": NOON, "ends_at": NOON}, "ends_at"),
    ],
)
def test_what_cannot_be_is_named(otherwise: dict[str, object], field: str) -> None:
    fault = find_fault(replace(OFFER, **otherwise))  # type: ignore[arg-type]

    assert isinstance(fault, BadOffer)
    assert fault.field == field


def test_a_name_is_given_in_the_nearest_language() -> None:
    assert [MUG.name_in(each) for each in ("de", "de-AT", "en", "fr")] == [
        *("Becher", "Becher", "Mug", "Mug")
    ]
