"""What happens to challenges, on a real database."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from tests.stores import MovableTime, at_rest
from tests.whole_house import (
    OTHER_PHONE,
    PHONE,
    Dealt,
    asked,
    email,
    new_client,
    phone,
    shown,
)
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import Status
from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    NoWay,
    Over,
    TooMany,
    TooSoon,
    Verified,
    Wrong,
)
from watchword.features.clients.rules import Client
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import State
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Mode
from watchword.foundation.errors import NotFound
from watchword.wiring import Services

HALF_A_MINUTE, AN_HOUR = timedelta(seconds=30), timedelta(hours=1)


class TestOpening:
    async def test_shows_what_whoever_asked_may_know(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))

        assert challenge.to == "+49•••••4567"
        assert (challenge.status, challenge.attempts_left) == (Status.PENDING, 5)
        assert challenge.expires_at == time() + timedelta(minutes=5)
        assert challenge.resend_at == time() + HALF_A_MINUTE

    async def test_keeps_nothing_that_can_be_read(
        self, services: Services, shop: Client, dealt: Dealt, migrated: str
    ) -> None:
        await services.challenges.open(shop, asked(requester="203.0.113.7"))
        await services.challenges.open(shop, asked(email("ann@example.org")))

        rest = await at_rest(migrated)
        for secret in (PHONE, PHONE[1:], "ann@example.org", "203.0.113.7", *dealt.codes):
            assert secret.encode() not in rest

    async def test_sends_to_the_mailbox_that_was_first_known_under_the_address(
        self, services: Services, tester: Client
    ) -> None:
        for typed in ("ann@example.org", "ANN@Example.org"):
            shown(await services.challenges.open(tester, asked(email(typed))))

        claimed = await services.deliveries.claim(SANDBOX, 9)
        assert {(await services.deliveries.open(queued)).address for queued in claimed} == {
            "ann@example.org"
        }

    async def test_supersedes_what_was_pending_for_the_same_purpose_and_contact_point(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        old = shown(await services.challenges.open(shop, asked()))
        old_code = dealt.latest
        new = shown(await services.challenges.open(shop, asked()))

        assert await services.challenges.answer(shop, old.id, old_code) == Over()
        assert await services.challenges.answer(shop, new.id, dealt.latest) == Verified()

    async def test_leaves_other_purposes_and_contact_points_alone(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        first = shown(await services.challenges.open(shop, asked()))
        code = dealt.latest
        await services.challenges.open(shop, asked(purpose=Purpose.STEP_UP))
        await services.challenges.open(shop, asked(phone(OTHER_PHONE)))

        assert await services.challenges.answer(shop, first.id, code) == Verified()

    async def test_withdraws_the_message_of_what_it_supersedes(
        self, services: Services, shop: Client
    ) -> None:
        old = shown(await services.challenges.open(shop, asked()))
        await services.challenges.open(shop, asked())

        [sending] = (await services.challenges.read(shop, old.id)).sendings
        assert sending.state == State.CANCELLED

    async def test_is_refused_where_no_channel_leads(
        self, services: Services, shop: Client
    ) -> None:
        refusal = await services.challenges.open(shop, asked(email()))

        assert refusal == NoWay(Channel.EMAIL, ())

    async def test_sends_five_an_hour_and_ten_a_day_and_no_more(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        noon = time()
        for _ in range(5):
            shown(await services.challenges.open(shop, asked()))
        assert await services.challenges.open(shop, asked()) == TooMany(noon + AN_HOUR)

        time.pass_by(AN_HOUR)
        for _ in range(5):
            shown(await services.challenges.open(shop, asked()))
        time.pass_by(AN_HOUR)
        assert await services.challenges.open(shop, asked()) == TooMany(noon + timedelta(days=1))

    async def test_in_a_test_organisation_is_not_counted_for_it_reaches_nobody(
        self, services: Services, tester: Client
    ) -> None:
        for _ in range(20):
            shown(await services.challenges.open(tester, asked()))


class TestAnswering:
    async def test_is_verified_by_the_code_that_was_sent_and_by_it_once(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))

        assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Verified()
        assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Over()

    async def test_must_come_in_time(
        self, services: Services, shop: Client, dealt: Dealt, time: MovableTime
    ) -> None:
        for seconds, verdict in ((299, Verified()), (301, Expired())):
            challenge = shown(await services.challenges.open(shop, asked()))
            time.pass_by(timedelta(seconds=seconds))

            assert await services.challenges.answer(shop, challenge.id, dealt.latest) == verdict

    async def test_twenty_at_once_are_still_five_attempts(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))

        verdicts = await asyncio.gather(
            *(services.challenges.answer(shop, challenge.id, dealt.wrong) for _ in range(20))
        )

        assert Counter(map(repr, verdicts)) == {
            **{repr(Wrong(left)): 1 for left in range(5)},
            repr(Exhausted()): 15,
        }

    async def test_of_another_organisation_finds_nothing(
        self, services: Services, shop: Client, tester: Client, dealt: Dealt
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))

        with pytest.raises(NotFound):
            await services.challenges.answer(tester, challenge.id, dealt.latest)

    async def test_approves_what_was_asked_for_and_nothing_else(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked(transaction="20 EUR")))
        code = dealt.latest

        assert await services.challenges.answer(shop, challenge.id, code) == Wrong(4)
        assert await services.challenges.answer(shop, challenge.id, code, "200 EUR") == Wrong(3)
        assert await services.challenges.answer(shop, challenge.id, code, "20 EUR") == Verified()

    async def test_with_the_code_of_another_challenge_is_wrong(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        first = shown(await services.challenges.open(shop, asked()))
        second = shown(await services.challenges.open(shop, asked(purpose=Purpose.STEP_UP)))
        ours, theirs = dealt.codes

        assert await services.challenges.answer(shop, first.id, theirs) == Wrong(4)
        assert await services.challenges.answer(shop, second.id, ours) == Wrong(4)


class TestABudget:
    async def test_outlives_new_challenges(
        self, services: Services, shop: Client, dealt: Dealt, time: MovableTime
    ) -> None:
        for attempts in (5, 5):
            challenge = shown(await services.challenges.open(shop, asked()))
            assert challenge.attempts_left == attempts
            for _ in range(attempts):
                await services.challenges.answer(shop, challenge.id, dealt.wrong)

        refusal = await services.challenges.open(shop, asked())

        assert refusal == TooMany(time() + AN_HOUR)

    async def test_outlives_resends_and_another_channel(
        self, services: Services, shop: Client, dealt: Dealt, time: MovableTime
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        for _ in range(4):
            await services.challenges.answer(shop, challenge.id, dealt.wrong)
        time.pass_by(HALF_A_MINUTE)
        resent = shown(await services.challenges.resend(shop, challenge.id, Channel.VOICE))

        assert resent.attempts_left == 1
        assert await services.challenges.answer(shop, challenge.id, dealt.wrong) == Wrong(0)
        assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Exhausted()

    async def test_of_guesses_belongs_to_a_purpose_and_that_of_messages_to_the_contact_point(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        for _ in range(2):
            challenge = shown(await services.challenges.open(shop, asked()))
            for _ in range(5):
                await services.challenges.answer(shop, challenge.id, dealt.wrong)

        other = shown(await services.challenges.open(shop, asked(purpose=Purpose.STEP_UP)))
        assert other.attempts_left == 5
        for _ in range(2):
            shown(await services.challenges.open(shop, asked(purpose=Purpose.REDEMPTION)))
        sixth = await services.challenges.open(shop, asked(purpose=Purpose.PIN_CHANGE))
        assert isinstance(sixth, TooMany)

    async def test_that_was_lifted_is_counted_anew(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        await services.challenges.answer(shop, challenge.id, dealt.wrong)
        async with services.storage.begin(shop.organisation.id) as transaction:
            assert await BudgetStore(transaction, shop.organisation.id).lift("") >= 1

        for _ in range(4):
            await services.challenges.answer(shop, challenge.id, dealt.wrong)

        again = shown(await services.challenges.open(shop, asked()))
        for _ in range(5):
            await services.challenges.answer(shop, again.id, dealt.wrong)
        assert shown(await services.challenges.open(shop, asked())).attempts_left == 1

    async def test_is_forgiven_by_a_right_answer(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        for _ in range(4):
            await services.challenges.answer(shop, challenge.id, dealt.wrong)
        await services.challenges.answer(shop, challenge.id, dealt.latest)

        assert shown(await services.challenges.open(shop, asked())).attempts_left == 5

    async def test_locks_a_contact_point_after_a_hundred_wrong_answers_in_a_row(
        self, services: Services, tester: Client, dealt: Dealt, time: MovableTime
    ) -> None:
        compared = 0
        while not isinstance(outcome := await services.challenges.open(tester, asked()), Locked):
            if isinstance(outcome, TooMany):
                time.moment = outcome.moment
                continue
            challenge = shown(outcome)
            for _ in range(challenge.attempts_left):
                verdict = await services.challenges.answer(tester, challenge.id, dealt.wrong)
                compared += isinstance(verdict, Wrong)

        assert compared == 100


class TestAStranger:
    async def test_cannot_use_up_what_belongs_to_somebody_who_was_here_before(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        first = shown(await services.challenges.open(shop, asked(requester="her phone")))
        await services.challenges.answer(shop, first.id, dealt.latest)
        for _ in range(4):
            stolen = shown(await services.challenges.open(shop, asked(requester="his phone")))
            for _ in range(5):
                await services.challenges.answer(shop, stolen.id, dealt.wrong)
            if isinstance(
                await services.challenges.open(shop, asked(requester="a third")), TooMany
            ):
                break

        hers = shown(await services.challenges.open(shop, asked(requester="her phone")))

        assert hers.attempts_left == 5
        assert await services.challenges.answer(shop, hers.id, dealt.latest) == Verified()

    async def test_does_not_end_the_challenge_of_somebody_who_was_here_before(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        first = shown(await services.challenges.open(shop, asked(requester="her phone")))
        await services.challenges.answer(shop, first.id, dealt.latest)
        hers = shown(await services.challenges.open(shop, asked(requester="her phone")))
        code = dealt.latest

        await services.challenges.open(shop, asked(requester="his phone"))

        assert await services.challenges.answer(shop, hers.id, code) == Verified()


class TestAResend:
    async def test_repeats_the_code_for_messages_may_arrive_out_of_order(
        self, services: Services, shop: Client, dealt: Dealt, time: MovableTime
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        time.pass_by(HALF_A_MINUTE)

        resent = shown(await services.challenges.resend(shop, challenge.id, None))

        assert len(dealt.codes) == 1
        assert (resent.id, resent.expires_at) == (challenge.id, challenge.expires_at)
        assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Verified()

    async def test_waits_for_its_time(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))

        refusal = await services.challenges.resend(shop, challenge.id, None)

        assert refusal == TooSoon(time() + HALF_A_MINUTE)

    async def test_by_another_channel_is_traced(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        time.pass_by(HALF_A_MINUTE)
        await services.challenges.resend(shop, challenge.id, Channel.VOICE)

        traced = await services.challenges.read(shop, challenge.id)

        assert [sending.channel for sending in traced.sendings] == [Channel.SMS, Channel.VOICE]
        assert traced.channel == Channel.VOICE

    async def test_of_a_challenge_that_is_over_is_refused(
        self, services: Services, shop: Client, dealt: Dealt, time: MovableTime
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        await services.challenges.answer(shop, challenge.id, dealt.latest)
        time.pass_by(HALF_A_MINUTE)

        assert await services.challenges.resend(shop, challenge.id, None) == Over()

    async def test_counts_as_a_message_to_the_contact_point(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        opened = [shown(await services.challenges.open(shop, asked())) for _ in range(4)]
        time.pass_by(HALF_A_MINUTE)
        shown(await services.challenges.resend(shop, opened[-1].id, None))
        time.pass_by(AN_HOUR / 12)

        assert isinstance(await services.challenges.open(shop, asked()), TooMany)


class TestTheEnd:
    async def test_comes_by_cancelling_and_leaves_nothing_to_answer_or_to_send(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        await services.challenges.cancel(shop, challenge.id)
        await services.challenges.cancel(shop, challenge.id)

        assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Over()
        traced = await services.challenges.read(shop, challenge.id)
        assert traced.status == Status.CANCELLED
        assert [sending.state for sending in traced.sendings] == [State.CANCELLED]

    async def test_comes_by_time_and_destroys_what_is_left_of_the_code(
        self, services: Services, shop: Client, dealt: Dealt, time: MovableTime
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        time.pass_by(timedelta(minutes=6))

        assert await services.challenges.expire(500) == 1
        assert await services.challenges.expire(500) == 0
        assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Expired()
        assert (await services.challenges.read(shop, challenge.id)).status == Status.EXPIRED

    async def test_of_a_strangers_is_not_found(self, services: Services, shop: Client) -> None:
        stranger = await new_client(services, "stranger", Mode.LIVE)
        challenge = shown(await services.challenges.open(shop, asked()))

        with pytest.raises(NotFound):
            await services.challenges.cancel(stranger, challenge.id)
        with pytest.raises(NotFound):
            await services.challenges.read(stranger, challenge.id)
        with pytest.raises(NotFound):
            await services.challenges.resend(stranger, challenge.id, None)
