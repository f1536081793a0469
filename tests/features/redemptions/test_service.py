"""What happens to redemptions, on a real database."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.features.customers.people import phone
from tests.features.tills.shop import MUG, Shop, named
from watchword.features.customers.rules import Customer, Profile
from watchword.features.points.ledger import Balance, Transfer
from watchword.features.redemptions.rules import (
    HELD_FOR,
    AlreadySpent,
    BadWord,
    MoreThanLeft,
    NotCommitted,
    OtherOrder,
    OtherReversal,
    Redemption,
    State,
    TooLate,
)
from watchword.features.rewards.rules import MayNotTake, WhyNot, offer_of
from watchword.features.tills.rules import Burnt, NotProven

PARALLEL = 20


class TestReserving:
    async def test_puts_points_by_once_however_often_it_is_said(self, shop: Shop) -> None:
        customer, reward = await shop.customer(points=100), await shop.reward()
        session = await shop.proven()

        first = await shop.reserve(session, reward)
        again = await shop.reserve(session, reward)

        assert isinstance(first, Redemption)
        assert again == first
        assert await shop.balance(customer) == Balance(available=40, reserved=60)

    async def test_needs_a_proof(self, shop: Shop) -> None:
        await shop.customer()
        asking = await shop.asking()

        assert await shop.reserve(asking.id, await shop.reward()) == NotProven()

    @pytest.mark.parametrize("what", ["reward", "amount", "price"])
    async def test_of_something_else_than_was_proven_is_refused_and_burns_the_proof(
        self, shop: Shop, what: str
    ) -> None:
        customer, reward = await shop.customer(points=500), await shop.reward()
        other = await shop.reward(replace(MUG, names={"en": "Rose"}))
        session = await shop.proven(wanted=named(reward, 1000))
        if what == "price":
            dearer = replace(offer_of(reward), points=61)
            rewards = shop.services.rewards
            await rewards.change(shop.client, reward.id, dearer, reward.version, reward.state)
        asked = other if what == "reward" else reward

        refused = await shop.reserve(session, asked, 1001 if what == "amount" else 1000)

        assert refused == Burnt()
        assert await shop.reserve(session, reward, 1000) == Burnt()
        assert await shop.balance(customer) == Balance(available=500)

    async def test_the_first_one_fixes_what_was_left_open(self, shop: Shop) -> None:
        customer, reward = await shop.customer(points=500), await shop.reward()
        session = await shop.proven()
        first = await shop.reserve(session, reward, 1000)
        assert isinstance(first, Redemption)

        assert await shop.reserve(session, reward, 999) == Burnt()
        assert await shop.balance(customer) == Balance(available=440, reserved=60)
        committed = await shop.services.redemptions.commit(shop.client, first.id, "order-1")
        assert isinstance(committed, Redemption)

    async def test_points_that_went_between_look_and_reservation_are_missed(
        self, shop: Shop
    ) -> None:
        customer, reward = await shop.customer(points=100), await shop.reward()
        session = await shop.proven()
        whose = shop.client.organisation.id
        async with shop.services.storage.begin(whose) as transaction:
            (account,) = await shop.services.customers.accounts(transaction, whose, customer.id)
        await shop.services.points.adjust(shop.client, account.id, -50, "Counted wrongly")

        assert await shop.reserve(session, reward) == MayNotTake(WhyNot.TOO_FEW_POINTS)
        assert await shop.balance(customer) == Balance(available=50)

    async def test_a_reward_that_is_gone_leaves_points_where_they_were(self, shop: Shop) -> None:
        customer, reward = await shop.customer(), await shop.reward(replace(MUG, stock=0))
        session = await shop.proven()

        assert await shop.reserve(session, reward) == MayNotTake(WhyNot.NONE_LEFT)
        assert await shop.balance(customer) == Balance(available=100)
        assert await history(shop, customer) == []

    async def test_too_few_points_leave_the_reward_where_it_was(self, shop: Shop) -> None:
        customer, reward = await shop.customer(points=59), await shop.reward(replace(MUG, stock=1))
        session = await shop.proven()

        assert await shop.reserve(session, reward) == MayNotTake(WhyNot.TOO_FEW_POINTS)
        whose = shop.client.organisation.id
        assert (await shop.services.rewards.find(whose, reward.id)).left == 1
        assert await history(shop, customer) == []

    async def test_nobody_waits_longer_than_half_an_hour_for_points(self, shop: Shop) -> None:
        customer, reward = await shop.customer(), await shop.reward(replace(MUG, stock=1))
        made = await shop.reserved(reward)
        shop.time.pass_by(HELD_FOR)

        late = await shop.services.redemptions.commit(shop.client, made.id, "order-1")
        assert late == TooLate(State.RESERVED)
        assert await shop.services.redemptions.expire(10) == 1
        assert await shop.services.redemptions.expire(10) == 0
        assert await shop.balance(customer) == Balance(available=100)
        assert (await shop.services.rewards.find(shop.client.organisation.id, reward.id)).left == 1
        later = await shop.services.redemptions.commit(shop.client, made.id, "order-1")
        assert later == TooLate(State.RELEASED)

    async def test_that_cannot_be_released_keeps_no_other_from_it(self, shop: Shop) -> None:
        """The books do not know the first. It is told by its name, and the second comes back."""
        await shop.customer(points=100)
        bad, whose = await shop.reserved(), shop.client.organisation.id
        shop.time.pass_by(timedelta(seconds=1))
        number = phone("+491701234599")
        other = await shop.customer(number, profile=Profile("Ben", "Becker"))
        made = await shop.reserve(await shop.proven(number), await shop.reward())
        assert isinstance(made, Redemption)
        async with shop.services.storage.begin(whose) as transaction:
            await transaction.run(
                "delete from point_transfers where redemption_id = :id", id=str(bad.id)
            )
        shop.time.pass_by(HELD_FOR)

        with capture_logs() as logs:
            assert await shop.services.redemptions.expire(10) == 1

        assert await shop.balance(other) == Balance(available=100)
        stuck = [each for each in logs if each["event"] == "redemption.stuck"]
        assert [each["redemption_id"] for each in stuck] == [str(bad.id)]


class TestCommitting:
    async def test_twice_for_one_order_is_as_good_as_once_and_for_another_is_refused(
        self, shop: Shop
    ) -> None:
        customer, made = await shop.customer(), await shop.reserved()
        commit = shop.services.redemptions.commit

        first = await commit(shop.client, made.id, "order-1")
        assert isinstance(first, Redemption)
        assert await commit(shop.client, made.id, "order-1") == first
        assert await commit(shop.client, made.id, "order-2") == OtherOrder()
        assert await commit(shop.client, made.id) == OtherOrder()
        assert await shop.balance(customer) == Balance(available=40)
        assert await shop.services.redemptions.release(shop.client, made.id) == AlreadySpent()
        assert isinstance(await commit(shop.client, made.id, "order 1"), BadWord)

    async def test_not_after_it_was_given_back(self, shop: Shop) -> None:
        _, made = await shop.customer(), await shop.reserved()
        redemptions = shop.services.redemptions
        await redemptions.commit(shop.client, made.id, "order-1")
        await redemptions.reverse(shop.client, made.id, None, "refund-1")

        again = await redemptions.commit(shop.client, made.id, "order-1")
        assert again == TooLate(State.REVERSED)


class TestReversing:
    async def test_twenty_at_once_have_one_effect(self, shop: Shop) -> None:
        customer, made = await shop.customer(), await shop.reserved()
        redemptions = shop.services.redemptions
        await redemptions.commit(shop.client, made.id, "order-1")

        whole = [redemptions.reverse(shop.client, made.id, None, "refund") for _ in range(PARALLEL)]
        told = await asyncio.gather(*whole)
        others = [
            redemptions.reverse(shop.client, made.id, 1, f"refund-{each}") for each in range(3)
        ]
        refused = await asyncio.gather(*others)

        assert Counter(type(each) for each in told) == {Redemption: PARALLEL}
        assert refused == [MoreThanLeft(0)] * 3
        assert await shop.balance(customer) == Balance(available=100)

    async def test_never_gives_more_back_than_was_spent(self, shop: Shop) -> None:
        customer, made = await shop.customer(), await shop.reserved()
        reverse = shop.services.redemptions.reverse
        assert await reverse(shop.client, made.id, 10, "early") == NotCommitted()
        await shop.services.redemptions.commit(shop.client, made.id, "order-1")

        partly = await reverse(shop.client, made.id, 20, "one")
        assert isinstance(partly, Redemption)
        assert (partly.state, partly.reversed) == (State.COMMITTED, 20)
        assert await reverse(shop.client, made.id, 20, "one") == partly
        assert await reverse(shop.client, made.id, 21, "one") == OtherReversal()
        assert await reverse(shop.client, made.id, 41, "two") == MoreThanLeft(40)
        rest = await reverse(shop.client, made.id, None, "three")
        assert isinstance(rest, Redemption)
        assert (rest.state, rest.reversed) == (State.REVERSED, 60)
        assert await shop.balance(customer) == Balance(available=100)


async def test_an_abandoned_sale_gives_back_what_was_put_by(shop: Shop) -> None:
    customer, made = await shop.customer(), await shop.reserved()

    for _ in range(3):
        await shop.services.redemptions.abandon(shop.client, made.session_id)

    found = await shop.services.redemptions.read(shop.client.organisation.id, made.id)
    assert found.state is State.RELEASED
    assert await shop.balance(customer) == Balance(available=100)


async def test_two_sales_at_once_cannot_spend_the_same_points(shop: Shop) -> None:
    customer, reward = await shop.customer(points=100), await shop.reward()
    sessions = [await shop.proven() for _ in range(3)]

    told = await asyncio.gather(*(shop.reserve(each, reward) for each in sessions))

    assert Counter(type(each) for each in told) == {Redemption: 1, MayNotTake: 2}
    assert await shop.balance(customer) == Balance(available=40, reserved=60)


async def history(shop: Shop, customer: Customer) -> list[Transfer]:
    whose = shop.client.organisation.id
    async with shop.services.storage.reading(whose) as transaction:
        (account,) = await shop.services.customers.accounts(transaction, whose, customer.id)
    return [*(await shop.services.points.history(whose, account.id, None, 50)).items]


async def test_redemptions_are_listed_the_newest_first(shop: Shop) -> None:
    customer, reward = await shop.customer(points=500), await shop.reward()
    made = []
    for _ in range(3):
        made.append(await shop.reserved(reward))
        shop.time.pass_by(timedelta(minutes=1))
    whose = shop.client.organisation.id

    first = await shop.services.redemptions.page(whose, None, 2)
    rest = await shop.services.redemptions.page(whose, first.after, 2)
    own = await shop.services.redemptions.of_customer(whose, customer.id, None, 10)

    assert [*first.items, *rest.items] == [*reversed(made)] == [*own.items]
    assert rest.after is None
