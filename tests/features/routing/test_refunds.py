"""What is reserved for a message that never leaves can be spent again, however it ended."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.challenges.ladder import TEXTS, Ladder, ladder_in
from tests.stores import MovableTime
from tests.whole_house import OTHER_PHONE, Dealt, asked, phone
from watchword.features.abuse.rules import Blocked, RuleName
from watchword.features.challenges.codebook import Autofill
from watchword.features.challenges.shown import Shown
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import LEASE, Receipt, Refused, Unavailable, Uncertain

PRICES = {"currency": "EUR", "rows": [{"channel": "sms", "price": 0.10}]}
ENOUGH_FOR_TWO = {"spend": {"per_day": "0.20", "kept_for_known": 0}}
LINKED = replace(asked(phone()), channel=Channel.WHATSAPP, autofill=Autofill(apart=True))
ENOUGH_FOR_ONE = {"spend": {"per_day": "0.10", "kept_for_known": 0}}


@pytest.fixture
async def ladder(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Ladder]:
    """A house that has money for one text message a day, and no plan."""
    async with ladder_in(
        migrated, time, dealt, prices=PRICES, abuse=ENOUGH_FOR_ONE, purposes={}
    ) as ladder:
        yield ladder


@pytest.fixture
def dealt() -> Dealt:
    return Dealt()


async def is_broke(ladder: Ladder) -> bool:
    """Say whether no message to somebody else can be paid."""
    opened = await ladder.services.challenges.open(ladder.client, asked(phone(OTHER_PHONE)))
    if isinstance(opened, Blocked):
        assert opened.rule is RuleName.SPEND
        return True
    assert isinstance(opened, Shown)
    return False


async def refund(ladder: Ladder) -> int:
    return await ladder.services.abuse.refunds.give_back(100)


class TestMoneyComesBack:
    async def test_when_the_provider_refuses(self, ladder: Ladder) -> None:
        await ladder.open()
        await ladder.carry(TEXTS, Refused("number not valid"))

        assert await refund(ladder) == 1
        assert not await is_broke(ladder)

    async def test_when_the_time_runs_out_in_the_queue(
        self, ladder: Ladder, time: MovableTime
    ) -> None:
        await ladder.open()
        time.pass_by(timedelta(minutes=30))
        await ladder.services.deliveries.expire(100)

        assert await refund(ladder) == 1
        assert not await is_broke(ladder)

    async def test_when_the_challenge_is_cancelled_before_it_leaves(self, ladder: Ladder) -> None:
        opened = await ladder.open()
        await ladder.services.challenges.cancel(ladder.client, opened.id)

        assert await refund(ladder) == 1
        assert not await is_broke(ladder)

    async def test_once_and_no_more(self, ladder: Ladder) -> None:
        await ladder.open()
        await ladder.carry(TEXTS, Refused("number not valid"))

        assert [await refund(ladder), await refund(ladder)] == [1, 0]

    async def test_when_it_was_tried_again_and_surely_never_left(self, ladder: Ladder) -> None:
        await ladder.open()
        await ladder.carry(TEXTS, Unavailable("HTTP 503"))
        ladder.time.pass_by(timedelta(seconds=2))
        await ladder.carry(TEXTS, Refused("number not valid"))

        assert await refund(ladder) == 1
        assert not await is_broke(ladder)


class TestMoneyIsGone:
    async def test_while_the_message_waits(self, ladder: Ladder) -> None:
        await ladder.open()

        assert await refund(ladder) == 0
        assert await is_broke(ladder)

    async def test_when_the_provider_took_it_even_if_it_does_not_arrive(
        self, ladder: Ladder
    ) -> None:
        await ladder.open()
        [message] = await ladder.carry(TEXTS)
        await ladder.report(TEXTS, message, Receipt.FAILED)

        assert await refund(ladder) == 0
        assert await is_broke(ladder)

    async def test_when_nobody_knows_whether_it_was_taken(self, ladder: Ladder) -> None:
        await ladder.open()
        await ladder.carry(TEXTS, Uncertain("timeout"))

        assert await refund(ladder) == 0
        assert await is_broke(ladder)

    async def test_when_it_may_have_left_and_a_later_try_of_it_surely_did_not(
        self, ladder: Ladder
    ) -> None:
        deliveries = ladder.services.deliveries
        await ladder.open()
        [queued] = await deliveries.claim(TEXTS, 100)
        await deliveries.settle(queued, Uncertain("timeout"), knows_repeats=True, chance=0.5)
        ladder.time.pass_by(timedelta(seconds=2))
        [queued] = await deliveries.claim(TEXTS, 100)
        await deliveries.settle(queued, Refused("HTTP 400"), knows_repeats=True, chance=0.5)

        assert await refund(ladder) == 0
        assert await is_broke(ladder)

    async def test_when_whoever_carried_it_did_not_come_back(self, ladder: Ladder) -> None:
        deliveries = ladder.services.deliveries
        opened = await ladder.open()
        await deliveries.claim(TEXTS, 100)
        ladder.time.pass_by(2 * LEASE)
        assert await deliveries.recover(TEXTS, knows_repeats=True) == 1
        await ladder.services.challenges.cancel(ladder.client, opened.id)

        assert await refund(ladder) == 0
        assert await is_broke(ladder)


class TestALinkBesideACode:
    async def test_costs_like_any_message_and_comes_back_alike(
        self, migrated: str, time: MovableTime, dealt: Dealt
    ) -> None:
        prices = {"currency": "EUR", "rows": [{"channel": "whatsapp", "price": 0.10}]}
        async with ladder_in(
            migrated, time, dealt, prices=prices, abuse=ENOUGH_FOR_TWO, purposes={}
        ) as ladder:
            opened = await ladder.services.challenges.open(ladder.client, LINKED)
            assert isinstance(opened, Shown)
            again = replace(LINKED, contact=phone(OTHER_PHONE))
            refused = await ladder.services.challenges.open(ladder.client, again)
            assert isinstance(refused, Blocked)
            assert refused.rule is RuleName.SPEND

            await ladder.services.challenges.cancel(ladder.client, opened.id)

            assert await refund(ladder) == 2

    async def test_does_not_stop_the_code_where_there_is_money_for_one_alone(
        self, migrated: str, time: MovableTime, dealt: Dealt
    ) -> None:
        prices = {"currency": "EUR", "rows": [{"channel": "whatsapp", "price": 0.10}]}
        async with ladder_in(
            migrated, time, dealt, prices=prices, abuse=ENOUGH_FOR_ONE, purposes={}
        ) as ladder:
            opened = await ladder.services.challenges.open(ladder.client, LINKED)
            assert isinstance(opened, Shown)
            await ladder.services.challenges.cancel(ladder.client, opened.id)

            assert await refund(ladder) == 1
