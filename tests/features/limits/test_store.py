"""Where budgets are kept, and how they are held while they are judged."""

import asyncio
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.stores import BANK, NOON, SHOP, MovableTime
from watchword.features.limits.rules import DAY, Budget, Limits, charge_send, charge_wrong
from watchword.features.limits.store import BudgetStore, BudgetSweep
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage

MICROSECOND = timedelta(microseconds=1)
LIMITS = Limits()
ROOMY = Limits(sends=())

moments = some.lists(some.timedeltas(timedelta(), 1000 * DAY), max_size=12).map(
    lambda ages: tuple(sorted(NOON - age for age in ages))
)
budgets = some.builds(
    Budget,
    sends=moments,
    wrong=moments,
    wrong_in_a_row=some.integers(0, 1000),
    blocked_until=some.none() | some.timedeltas(timedelta(), DAY).map(lambda wait: NOON + wait),
)


async def keep(storage: Storage, key: str, budget: Budget, whose: OrganisationId = BANK) -> None:
    async with storage.begin(whose) as transaction:
        store = BudgetStore(transaction, whose)
        await store.make_or_hold(key)
        await store.save(key, budget)


async def kept(storage: Storage, key: str, whose: OrganisationId = BANK) -> Budget:
    async with storage.begin(whose) as transaction:
        return await BudgetStore(transaction, whose).hold(key)


async def charge_wrong_once(storage: Storage, key: str) -> None:
    async with storage.begin(BANK) as transaction:
        store = BudgetStore(transaction, BANK)
        budget = await store.make_or_hold(key)
        await asyncio.sleep(0)  # a moment in which another could slip in
        await store.save(key, charge_wrong(budget, LIMITS, transaction.now()))


@given(budgets)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_budget_comes_back_as_it_was(house: Storage, budget: Budget) -> None:
    await keep(house, "a", budget)

    assert await kept(house, "a") == budget


async def test_what_was_never_used_is_fresh(house: Storage) -> None:
    assert await kept(house, "a") == Budget()
    async with house.begin(BANK) as transaction:
        assert await BudgetStore(transaction, BANK).make_or_hold("a") == Budget()


async def test_twenty_at_once_on_a_new_budget_charge_exactly_twenty(house: Storage) -> None:
    await asyncio.gather(*(charge_wrong_once(house, "a") for _ in range(20)))

    budget = await kept(house, "a")
    assert budget.wrong_in_a_row == 20
    assert len(budget.wrong) == 10


async def test_twenty_at_once_on_a_known_budget_charge_exactly_twenty(house: Storage) -> None:
    await keep(house, "a", Budget(wrong_in_a_row=5))

    await asyncio.gather(*(charge_wrong_once(house, "a") for _ in range(20)))

    assert (await kept(house, "a")).wrong_in_a_row == 25


async def test_a_charge_that_is_undone_costs_nothing(house: Storage) -> None:
    async def fail() -> None:
        async with house.begin(BANK) as transaction:
            store = BudgetStore(transaction, BANK)
            budget = await store.make_or_hold("a")
            await store.save("a", charge_wrong(budget, LIMITS, NOON))
            raise ZeroDivisionError

    await asyncio.gather(
        *(fail() for _ in range(5)),
        *(charge_wrong_once(house, "a") for _ in range(5)),
        return_exceptions=True,
    )

    assert (await kept(house, "a")).wrong_in_a_row == 5


async def test_each_organisation_has_budgets_of_its_own(house: Storage) -> None:
    await keep(house, "a", Budget(wrong_in_a_row=5), BANK)

    assert await kept(house, "a", SHOP) == Budget()


async def test_lifting_forgets_all_keys_that_begin_so_and_no_others(house: Storage) -> None:
    for key in ("a_b:x", "a_b:y", "aXb:x", "A_B:x", "a%:x", "xa_b:x"):
        await keep(house, key, Budget(wrong_in_a_row=7))
    await keep(house, "a_b:x", Budget(wrong_in_a_row=7), SHOP)

    async with house.begin(BANK) as transaction:
        assert await BudgetStore(transaction, BANK).lift("a_b:") == 2
        assert await BudgetStore(transaction, BANK).lift("a%") == 1

    assert await kept(house, "a_b:x") == Budget()
    assert (await kept(house, "a_b:x", SHOP)).wrong_in_a_row == 7
    for key in ("aXb:x", "A_B:x", "xa_b:x"):
        assert (await kept(house, key)).wrong_in_a_row == 7


class TestSweeping:
    async def sweep(self, storage: Storage) -> int:
        async with storage.begin(EVERYWHERE) as transaction:
            return await BudgetSweep(transaction).forget(500)

    async def test_drops_in_all_organisations_what_no_cap_asks_for(
        self, house: Storage, time: MovableTime
    ) -> None:
        for whose in (BANK, SHOP):
            await keep(house, "a", charge_send(Budget(), LIMITS, time()), whose)

        time.pass_by(DAY)
        assert await self.sweep(house) == 0
        time.pass_by(MICROSECOND)
        assert await self.sweep(house) == 2

    async def test_never_forgets_wrong_guesses_in_a_row(
        self, house: Storage, time: MovableTime
    ) -> None:
        await keep(house, "a", charge_wrong(Budget(), LIMITS, time()))

        time.pass_by(1000 * DAY)

        assert await self.sweep(house) == 0
        assert (await kept(house, "a")).wrong_in_a_row == 1
