"""Wrong master PINs, right ones that are too many, and those that are typed elsewhere."""

import asyncio
from collections import Counter as Count
from datetime import timedelta

import pytest

from tests.features.customers.people import phone
from tests.features.redemptions.counter import Counter
from tests.features.tills.shop import named
from watchword.features.audit.rules import Action
from watchword.features.challenges.verdicts import Wrong
from watchword.features.redemptions.master_pins.pins import draw_pin
from watchword.features.redemptions.master_pins.rules import (
    IN_ALL,
    Entered,
    WaitFirst,
    WrongPin,
)
from watchword.features.redemptions.overrides.rules import Cap, CapReached
from watchword.features.redemptions.rules import Redemption

OTHER_PIN = draw_pin(lambda _: 4_711).reveal()
TILLS = 20


class TestGuessing:
    async def test_many_tills_at_once_share_one_budget(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        tills = [await counter.terminal(f"Guess {number}") for number in range(TILLS)]
        sessions = [await counter.waiting(till=till) for till in tills]

        rounds = [
            await asyncio.gather(
                *(
                    counter.enter(session, typed=OTHER_PIN, till=till)
                    for session, till in zip(sessions, tills, strict=True)
                )
            )
            for _ in range(2)
        ]

        said = Count(type(each) for round_ in rounds for each in round_)
        assert said == {WrongPin: IN_ALL.wrong.most, WaitFirst: 2 * TILLS - IN_ALL.wrong.most}
        assert isinstance(await counter.sale(), WaitFirst)

    async def test_one_till_waits_before_the_others_do(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        session, other = await counter.waiting(), await counter.terminal("Till 2")

        said = [await counter.enter(session, typed=OTHER_PIN) for _ in range(4)]

        assert [type(each) for each in said] == [WrongPin, WrongPin, WrongPin, WaitFirst]
        there = await counter.waiting(till=other)
        assert isinstance(await counter.enter(there, till=other), Entered)

    async def test_each_wrong_one_stands_in_the_ledger(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        session = await counter.waiting()

        await counter.enter(session, typed=OTHER_PIN)
        await counter.enter(session, typed="not a PIN")

        lines = await counter.ledger(f"till:{session}")
        assert [each.action for each in lines] == [Action.MASTER_PIN_REFUSED] * 2
        assert lines[0].details["staff"] == counter.manager.actor
        assert OTHER_PIN not in repr(lines)

    async def test_typed_as_a_code_of_a_customer_it_is_wrong_counted_and_sets_off_an_alarm(
        self, counter: Counter
    ) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        asking = await counter.shop.asking(location_id=counter.place)
        assert counter.pin is not None

        verdict = await counter.services.tills.answer(
            counter.shop.client, asking.id, counter.pin.reveal()
        )

        assert verdict == Wrong(asking.attempts_left - 1)
        session = await counter.services.tills.read(counter.shop.client, asking.id)
        lines = await counter.ledger(str(session.challenge_id))
        assert Action.MASTER_PIN_ASTRAY in {each.action for each in lines}


class TestCaps:
    @pytest.mark.parametrize(
        ("cap", "settings"),
        [
            (Cap.STAFF, {"uses_by_staff": 1}),
            (Cap.TERMINAL, {"uses_by_terminal": 1}),
            (Cap.CUSTOMER, {"uses_by_customer": 1}),
        ],
    )
    async def test_hold_for_any_day_that_ends_now(
        self, counter: Counter, cap: Cap, settings: dict[str, int]
    ) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        await counter.set_exceptions(**settings)

        first, second = await counter.sale(), await counter.sale()
        counter.shop.time.pass_by(timedelta(days=1))
        next_day = await counter.sale()

        assert isinstance(first, Entered)
        assert second == CapReached(cap, 1)
        assert isinstance(next_day, Entered)

    async def test_of_value_hold_when_the_reward_is_named_and_when_it_is_chosen_later(
        self, counter: Counter
    ) -> None:
        await counter.shop.customer(points=1000)
        reward = await counter.shop.reward()
        await counter.set_pin()
        await counter.set_exceptions(value_once=499)

        before = await counter.sale(wanted=named(reward))
        session = await counter.waiting()
        entered = await counter.enter(session)
        later = await counter.shop.reserve(session, reward)

        assert before == later == CapReached(Cap.VALUE, 499)
        assert isinstance(entered, Entered)

    async def test_of_a_day_count_what_others_of_the_location_let_through(
        self, counter: Counter
    ) -> None:
        await counter.shop.customer(points=1000)
        reward = await counter.shop.reward()
        await counter.set_pin()
        await counter.set_exceptions(value_a_day=1000, uses_by_customer=9)
        sessions = [await counter.waiting() for _ in range(3)]
        for session in sessions:
            assert isinstance(await counter.enter(session), Entered)

        said = await asyncio.gather(*(counter.shop.reserve(each, reward) for each in sessions))

        assert Count(type(each) for each in said) == {Redemption: 2, CapReached: 1}

    async def test_two_at_once_do_not_slip_through_together(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        await counter.set_exceptions(uses_by_staff=3, uses_by_customer=9)
        sessions = [await counter.waiting() for _ in range(6)]

        said = await asyncio.gather(*(counter.enter(each) for each in sessions))

        assert Count(type(each) for each in said) == {Entered: 3, CapReached: 3}

    async def test_what_they_refuse_stands_in_the_ledger(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        await counter.set_exceptions(uses_by_staff=0)
        session = await counter.waiting()

        await counter.enter(session)

        (line,) = await counter.ledger(f"till:{session}")
        assert line.action is Action.MASTER_PIN_REFUSED
        assert line.details["because"] == "cap_reached: staff"

    async def test_say_nothing_of_who_is_a_customer_once_they_are_reached(
        self, counter: Counter
    ) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        known, unknown = await counter.waiting(), await counter.waiting(phone("0170 7654321"))
        await counter.set_exceptions(uses_by_staff=0)

        said = [await counter.enter(each) for each in (known, unknown)]

        assert said == [CapReached(Cap.STAFF, 0)] * 2
        lines = [await counter.ledger(f"till:{each}") for each in (known, unknown)]
        one, other = ({**line.details, "session_id": ""} for (line,) in lines)
        assert one == other

    async def test_nobody_and_several_are_refused_in_the_ledger(self, counter: Counter) -> None:
        await counter.set_pin()
        nobody = await counter.waiting()
        await counter.enter(nobody)
        await counter.shop.customer()
        await counter.shop.customer()
        several = await counter.waiting()
        await counter.enter(several)

        lines = [await counter.ledger(f"till:{each}") for each in (nobody, several)]
        assert [[(line.action, line.details["because"]) for line in each] for each in lines] == [
            [(Action.MASTER_PIN_REFUSED, "nobody")],
            [(Action.MASTER_PIN_REFUSED, "several")],
        ]
