"""What changes between one call of a till and the next: a promise holds, and nothing else does."""

from dataclasses import replace

import pytest

from tests.features.customers.people import phone
from tests.features.tills.shop import MUG, Shop
from watchword.features.customers.rules import Customer
from watchword.features.points.ledger import Balance
from watchword.features.redemptions.rules import Redemption, State
from watchword.features.rewards.blocklist.rules import RedeemingBlock
from watchword.features.rewards.rules import MayNotTake, RewardState, WhyNot, offer_of
from watchword.features.tills.rules import Shut
from watchword.features.tills.verdicts import OpenWallet

SWITCHED = [
    {"customer_pins": False},
    {"customer_pins": False, "master_pin": True},
    {"customer_pins": False, "show_in_wallet": True},
]


async def take_points(shop: Shop, customer: Customer, points: int) -> None:
    whose = shop.client.organisation.id
    async with shop.services.storage.reading(whose) as transaction:
        (account,) = await shop.services.customers.accounts(transaction, whose, customer.id)
    await shop.services.points.adjust(shop.client, account.id, -points, "counted wrongly")


@pytest.mark.parametrize("switched", SWITCHED, ids="+".join)
async def test_a_way_that_is_switched_off_stops_what_is_not_promised_yet(
    shop: Shop, switched: dict[str, bool]
) -> None:
    customer, reward = await shop.customer(), await shop.reward()
    looked, promised = await shop.proven(), await shop.reserved(reward)
    await shop.elsewhere(**switched)
    tills, redemptions = shop.services.tills, shop.services.redemptions

    assert await tills.wallet(shop.client, looked) == Shut()
    assert await shop.reserve(looked, reward) == Shut()
    assert await shop.reserve(promised.session_id, reward) == promised
    done = await redemptions.commit(shop.client, promised.id, "order-1")
    back = await redemptions.reverse(shop.client, promised.id, None, "refund-1")
    assert isinstance(done, Redemption)
    assert isinstance(back, Redemption)
    assert await shop.balance(customer) == Balance(available=100)


async def test_points_that_change_after_the_look_count_and_after_the_promise_do_not(
    shop: Shop,
) -> None:
    customer, reward = await shop.customer(points=130), await shop.reward()
    looked = await shop.proven()
    viewed = await shop.services.tills.wallet(shop.client, looked)
    promised = await shop.reserved(reward)
    await take_points(shop, customer, 11)

    refused = await shop.reserve(looked, reward)
    await take_points(shop, customer, 59)
    done = await shop.services.redemptions.commit(shop.client, promised.id, "order-1")

    assert isinstance(viewed, OpenWallet)
    assert viewed.balance == Balance(available=130)
    assert refused == MayNotTake(WhyNot.TOO_FEW_POINTS)
    assert isinstance(done, Redemption)
    assert await shop.balance(customer) == Balance(available=0)


async def test_a_promise_is_kept_at_its_price_when_the_reward_gets_dearer_or_ends(
    shop: Shop,
) -> None:
    customer, reward = await shop.customer(), await shop.reward(replace(MUG, stock=1))
    promised = await shop.reserved(reward)
    dearer = replace(offer_of(reward), points=90, value=900)
    rewards = shop.services.rewards
    await rewards.change(shop.client, reward.id, dearer, reward.version, RewardState.ENDED)

    done = await shop.services.redemptions.commit(shop.client, promised.id, "order-1")

    assert isinstance(done, Redemption)
    assert (done.state, done.points, done.value) == (State.COMMITTED, 60, 500)
    assert await shop.balance(customer) == Balance(available=40)


async def test_whoever_may_not_redeem_since_the_look_gets_nothing_new(shop: Shop) -> None:
    customer, reward = await shop.customer(), await shop.reward(replace(MUG, stock=1))
    looked = await shop.proven()
    blocked = await shop.services.blocklist.add(shop.client, phone(), None, "works here")

    refused = await shop.reserve(looked, reward)

    assert isinstance(blocked, RedeemingBlock)
    assert refused == MayNotTake(WhyNot.BLOCKED)
    assert await shop.balance(customer) == Balance(available=100)
    assert (await shop.services.rewards.find(shop.client.organisation.id, reward.id)).left == 1
