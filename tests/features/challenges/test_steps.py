"""What happens when a code does not arrive: the next step of its plan, with the same code."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.features.challenges.ladder import (
    CALLS,
    CHATS,
    PLAN,
    PROVIDERS,
    TEXTS,
    Ladder,
    ladder_in,
)
from tests.stores import KEYRING, MovableTime
from tests.whole_house import Dealt, asked, phone
from watchword.features.challenges.rules import Status
from watchword.features.challenges.steps.service import LATER, STEPS
from watchword.features.challenges.verdicts import Over, Verified, Wrong
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Receipt, Refused, State, Unavailable
from watchword.features.routing.rules import Because, Skipped
from watchword.settings import parse
from watchword.wiring import open_services

SECOND, HALF_A_MINUTE = timedelta(seconds=1), timedelta(seconds=30)
LANDLINE = "+493012345678"
SMS, WHATSAPP, VOICE = Channel.SMS, Channel.WHATSAPP, Channel.VOICE
FIRST, FAILED, NO_RECEIPT = Because.FIRST, Because.FAILED, Because.NO_RECEIPT


@pytest.fixture
async def ladder(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Ladder]:
    async with ladder_in(migrated, time, dealt) as ladder:
        yield ladder


class TestWithoutAReceipt:
    async def test_the_next_step_is_taken_in_its_time_with_the_same_code(
        self, ladder: Ladder, time: MovableTime, dealt: Dealt
    ) -> None:
        challenge = await ladder.open()
        [text] = await ladder.carry(TEXTS)

        time.pass_by(HALF_A_MINUTE - SECOND)
        assert await ladder.climb() == 0
        assert await ladder.services.steps.next_due() == 1.0
        time.pass_by(SECOND)
        assert await ladder.climb() == 1

        [chat] = await ladder.carry(CHATS)
        assert len(dealt.codes) == 1
        codes = [each.code.reveal() for each in (text, chat) if each.code is not None]
        assert codes == [dealt.latest] * 2
        assert await ladder.trace(challenge.id) == [(SMS, FIRST), (WHATSAPP, NO_RECEIPT)]
        assert (await ladder.read(challenge.id)).channel == WHATSAPP

    async def test_each_step_has_its_own_time_and_after_the_last_nothing_comes(
        self, ladder: Ladder, time: MovableTime
    ) -> None:
        challenge = await ladder.open()
        taken = []
        for provider in (TEXTS, CHATS, CALLS, CALLS):
            taken.append(len(await ladder.carry(provider)))
            time.pass_by(timedelta(seconds=40))
            await ladder.climb()

        assert taken == [1, 1, 1, 0]
        assert [why for _, why in await ladder.trace(challenge.id)] == [
            FIRST,
            NO_RECEIPT,
            NO_RECEIPT,
        ]
        read = await ladder.read(challenge.id)
        assert (read.next_step_at, read.status) == (None, Status.PENDING)
        assert await ladder.services.steps.next_due() is None

    async def test_what_has_not_left_yet_is_withdrawn_for_it_would_only_come_twice(
        self, ladder: Ladder, time: MovableTime
    ) -> None:
        challenge = await ladder.open()

        time.pass_by(HALF_A_MINUTE)
        await ladder.climb()

        sendings = (await ladder.read(challenge.id)).sendings
        assert [(each.channel, each.state) for each in sendings] == [
            (SMS, State.CANCELLED),
            (WHATSAPP, State.QUEUED),
        ]
        assert await ladder.carry(TEXTS) == []


class TestAFailure:
    @pytest.mark.parametrize("outcome", [Refused("HTTP 400"), Refused("Twilio 21211")])
    async def test_makes_the_next_step_due_at_once(self, ladder: Ladder, outcome: Refused) -> None:
        challenge = await ladder.open()
        ear = ladder.services.bells.listen(STEPS)
        await ladder.carry(TEXTS, outcome)

        assert await ear.wait(5)
        assert await ladder.climb() == 1

        assert len(await ladder.carry(CHATS)) == 1
        assert await ladder.trace(challenge.id) == [(SMS, FIRST), (WHATSAPP, FAILED)]

    async def test_that_is_reported_later_does_so_too(self, ladder: Ladder) -> None:
        challenge = await ladder.open()
        [text] = await ladder.carry(TEXTS)
        assert await ladder.climb() == 0

        await ladder.report(TEXTS, text, Receipt.FAILED)
        await ladder.climb()

        assert await ladder.trace(challenge.id) == [(SMS, FIRST), (WHATSAPP, FAILED)]

    async def test_of_an_earlier_step_does_not_cut_the_time_of_the_present_one_short(
        self, ladder: Ladder, time: MovableTime
    ) -> None:
        challenge = await ladder.open()
        [text] = await ladder.carry(TEXTS)
        time.pass_by(HALF_A_MINUTE)
        await ladder.climb()
        await ladder.carry(CHATS)

        await ladder.report(TEXTS, text, Receipt.FAILED)

        assert await ladder.climb() == 0
        assert [channel for channel, _ in await ladder.trace(challenge.id)] == [SMS, WHATSAPP]

    async def test_that_may_pass_is_tried_again_and_not_passed_over(self, ladder: Ladder) -> None:
        await ladder.open()
        await ladder.carry(TEXTS, Unavailable("HTTP 503"))

        assert await ladder.climb() == 0

    async def test_of_a_provider_that_the_plan_names_leads_to_the_next_at_once(
        self, migrated: str, time: MovableTime, dealt: Dealt
    ) -> None:
        plan = [{**PLAN[0], "providers": ["texts"]}, PLAN[1]]
        purposes = {"wallet_signin": {"plan": plan}}
        async with ladder_in(migrated, time, dealt, purposes=purposes) as ladder:
            challenge = await ladder.open()
            await ladder.carry(TEXTS, Unavailable("HTTP 503"))
            await ladder.climb()

            assert await ladder.trace(challenge.id) == [(SMS, FIRST), (WHATSAPP, FAILED)]


class TestAReceipt:
    @pytest.mark.parametrize("receipt", [Receipt.DELIVERED, Receipt.READ])
    async def test_in_time_ends_the_climb(
        self, ladder: Ladder, time: MovableTime, receipt: Receipt
    ) -> None:
        challenge = await ladder.open()
        [text] = await ladder.carry(TEXTS)
        await ladder.report(TEXTS, text, receipt)

        time.pass_by(HALF_A_MINUTE)
        await ladder.climb()

        assert await ladder.carry(CHATS) == []
        assert await ladder.trace(challenge.id) == [(SMS, FIRST)]
        assert await ladder.services.steps.next_due() is None

    async def test_after_the_next_step_is_harmless(
        self, ladder: Ladder, time: MovableTime, dealt: Dealt
    ) -> None:
        challenge = await ladder.open()
        [text] = await ladder.carry(TEXTS)
        time.pass_by(HALF_A_MINUTE)
        await ladder.climb()
        await ladder.carry(CHATS)

        for _ in range(5):
            await ladder.report(TEXTS, text, Receipt.DELIVERED)
        time.pass_by(timedelta(seconds=40))
        await ladder.climb()

        assert await ladder.carry(CALLS) == []
        answer = await ladder.services.challenges.answer(ladder.client, challenge.id, dealt.latest)
        assert answer == Verified()

    async def test_of_a_message_before_a_resend_does_not_stand_for_the_new_one(
        self, ladder: Ladder, time: MovableTime
    ) -> None:
        challenge = await ladder.open()
        [text] = await ladder.carry(TEXTS)
        await ladder.report(TEXTS, text, Receipt.DELIVERED)
        time.pass_by(HALF_A_MINUTE)
        await ladder.services.challenges.resend(ladder.client, challenge.id, None)
        await ladder.carry(TEXTS)

        time.pass_by(HALF_A_MINUTE)
        await ladder.climb()

        assert await ladder.trace(challenge.id) == [
            (SMS, FIRST),
            (SMS, Because.RESENT),
            (WHATSAPP, NO_RECEIPT),
        ]


class TestAStepThatIsNotTaken:
    async def test_to_a_landline_is_any_text(self, ladder: Ladder) -> None:
        challenge = await ladder.open(asked(phone(LANDLINE)))

        assert len(await ladder.carry(CALLS)) == 1
        assert await ladder.trace(challenge.id) == [
            (SMS, Skipped.LANDLINE),
            (WHATSAPP, Skipped.LANDLINE),
            (VOICE, FIRST),
        ]

    async def test_says_that_too_much_was_sent(self, ladder: Ladder, time: MovableTime) -> None:
        challenges = [await ladder.open() for _ in range(5)]
        await ladder.carry(TEXTS)

        time.pass_by(HALF_A_MINUTE)
        await ladder.climb()

        assert await ladder.carry(CHATS) == []
        assert await ladder.trace(challenges[-1].id) == [
            (SMS, FIRST),
            (WHATSAPP, Skipped.TOO_MANY),
            (VOICE, Skipped.TOO_MANY),
        ]
        assert await ladder.services.steps.next_due() is None

    async def test_counts_among_the_messages_if_it_is_taken(
        self, ladder: Ladder, time: MovableTime
    ) -> None:
        await ladder.open()
        for provider, seconds in ((TEXTS, 30), (CHATS, 40), (CALLS, 0)):
            await ladder.carry(provider)
            time.pass_by(seconds * SECOND)
            await ladder.climb()

        await ladder.open()
        await ladder.open()
        sixth = await ladder.services.challenges.open(ladder.client, asked())

        assert type(sixth).__name__ == "TooMany"

    @pytest.mark.parametrize("ending", ["answered", "cancelled", "superseded", "expired"])
    async def test_is_any_step_of_a_challenge_that_is_over(
        self, ladder: Ladder, time: MovableTime, dealt: Dealt, ending: str
    ) -> None:
        challenge = await ladder.open()
        await ladder.carry(TEXTS)
        place = (ladder.client.organisation.id, challenge.id)
        if ending == "answered":
            await ladder.services.challenges.answer(ladder.client, challenge.id, dealt.latest)
        elif ending == "cancelled":
            await ladder.services.challenges.cancel(ladder.client, challenge.id)
        elif ending == "superseded":
            other = await ladder.open()
            await ladder.services.challenges.cancel(ladder.client, other.id)
        else:
            time.pass_by(timedelta(minutes=5))

        time.pass_by(HALF_A_MINUTE)
        await ladder.climb()
        await ladder.services.steps.take(place)

        assert await ladder.carry(CHATS) == []
        assert await ladder.trace(challenge.id) == [(SMS, FIRST)]
        assert await ladder.services.steps.next_due() is None


class TestWrongGuesses:
    async def test_are_not_forgiven_by_a_step(
        self, ladder: Ladder, time: MovableTime, dealt: Dealt
    ) -> None:
        challenge = await ladder.open()
        answer = ladder.services.challenges.answer
        for provider, seconds, left in ((TEXTS, 30, 4), (CHATS, 40, 3), (CALLS, 0, 2)):
            await ladder.carry(provider)
            assert await answer(ladder.client, challenge.id, dealt.wrong) == Wrong(left)
            time.pass_by(seconds * SECOND)
            await ladder.climb()

        assert await answer(ladder.client, challenge.id, dealt.wrong) == Wrong(1)
        assert await answer(ladder.client, challenge.id, dealt.wrong) == Wrong(0)
        assert not isinstance(
            await answer(ladder.client, challenge.id, dealt.latest), Verified | Over
        )


class TestAWorker:
    async def test_that_dies_leaves_steps_to_the_next_one(
        self, migrated: str, time: MovableTime, dealt: Dealt
    ) -> None:
        async with ladder_in(migrated, time, dealt) as ladder:
            challenge = await ladder.open()
            await ladder.carry(TEXTS)
            client = ladder.client
        time.pass_by(HALF_A_MINUTE)

        settings = parse(
            {
                "database": {"url": migrated},
                "providers": PROVIDERS,
                "purposes": {"wallet_signin": {"plan": PLAN}},
            }
        )
        async with open_services(settings, KEYRING, now=time, draw=dealt) as services:
            again = Ladder(services, client, time, dealt)
            assert await again.climb() == 1

            assert await again.trace(challenge.id) == [(SMS, FIRST), (WHATSAPP, NO_RECEIPT)]

    async def test_and_others_at_once_take_a_step_once(
        self, ladder: Ladder, time: MovableTime
    ) -> None:
        challenge = await ladder.open()
        await ladder.carry(TEXTS)
        time.pass_by(HALF_A_MINUTE)
        [place] = await ladder.services.steps.due(100)

        await asyncio.gather(*(ladder.services.steps.take(place) for _ in range(5)))

        assert len(await ladder.carry(CHATS)) == 1
        assert await ladder.trace(challenge.id) == [(SMS, FIRST), (WHATSAPP, NO_RECEIPT)]

    async def test_may_put_off_what_it_cannot_take_so_that_others_come_first(
        self, ladder: Ladder, time: MovableTime
    ) -> None:
        await ladder.open()
        time.pass_by(HALF_A_MINUTE)
        [place] = await ladder.services.steps.due(100)

        await ladder.services.steps.postpone(place)

        assert await ladder.services.steps.due(100) == []
        assert await ladder.services.steps.next_due() == LATER.total_seconds()
        time.pass_by(LATER)
        assert await ladder.climb() == 1


class TestMoney:
    PRICES = {"rows": [{"channel": "sms", "price": 0.08}, {"channel": "whatsapp", "price": 0.05}]}  # noqa: RUF012 - nobody writes into it

    async def returned(self, ladder: Ladder) -> int:
        async with ladder.services.storage.reading(ladder.client.organisation.id) as transaction:
            row = await transaction.one("select sum(returned) as micros from starts")
        assert row is not None
        return int(row["micros"])

    async def test_is_told_of_each_step_and_nothing_is_made_up(self, ladder: Ladder) -> None:
        challenge = await ladder.open()

        [step] = (await ladder.read(challenge.id)).route.trace
        assert (step.price, step.currency) == (None, None)

    async def test_for_what_surely_did_not_leave_is_given_back_once(
        self, migrated: str, time: MovableTime, dealt: Dealt
    ) -> None:
        async with ladder_in(migrated, time, dealt, prices=self.PRICES) as ladder:
            challenge = await ladder.open()
            [text] = await ladder.carry(TEXTS, Refused("HTTP 400"))
            await ladder.services.abuse.refunds.give_back(100)
            assert await self.returned(ladder) == 80_000

            await ladder.report(TEXTS, text, Receipt.FAILED)
            await ladder.climb()
            await ladder.services.abuse.refunds.give_back(100)

            assert await self.returned(ladder) == 80_000
            route = (await ladder.read(challenge.id)).route
            assert [(each.price, each.currency) for each in route.trace] == [
                (80_000, "EUR"),
                (50_000, "EUR"),
            ]

    async def test_for_what_was_sent_is_spent_though_it_failed_later(
        self, migrated: str, time: MovableTime, dealt: Dealt
    ) -> None:
        async with ladder_in(migrated, time, dealt, prices=self.PRICES) as ladder:
            await ladder.open()
            [text] = await ladder.carry(TEXTS)

            await ladder.report(TEXTS, text, Receipt.FAILED)
            await ladder.services.abuse.refunds.give_back(100)

            assert await self.returned(ladder) == 0
