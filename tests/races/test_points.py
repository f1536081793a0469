"""Races for points and for the last reward: on SQLite in one process, on PostgreSQL over two pools.

`make drill` runs a thousand rounds; DRILL_SPENDS sets the number.
"""

import asyncio
import os
from collections import Counter
from contextlib import AsyncExitStack
from uuid import UUID

from tests.features.points.tills import Till, new_till
from tests.stores import MovableTime, found
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.points.earning.rules import Purchase, Terms
from watchword.features.points.ledger import Balance, Transfer
from watchword.features.rewards.rules import MayNotTake, MayTake, Offer, Reward
from watchword.foundation.ids import new_id
from watchword.foundation.storage import open_storage

ROUNDS = int(os.environ.get("DRILL_SPENDS", "3"))
AT_ONCE, PATIENCE = 40, 30.0


async def tills(stack: AsyncExitStack, url: str, engine: str, time: MovableTime) -> list[Till]:
    """Give one till, or two with a pool each where the database has room for them."""
    doors = list[Till]()
    whose = None
    for _ in range(1 if engine == "sqlite" else 2):
        storage = await stack.enter_async_context(open_storage(url, patience=PATIENCE, now=time))
        whose = whose or await found(storage, "shop")
        doors.append(new_till(storage, whose))
    return doors


async def test_of_forty_who_spend_at_once_exactly_one_does(
    migrated: str, engine: str, time: MovableTime
) -> None:
    async with AsyncExitStack() as stack:
        doors = await tills(stack, migrated, engine, time)
        for _ in range(ROUNDS):
            account = await doors[0].account(100)

            spent = await asyncio.gather(
                *(doors[n % len(doors)].reserve(account, new_id(), 60) for n in range(AT_ONCE))
            )

            assert sum(isinstance(each, Transfer) for each in spent) == 1
            assert await doors[0].balance(account) == Balance(available=40, reserved=60)


async def test_of_forty_who_settle_one_redemption_exactly_one_does(
    migrated: str, engine: str, time: MovableTime
) -> None:
    async with AsyncExitStack() as stack:
        doors = await tills(stack, migrated, engine, time)
        for _ in range(ROUNDS):
            account, redemption = await doors[0].account(100), new_id()
            await doors[0].reserve(account, redemption, 60)

            settled = await asyncio.gather(
                *(
                    (doors[n % len(doors)].commit if n % 3 else doors[0].release)(
                        account, redemption
                    )
                    for n in range(AT_ONCE)
                )
            )

            assert sum(isinstance(each, Transfer) for each in settled) == 1
            assert (await doors[0].balance(account)).reserved == 0


async def test_an_order_that_is_told_twenty_times_at_once_earns_once(
    migrated: str, engine: str, time: MovableTime
) -> None:
    async with AsyncExitStack() as stack:
        doors = await tills(stack, migrated, engine, time)
        till = doors[0]
        await till.rules.create(
            till.shop.caller, Terms(name="All", points=1, per_amount=100, currency="EUR")
        )
        accounts = [await till.account(0), await till.account(0)]
        purchase = Purchase(amount=5000, currency="EUR", order_id="order-1")

        told = await asyncio.gather(
            *(
                doors[n % len(doors)].points.earn(till.shop.caller, accounts[n % 7 == 0], purchase)
                for n in range(20)
            )
        )

        assert Counter(each.word for each in told)["earned"] == 1
        assert sum([(await till.balance(each)).available for each in accounts]) == 50


async def test_of_forty_who_want_the_last_three_exactly_three_have_one(
    migrated: str, engine: str, time: MovableTime
) -> None:
    async with AsyncExitStack() as stack:
        doors = await tills(stack, migrated, engine, time)
        till = doors[0]
        offer = Offer(names={"en": "Mug"}, points=60, value=500, currency="EUR", stock=3)
        mug = await till.rewards.create(till.shop.caller, offer)
        assert isinstance(mug, Reward)
        account = await till.account(100)

        async def take(door: Till) -> MayTake | MayNotTake | Reward:
            async with door.shop.storage.begin(till.whose.id) as transaction:
                return await door.rewards.take(
                    transaction,
                    till.whose.id,
                    mug,
                    account,
                    balance=100,
                    location_id=None,
                    basket=0,
                )

        taken = await asyncio.gather(*(take(doors[n % len(doors)]) for n in range(AT_ONCE)))

        assert sum(isinstance(each, Reward) for each in taken) == 3
        assert (await till.rewards.find(till.whose.id, mug.id)).left == 0


async def test_accounts_that_unite_both_ways_at_once_lose_nothing(
    migrated: str, engine: str, time: MovableTime
) -> None:
    async with AsyncExitStack() as stack:
        doors = await tills(stack, migrated, engine, time)
        till = doors[0]
        for _ in range(ROUNDS):
            one, two = await till.account(100), await till.account(30)

            async def unite(door: Till, into: AccountId, other: AccountId) -> bool:
                return await door.unite(into, other)

            redemption: UUID = new_id()
            united = await asyncio.gather(
                unite(doors[0], one, two),
                unite(doors[-1], two, one),
                doors[0].reserve(two, redemption, 20),
                doors[-1].reserve(one, new_id(), 20),
            )

            assert sum(each is True for each in united) == 1
            assert await till.balance(one) == await till.balance(two)
            balance = await till.balance(one)
            assert balance.available + balance.reserved == 130
