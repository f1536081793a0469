"""Rewards as they are kept, taken and put back; and who may not redeem."""

from dataclasses import replace
from datetime import timedelta

from tests.features.customers.people import email, phone
from tests.features.points.tills import Till
from tests.stores import NOON, MovableTime
from watchword.features.customers.rules import Changes
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.blocklist.rules import InThePast, RedeemingBlock
from watchword.features.rewards.rules import (
    BadOffer,
    MayNotTake,
    MayTake,
    Offer,
    Reward,
    RewardEnded,
    RewardState,
    WhyNot,
)
from watchword.features.staff.rules import Reasonless
from watchword.foundation.ids import new_id

OFFER = Offer(names={"en": "Mug"}, points=60, value=500, currency="EUR", stock=2)


async def mug(till: Till, **otherwise: object) -> Reward:
    made = await till.rewards.create(till.shop.caller, replace(OFFER, **otherwise))  # type: ignore[arg-type]
    assert isinstance(made, Reward)
    return made


async def test_a_reward_is_kept_as_it_was_made(till: Till) -> None:
    made = await mug(till, starts_at=NOON, pos_discount_id="MUG-1", at_least=1000)

    assert await till.rewards.find(till.whose.id, made.id) == made
    assert [*(await till.rewards.page(till.whose.id, None, 10)).items] == [made]


async def test_what_is_taken_is_not_there_until_it_is_put_back(till: Till) -> None:
    made, account = await mug(till), await till.account(100)

    async with till.shop.storage.begin(till.whose.id) as transaction:
        for left in (1, 0):
            taken = await till.rewards.take(
                transaction,
                till.whose.id,
                made,
                account,
                balance=100,
                location_id=None,
                basket=None,
            )
            assert isinstance(taken, Reward)
            assert taken.left == left
        none = await till.rewards.take(
            transaction,
            till.whose.id,
            made,
            account,
            balance=100,
            location_id=None,
            basket=None,
        )
        assert none == MayNotTake(WhyNot.NONE_LEFT)
        await till.rewards.put_back(transaction, till.whose.id, made.id, NOON)

    assert (await till.rewards.find(till.whose.id, made.id)).left == 1


async def test_a_till_sees_what_may_be_had_there_and_nothing_else(till: Till) -> None:
    cheap = await mug(till, points=10)
    dear = await mug(till, points=900)
    await till.rewards.pause(till.shop.caller, (await mug(till)).id)
    await mug(till, starts_at=NOON + timedelta(days=1))
    account = await till.account(100)

    async with till.shop.storage.reading(till.whose.id) as transaction:
        offered = await till.rewards.offered(
            transaction, till.whose.id, account, balance=100, location_id=None
        )

    assert offered == [
        (cheap, MayTake()),
        (dear, MayNotTake(WhyNot.TOO_FEW_POINTS)),
    ]


async def test_a_reward_is_paused_resumed_and_ended_for_good(till: Till) -> None:
    made = await mug(till)
    for act, state in (
        (till.rewards.pause, RewardState.PAUSED),
        (till.rewards.resume, RewardState.ACTIVE),
        (till.rewards.end, RewardState.ENDED),
    ):
        turned = await act(till.shop.caller, made.id)
        assert isinstance(turned, Reward)
        assert turned.state is state

    assert await till.rewards.resume(till.shop.caller, made.id) == RewardEnded()


async def test_a_location_that_is_not_there_is_not_named(till: Till) -> None:
    nowhere = replace(OFFER, locations=frozenset({LocationId(new_id())}))

    assert isinstance(await till.rewards.create(till.shop.caller, nowhere), BadOffer)


async def test_who_is_on_the_list_collects_and_does_not_redeem(
    till: Till, time: MovableTime
) -> None:
    """By any contact point of any holder, until the day that was said."""
    made = await mug(till)
    customer, account = await till.customer(100)
    await till.shop.change(customer, Changes(adds=[phone(), email()]))
    block = await till.blocklist.add(
        till.shop.caller, email(), NOON + timedelta(days=1), "works here"
    )
    assert isinstance(block, RedeemingBlock)

    async def taken() -> Reward | MayNotTake:
        async with till.shop.storage.begin(till.whose.id) as transaction:
            return await till.rewards.take(
                transaction,
                till.whose.id,
                made,
                account,
                balance=100,
                location_id=None,
                basket=0,
            )

    assert await taken() == MayNotTake(WhyNot.BLOCKED)
    (shown,) = (await till.blocklist.page(till.whose.id, None, 10)).items
    assert shown == block
    time.pass_by(timedelta(days=1))
    assert isinstance(await taken(), Reward)
    await till.blocklist.add(till.shop.caller, phone(), None, "works here")
    assert await taken() == MayNotTake(WhyNot.BLOCKED)
    (latest, _) = (await till.blocklist.page(till.whose.id, None, 10)).items
    await till.blocklist.lift(till.shop.caller, latest.contact_id, "has left us")
    assert isinstance(await taken(), Reward)


async def test_nobody_is_put_on_the_list_for_yesterday_or_without_a_reason(till: Till) -> None:
    assert await till.blocklist.add(till.shop.caller, phone(), NOON, "works here") == InThePast()
    without = await till.blocklist.add(till.shop.caller, phone(), None, " ")
    assert isinstance(without, Reasonless)
