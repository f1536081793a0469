"""Plans of fallback: what may be in one, who a step is for, and when the next one is taken."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.whole_house import email, phone
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, PhoneLine
from watchword.features.delivery.rules import MessageId, ProviderName, Receipt, Sending, State
from watchword.features.prices.rules import Money
from watchword.features.routing.rules import (
    NOTHING_TRIED,
    Arrived,
    Attempt,
    Because,
    Considered,
    Onwards,
    Patience,
    Plan,
    Route,
    Skipped,
    Step,
    abandoned,
    attempts,
    considered,
    default_plan,
    find_faults,
    from_wish,
    in_vain,
    leads_to,
    look,
    unfit,
    unfitness,
)

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
A, B = ProviderName("a"), ProviderName("b")
SMS, WHATSAPP, VOICE = Step(Channel.SMS), Step(Channel.WHATSAPP), Step(Channel.VOICE)
PLAN = Plan((SMS, WHATSAPP, VOICE))
MOBILE = phone()
LANDLINE = phone("+493012345678")
SERVED = {(Channel.SMS, "a"), (Channel.SMS, "b"), (Channel.VOICE, "a")}
FIRST = Attempt(1, Channel.SMS, "a", 30)
NEXT = Attempt(2, Channel.VOICE, "b", 60)

SENDING = Sending(
    id=MessageId(UUID(int=1)),
    channel=Channel.SMS,
    provider=A,
    state=State.SENT,
    reason=None,
    attempts=1,
    created_at=NOON,
    ended_at=NOON,
)


class TestAPlan:
    def test_of_a_few_steps_is_right(self) -> None:
        plan = Plan((Step(Channel.SMS, ("a", "b"), 5), Step(Channel.VOICE, (), 600)))

        assert find_faults(plan, SERVED) == []

    @pytest.mark.parametrize(
        ("steps", "said"),
        [
            ((), "1 to 6 steps"),
            ((SMS,) * 7, "1 to 6 steps"),
            ((SMS, Step(Channel.SMS, wait_seconds=4)), "Step 2 waits 5 to 600 seconds, not 4"),
            ((Step(Channel.SMS, wait_seconds=601),), "Step 1 waits 5 to 600 seconds, not 601"),
            ((Step(Channel.SMS, ("a", "a")),), "Step 1 names a provider twice"),
            ((Step(Channel.SMS, ("c",)),), "Step 1: there is no provider c that serves sms"),
            ((Step(Channel.VOICE, ("b",)),), "Step 1: there is no provider b that serves voice"),
        ],
    )
    def test_that_is_wrong_is_told_what_is_and_where(
        self, steps: tuple[Step, ...], said: str
    ) -> None:
        faults = find_faults(Plan(steps), SERVED)

        assert len(faults) == 1
        assert said in faults[0]

    def test_with_many_faults_is_told_all_of_them(self) -> None:
        assert len(find_faults(Plan((Step(Channel.SMS, ("c", "c"), 1),)), SERVED)) == 4

    def test_leads_to_a_contact_point_if_any_step_does(self) -> None:
        assert leads_to(PLAN, MOBILE.kind)
        assert not leads_to(PLAN, email().kind)
        assert leads_to(Plan((SMS, Step(Channel.EMAIL))), email().kind)


class TestWhereNoPlanIsDeclared:
    def test_one_channel_is_taken_and_nothing_after_it(self) -> None:
        assert default_plan(MOBILE, [*Channel]) == Plan((SMS,))
        assert default_plan(email(), [*Channel]) == Plan((Step(Channel.EMAIL),))

    def test_it_is_the_first_that_is_served(self) -> None:
        assert default_plan(MOBILE, [Channel.VOICE, Channel.WHATSAPP]) == Plan((WHATSAPP,))

    def test_a_landline_is_called_for_it_shows_no_text(self) -> None:
        assert LANDLINE.line is PhoneLine.LANDLINE
        assert default_plan(LANDLINE, [*Channel]) == Plan((VOICE,))

    def test_a_step_that_cannot_be_taken_is_better_than_none_for_it_says_why(self) -> None:
        assert default_plan(LANDLINE, [Channel.SMS]) == Plan((SMS,))
        assert default_plan(MOBILE, []) == Plan((SMS,))


class TestAWish:
    def test_for_nothing_leaves_the_plan_as_it_is(self) -> None:
        assert from_wish(PLAN, None) == PLAN

    def test_begins_the_plan_there(self) -> None:
        assert from_wish(PLAN, Channel.WHATSAPP) == Plan((WHATSAPP, VOICE))

    def test_for_what_is_not_in_the_plan_is_all_of_it(self) -> None:
        assert from_wish(Plan((SMS, VOICE)), Channel.WHATSAPP) == Plan((WHATSAPP,))


class TestAStep:
    @pytest.mark.parametrize(
        ("step", "contact", "ways", "why"),
        [
            (SMS, MOBILE, [A], None),
            (VOICE, LANDLINE, [A], None),
            (SMS, LANDLINE, [A], Skipped.LANDLINE),
            (WHATSAPP, LANDLINE, [A], Skipped.LANDLINE),
            (SMS, MOBILE, [], Skipped.NOT_SERVED),
            (SMS, email(), [A], Skipped.WRONG_KIND),
            (Step(Channel.EMAIL), MOBILE, [A], Skipped.WRONG_KIND),
        ],
    )
    def test_is_skipped_for_a_reason(
        self, step: Step, contact: Contact, ways: list[ProviderName], why: Skipped | None
    ) -> None:
        assert unfitness(step, contact, ways) is why

    def test_without_providers_is_one_attempt_that_delivery_may_hand_on(self) -> None:
        assert [*attempts(SMS, 2, [A, B])] == [Attempt(2, Channel.SMS, "a", 30)]

    def test_with_providers_asks_each_in_turn_and_no_other(self) -> None:
        step = Step(Channel.SMS, ("a", "b"), 20)

        assert [*attempts(step, 1, [B, A])] == [
            Attempt(1, Channel.SMS, "b", 20, is_pinned=True, is_choice=True),
            Attempt(1, Channel.SMS, "a", 20, is_pinned=True, is_choice=True),
        ]

    def test_with_one_provider_is_no_choice(self) -> None:
        [attempt] = attempts(Step(Channel.SMS, ("b",)), 1, [B])

        assert (attempt.is_pinned, attempt.is_choice) == (True, False)

    def test_that_cannot_be_taken_keeps_its_place_and_its_reason(self) -> None:
        attempt = unfit(Step(Channel.SMS, ("b",)), 3, Skipped.LANDLINE)

        assert considered(attempt, NOON, skipped=attempt.skipped).provider == "b"
        assert considered(unfit(SMS, 3, Skipped.LANDLINE), NOON).provider is None


class TestALook:
    def look(self, *sendings: Sending, now: datetime = NOON) -> object:
        return look(sendings, NOON + 30 * SECOND, {A}, now)

    def test_waits_as_long_as_the_step_says(self) -> None:
        until = NOON + 30 * SECOND

        assert self.look(SENDING, now=until - SECOND) == Patience(until)
        assert self.look(SENDING, now=until) == Onwards(Because.NO_RECEIPT)

    def test_says_that_nothing_was_to_be_heard_of_a_provider_that_never_reports(self) -> None:
        silent = replace(SENDING, provider=B)

        assert self.look(silent, now=NOON + 30 * SECOND) == Onwards(Because.WAITED)

    @pytest.mark.parametrize("receipt", [Receipt.DELIVERED, Receipt.READ])
    def test_is_content_with_any_message_that_arrived(self, receipt: Receipt) -> None:
        arrived = replace(SENDING, receipt=receipt)
        failed = replace(SENDING, state=State.REFUSED)

        assert self.look(arrived, failed, now=NOON + timedelta(hours=1)) == Arrived()

    @pytest.mark.parametrize("state", [State.REFUSED, State.GIVEN_UP, State.EXPIRED])
    def test_goes_on_at_once_when_the_latest_has_failed(self, state: State) -> None:
        assert self.look(replace(SENDING, state=state)) == Onwards(Because.FAILED)
        assert self.look(replace(SENDING, receipt=Receipt.FAILED)) == Onwards(Because.FAILED)

    def test_gives_the_latest_its_time_when_an_earlier_one_has_failed(self) -> None:
        failed = replace(SENDING, receipt=Receipt.FAILED)

        assert isinstance(self.look(failed, SENDING), Patience)
        assert not in_vain([failed, SENDING])

    @pytest.mark.parametrize("state", [State.SENT, State.SENDING, State.UNKNOWN, State.CANCELLED])
    def test_gives_time_to_what_may_still_arrive(self, state: State) -> None:
        assert isinstance(self.look(replace(SENDING, state=state)), Patience)

    def test_calls_it_a_failure_if_nobody_could_take_it_all_the_while(self) -> None:
        stalled = replace(SENDING, state=State.QUEUED, attempts=2)

        assert isinstance(self.look(stalled), Patience)
        assert self.look(stalled, now=NOON + 30 * SECOND) == Onwards(Because.FAILED)

    def test_calls_it_none_if_nobody_came_to_take_it(self) -> None:
        waiting = replace(SENDING, state=State.QUEUED, attempts=0)

        assert self.look(waiting, now=NOON + 30 * SECOND) == Onwards(Because.NO_RECEIPT)


class TestARoute:
    TAKEN = considered(FIRST, NOON, because=Because.FIRST, price=Money(75_000, "EUR"))
    ROUTE = Route((TAKEN,), (NEXT,), "+491701")

    def test_waits_for_the_step_that_was_taken_last(self) -> None:
        assert self.ROUTE.wait == 30 * SECOND

    def test_does_not_wait_where_nothing_comes_after(self) -> None:
        skipped = unfit(WHATSAPP, 2, Skipped.NOT_SERVED)

        assert NOTHING_TRIED.wait is None
        assert Route((self.TAKEN,)).wait is None
        assert Route((self.TAKEN,), (skipped,)).wait is None
        assert Route((self.TAKEN,), (skipped, NEXT)).wait == 30 * SECOND

    def test_that_is_abandoned_says_of_each_step_left_why(self) -> None:
        ahead = (unfit(WHATSAPP, 2, Skipped.LANDLINE), NEXT)

        left = abandoned(Route((self.TAKEN,), ahead, "+491701"), Skipped.TOO_MANY, NOON)

        assert (left.ahead, left.number_start) == ((), "+491701")
        assert [each.skipped for each in left.trace] == [None, Skipped.LANDLINE, Skipped.TOO_MANY]
        assert not any(each.was_taken for each in left.trace[1:])

    def test_was_set_out_on_when_somebody_asked_last(self) -> None:
        later, last = NOON + SECOND, NOON + 2 * SECOND
        stepped = considered(NEXT, later, because=Because.NO_RECEIPT)
        again = considered(FIRST, last, because=Because.RESENT)

        assert NOTHING_TRIED.set_out_at is None
        assert Route((self.TAKEN, stepped)).set_out_at == NOON
        assert Route((self.TAKEN, stepped, again)).set_out_at == last

    def test_was_a_choice_if_its_latest_attempt_was(self) -> None:
        attempt = Attempt(1, Channel.SMS, "a", 30, is_pinned=True, is_choice=True)
        chosen = considered(attempt, NOON, because=Because.FIRST)
        skipped = considered(NEXT, NOON, skipped=Skipped.BLOCKED)

        assert Route((chosen,)).choice == chosen
        assert Route((chosen, skipped)).choice == chosen
        assert Route((chosen, self.TAKEN)).choice is None

    @given(
        some.lists(some.sampled_from([TAKEN, considered(NEXT, NOON, skipped=Skipped.BLOCKED)])),
        some.lists(some.sampled_from([FIRST, NEXT, unfit(SMS, 1, Skipped.LANDLINE)])),
    )
    def test_is_read_back_as_it_was_written(
        self, trace: list[Considered], ahead: list[Attempt]
    ) -> None:
        route = Route(tuple(trace), tuple(ahead), "+491701")

        assert msgspec.json.decode(msgspec.json.encode(route), type=Route) == route
