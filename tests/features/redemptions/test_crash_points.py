"""A process may die between any two statements: nothing is half done, and all can be said again."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.features.tills.shop import Shop
from watchword.features.points.ledger import Balance
from watchword.features.redemptions.rules import Redemption, RedemptionId, State
from watchword.features.redemptions.service import Redemptions
from watchword.features.tills.service import Tills
from watchword.features.tills.verdicts import Proven
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage

POINTS_AT_MOST = 60  # statements in one step; more would mean that no end is found


class Died(Exception):
    """The process is gone."""


@dataclass
class Mortal:
    """A storage that dies before its nth statement, or before it has committed."""

    storage: Storage
    left: int

    @asynccontextmanager
    async def begin(self, organisation_id: OrganisationId) -> AsyncIterator[Any]:
        async with self.storage.begin(organisation_id) as transaction:
            yield _Watched(transaction, self)
            self.step()

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Died

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever storage has besides
        return getattr(self.storage, name)


class _Watched:
    def __init__(self, transaction: Any, mortal: Mortal) -> None:  # noqa: ANN401 - likewise
        self._transaction, self._mortal = transaction, mortal

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - likewise
        if name in {"run", "one", "all", "many"}:
            self._mortal.step()
        return getattr(self._transaction, name)


Step = Callable[[Tills, Redemptions], Awaitable[object]]


def parts(shop: Shop, storage: Any) -> tuple[Tills, Redemptions]:  # noqa: ANN401 - a stand-in
    services, room = shop.services, shop.services.selling.tills.backroom
    tills = Tills(
        storage=storage, requests=services.requests, backroom=room, displays=services.displays
    )
    return tills, Redemptions(
        storage=storage,
        organisations=services.organisations,
        requests=services.requests,
        webhooks=services.webhooks,
        tills=tills,
        points=services.points,
        rewards=services.rewards,
        overrides=services.overrides,
    )


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
    before = FULL
    for name, (step, after) in story.items():
        if name in skipped:
            continue
        await _until_it_lives(shop, step, lambda: shop.balance(customer), before)
        assert await shop.balance(customer) == after, name
        before = after

    found = await shop.services.redemptions.read(shop.client.organisation.id, made[0])
    assert found.state is (State.REVERSED if last == "commit" else State.RELEASED)
    said_again = await shop.services.tills.answer(shop.client, asking.id, code)
    assert isinstance(said_again, Proven)


FULL = Balance(available=100)


async def _until_it_lives(
    shop: Shop, step: Step, balance: Callable[[], Awaitable[Balance]], before: Balance
) -> None:
    for number in range(1, POINTS_AT_MOST):
        mortal = Mortal(shop.services.storage, number)
        try:
            await step(*parts(shop, mortal))
        except Died:
            assert await balance() == before
            continue
        assert number > 1
        return
    raise AssertionError("It dies for ever.")
