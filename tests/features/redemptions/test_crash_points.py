"""A process may die between any two statements: nothing is half done, and all can be said again."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import pytest

from tests.features.redemptions.mortals import Died, Mortal, parts_on
from tests.features.tills.shop import Shop
from watchword.features.points.ledger import Balance
from watchword.features.redemptions.rules import Redemption, RedemptionId, State
from watchword.features.redemptions.service import Redemptions
from watchword.features.tills.service import Tills
from watchword.features.tills.verdicts import Proven

POINTS_AT_MOST = 60  # in one step; more would mean that no end is found
FULL = Balance(available=100)
FIVE_IS_FEW = 5
"""A step has a statement that finds, one that holds, one that changes and one that says so, and is
made durable at last. If there are fewer points, they were not found."""

Step: TypeAlias = Callable[[Tills, Redemptions], Awaitable[object]]


@pytest.mark.parametrize("last", ["commit", "release"])
async def test_wherever_it_dies_nothing_is_half_done_and_asking_again_is_enough(
    shop: Shop, last: str
) -> None:
    customer, reward = await shop.customer(points=100), await shop.reward()
    asking = await shop.asking()
    code, made = shop.dealt.latest, list[RedemptionId]()

    async def reserve(_: Tills, redemptions: Redemptions) -> object:
        outcome = await redemptions.reserve(shop.client, asking.id, reward.id)
        assert isinstance(outcome, Redemption)
        made[:] = [outcome.id]
        return outcome

    put_by, spent, back = Balance(available=40, reserved=60), Balance(available=40), FULL
    story: Mapping[str, tuple[Step, Balance]] = {
        "prove": (lambda tills, _: tills.answer(shop.client, asking.id, code), FULL),
        "reserve": (reserve, put_by),
        "release": (lambda _, each: each.release(shop.client, made[0]), FULL),
        "commit": (lambda _, each: each.commit(shop.client, made[0], "order-1"), spent),
        "reverse": (lambda _, each: each.reverse(shop.client, made[0], None, "refund"), back),
    }
    skipped = {"release"} if last == "commit" else {"commit", "reverse"}
    points, before = dict[str, int](), FULL
    for name, (step, after) in story.items():
        if name in skipped:
            continue
        ends = (before, after)
        points[name] = await _until_it_lives(shop, step, lambda: shop.balance(customer), ends)
        assert await shop.balance(customer) == after, name
        before = after

    told = {"prove", "reserve", "commit", "reverse"} if last == "commit" else {*story} - skipped
    assert points.keys() == told
    assert min(points.values()) > FIVE_IS_FEW, points

    found = await shop.services.redemptions.read(shop.client.organisation.id, made[0])
    assert found.state is (State.REVERSED if last == "commit" else State.RELEASED)
    said_again = await shop.services.tills.answer(shop.client, asking.id, code)
    assert isinstance(said_again, Proven)


async def _until_it_lives(
    shop: Shop,
    step: Step,
    balance: Callable[[], Awaitable[Balance]],
    ends: tuple[Balance, Balance],
) -> int:
    """Let a step die at each of its points in turn, and count them."""
    was_durable = False
    for number in range(1, POINTS_AT_MOST):
        mortal = Mortal(shop.services.storage, number)
        try:
            await step(*parts_on(shop.services, mortal))
        except Died:
            was_durable = was_durable or mortal.is_durable
            assert await balance() == ends[was_durable]
            continue
        return number - 1
    raise AssertionError("It dies for ever.")
