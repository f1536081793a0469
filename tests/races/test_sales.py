"""Races at tills: on SQLite in one process, on PostgreSQL with two houses and a pool each.

`make drill` runs a thousand rounds; DRILL_SPENDS sets the number.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from tests.features.customers.people import email, phone
from tests.features.tills.shop import Shop
from tests.stores import KEYRING, MovableTime
from tests.whole_house import GATEWAY, Dealt, dealt, new_client
from watchword.features.contacts.rules import Contact
from watchword.features.organisations.rules import Mode
from watchword.features.points.ledger import Balance
from watchword.features.redemptions.rules import OtherOrder, Redemption
from watchword.features.rewards.rules import MayNotTake
from watchword.features.tills.rules import NewSession, State, TillSessionId
from watchword.features.tills.verdicts import Asking, OpenedWithout, Proven
from watchword.settings import parse
from watchword.wiring import open_services

__all__ = ["dealt"]
ROUNDS = int(os.environ.get("DRILL_SPENDS", "2"))
AT_ONCE = 40
A_DAY = timedelta(days=1)


@pytest.fixture
async def doors(
    migrated: str, engine: str, time: MovableTime, dealt: Dealt
) -> AsyncIterator[Sequence[Shop]]:
    """Give one shop, or the same shop in two processes where the database has room for them."""
    settings = parse({"database": {"url": migrated}, "providers": {"gateway": GATEWAY}})
    async with AsyncExitStack() as stack:
        houses = [
            await stack.enter_async_context(open_services(settings, KEYRING, now=time, draw=dealt))
            for _ in range(1 if engine == "sqlite" else 2)
        ]
        client = await new_client(houses[0], "tester", Mode.TEST)
        yield [Shop(each, client, dealt, time) for each in houses]


async def test_of_forty_sales_to_one_customer_exactly_one_has_the_points(
    doors: Sequence[Shop],
) -> None:
    await doors[0].elsewhere(require_code=False)
    reward = await doors[0].reward()
    for number in range(ROUNDS):
        who = phone(f"0170 {number:07}")
        customer = await doors[0].customer(who, points=100)
        sessions = [await opened(doors[n % len(doors)], who) for n in range(AT_ONCE)]

        told = await asyncio.gather(
            *(doors[n % len(doors)].reserve(id, reward) for n, id in enumerate(sessions))
        )

        assert Counter(map(type, told)) == {Redemption: 1, MayNotTake: AT_ONCE - 1}
        assert await doors[0].balance(customer) == Balance(available=40, reserved=60)


async def opened(shop: Shop, who: Contact) -> TillSessionId:
    made = await shop.services.tills.open_directly(shop.client, NewSession(who=who))
    assert isinstance(made, OpenedWithout)
    return made.id


async def test_of_two_orders_that_are_committed_forty_times_at_once_one_stands(
    doors: Sequence[Shop],
) -> None:
    await doors[0].elsewhere(require_code=False)
    reward = await doors[0].reward()
    for number in range(ROUNDS):
        who = phone(f"0170 {number:07}")
        customer = await doors[0].customer(who, points=100)
        made = await doors[0].reserve(await opened(doors[0], who), reward)
        assert isinstance(made, Redemption)

        told = await asyncio.gather(
            *(
                doors[n % len(doors)].services.redemptions.commit(
                    doors[0].client, made.id, f"order-{n // 2 % 2}"
                )
                for n in range(AT_ONCE)
            )
        )

        assert Counter(map(type, told)) == {Redemption: AT_ONCE // 2, OtherOrder: AT_ONCE // 2}
        assert len({each for each in told if isinstance(each, Redemption)}) == 1
        assert await doors[0].balance(customer) == Balance(available=40)


async def test_two_tills_that_open_for_one_customer_at_once_leave_one_code(
    doors: Sequence[Shop],
) -> None:
    """One knows them by telephone, the other by e-mail. Neither is told of the other: whoever came
    first asks on, as for a stranger, and no code is right there."""
    tills = [shop.services.tills for shop in doors]
    client, time, dealt = doors[0].client, doors[0].time, doors[0].dealt
    for number in range(ROUNDS):
        both = [phone(f"0170 {number:07}"), email(f"ann{number}@example.org")]
        await doors[0].customer(*both)

        asked = await asyncio.gather(
            *(tills[n % len(tills)].open(client, NewSession(who=who)) for n, who in enumerate(both))
        )

        ids = [each.id for each in asked if isinstance(each, Asking)]
        assert len(ids) == 2
        assert [(await tills[0].read(client, id)).state for id in ids] == [State.ASKING] * 2
        told = [
            (id, await tills[0].answer(client, id, code)) for code in dealt.codes[-2:] for id in ids
        ]
        proven = {id for id, each in told if isinstance(each, Proven)}
        assert len(proven) == 1
        assert [(await tills[0].read(client, id)).state for id in ids] == [
            State.PROVEN if id in proven else State.ASKING for id in ids
        ]
        time.pass_by(A_DAY)
