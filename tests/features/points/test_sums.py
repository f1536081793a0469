"""The sums of the ledger are right after whatever happened, in whatever order.

Beside the ledger a model does the same in the simplest way there is. Hypothesis draws what happens,
and finds the shortest story that goes wrong; DRILL_POINTS=10000 tells one story of that length.
"""

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.features.points.tills import Till
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import Profile
from watchword.features.points.earning.rules import Purchase, Terms
from watchword.features.points.ledger import (
    Balance,
    Book,
    MoreThanSpent,
    NothingReserved,
    TooFewPoints,
    Transfer,
)
from watchword.features.points.verdicts import Adjustment, Earned, EarnedBefore
from watchword.foundation.ids import new_id

OPERATIONS = int(os.environ.get("DRILL_POINTS", "100"))
FEW = 6
CHECKED_EVERY = max(25, OPERATIONS // 20)


@dataclass
class Redeemed:
    """A redemption as the model knows it: on which account, and what became of it."""

    account: AccountId
    reserved: int = 0
    spent: int = 0
    waits: bool = True


@dataclass
class Model:
    """What is to be true, kept in the simplest way there is."""

    till: Till
    chance: Random
    has: dict[AccountId, list[int]] = field(default_factory=dict)
    began_with: Counter[AccountId] = field(default_factory=Counter)
    redeemed: dict[UUID, Redeemed] = field(default_factory=dict)
    orders: dict[str, tuple[AccountId, int]] = field(default_factory=dict)
    rules: int = 1
    """How many points a whole euro earns."""
    gone: dict[AccountId, AccountId] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)

    async def open(self) -> None:
        """Open an account that has collected somewhere else."""
        points = self.chance.randrange(200)
        name = Profile("Ann", f"Number {len(self.has)}")
        account = await self.till.account(points, profile=name)
        self.has[account] = [points, 0]
        self.began_with[account] = points

    def some_account(self) -> AccountId:
        """Choose an account, at times by an id that it does not have any more."""
        return self.chance.choice([*self.has, *self.gone])

    def now(self, account: AccountId) -> AccountId:
        while account in self.gone:
            account = self.gone[account]
        return account

    async def reserve(self) -> None:
        account, points = self.some_account(), self.chance.randrange(120)
        redemption = UUID(int=self.chance.getrandbits(128), version=4)
        moved = await self.till.reserve(account, redemption, points)
        has = self.has[self.now(account)]
        assert isinstance(moved, Transfer) == (points <= has[0])
        if isinstance(moved, Transfer):
            has[0], has[1] = has[0] - points, has[1] + points
            self.redeemed[redemption] = Redeemed(account, reserved=points)
        else:
            assert moved == TooFewPoints(has[0])

    async def commit(self) -> None:
        id, redeemed = self._some_redemption()
        moved = await self.till.commit(redeemed.account, id)
        assert isinstance(moved, Transfer) == redeemed.waits
        if redeemed.waits:
            self.has[self.now(redeemed.account)][1] -= redeemed.reserved
            redeemed.spent, redeemed.reserved, redeemed.waits = redeemed.reserved, 0, False

    async def release(self) -> None:
        id, redeemed = self._some_redemption()
        moved = await self.till.release(redeemed.account, id)
        assert moved == NothingReserved() or redeemed.waits
        if redeemed.waits:
            has = self.has[self.now(redeemed.account)]
            has[0], has[1] = has[0] + redeemed.reserved, has[1] - redeemed.reserved
            redeemed.reserved, redeemed.waits = 0, False

    async def give_back(self) -> None:
        id, redeemed = self._some_redemption()
        points = self.chance.choice([redeemed.spent, self.chance.randrange(1, 120)])
        moved = await self.till.give_back(redeemed.account, id, points)
        if points > redeemed.spent:
            assert moved == MoreThanSpent(redeemed.spent)
        else:
            self.has[self.now(redeemed.account)][0] += points
            redeemed.spent -= points

    async def earn(self) -> None:
        """Tell of a purchase; one in three was told before."""
        told = [*self.orders]
        if told and self.chance.random() < 1 / 3:
            order = self.chance.choice(told)
            account, amount = self.orders[order]
        else:
            order = f"order-{new_id()}"
            account, amount = self.some_account(), self.chance.randrange(5000)
        earned = await self.till.points.earn(
            self.till.shop.caller,
            account,
            Purchase(amount=amount, currency="EUR", order_id=order),
        )
        assert isinstance(earned, EarnedBefore if order in self.orders else Earned)
        if isinstance(earned, Earned):
            self.has[self.now(account)][0] += self.rules * (amount // 100)
            self.orders[order] = account, amount

    async def adjust(self) -> None:
        account, points = self.some_account(), self.chance.choice([-80, -7, 5, 90])
        moved = await self.till.points.adjust(self.till.shop.caller, account, points, "a slip")
        has = self.has[self.now(account)]
        assert isinstance(moved, Adjustment) == (has[0] + points >= 0)
        if isinstance(moved, Adjustment):
            has[0] += points

    async def unite(self) -> None:
        """Let two accounts be one; there are always some left."""
        if len(self.has) > 2:
            into, other = self.chance.sample([*self.has], 2)
            assert await self.till.unite(into, other)
            for number, points in enumerate(self.has.pop(other)):
                self.has[into][number] += points
            self.gone[other] = into
        else:
            await self.open()

    def _some_redemption(self) -> tuple[UUID, Redeemed]:
        if not self.redeemed:
            return UUID(int=5), Redeemed(self.some_account(), waits=False)
        return self.chance.choice([*self.redeemed.items()])

    async def step(self) -> None:
        act = self.chance.choices(
            [
                self.reserve,
                self.commit,
                self.release,
                self.give_back,
                self.earn,
                self.adjust,
                self.unite,
                self.open,
            ],
            [30, 18, 8, 12, 18, 10, 2, 2],
        )[0]
        self.happened[act.__name__] += 1
        await act()

    async def check(self) -> None:
        """Work out from nothing but transfers what each account has, and compare."""
        every: dict[UUID, Transfer] = {}
        for account in (*self.has, *self.gone):
            every.update({each.id: each for each in await self.till.transfers(account)})
        worked_out = defaultdict[AccountId, Counter[Book]](Counter)
        for each in every.values():
            worked_out[each.account_id][each.giver] -= each.points
            worked_out[each.other_account_id or each.account_id][each.taker] += each.points
        for account, (available, reserved) in self.has.items():
            assert await self.till.balance(account) == Balance(
                available=available, reserved=reserved
            )
            opening = await self.till.opening(account)
            assert opening in (None, self.began_with[account])
            books = worked_out[account]
            assert self.began_with[account] + books[Book.AVAILABLE] == available
            assert books[Book.RESERVED] == reserved
        for account in self.gone:
            assert self.began_with[account] + worked_out[account][Book.AVAILABLE] == 0
        total = sum((books for books in worked_out.values()), Counter[Book]())
        assert sum(sum(books.values()) for books in worked_out.values()) == 0, total


async def test_the_sums_are_right_after_whatever_happened(till: Till) -> None:
    await till.rules.create(
        till.shop.caller, Terms(name="All", points=1, per_amount=100, currency="EUR")
    )
    model = Model(till, Random(OPERATIONS))  # noqa: S311 - it keeps no secret
    for _ in range(4):
        await model.open()

    for number in range(OPERATIONS):
        await model.step()
        if number % CHECKED_EVERY == 0:
            await model.check()

    await model.check()
    assert len(model.happened) > FEW, "nearly all kinds of operations"


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chance=st.randoms(use_true_random=False), steps=st.integers(1, 12))
async def test_no_short_story_brings_the_sums_out_of_order(
    till: Till, chance: Random, steps: int
) -> None:
    """Each story has accounts of its own; what others did before does not matter to it."""
    model = Model(till, chance, rules=0)
    for _ in range(2):
        await model.open()

    for _ in range(steps):
        await model.step()

    await model.check()
