"""What an answer does to a challenge, and who may open one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.challenges.codes import SLIP
from watchword.features.challenges.policies import Policy, Purpose, default_policy
from watchword.features.challenges.rules import (
    EVERYBODY,
    Challenge,
    ChallengeId,
    Leading,
    Status,
    cancelled,
    charged,
    choose_channel,
    ended,
    judge,
    may_answer,
    may_open,
    may_resend,
    resent,
    status_at,
    was_tried,
)
from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    NoWay,
    Over,
    TooMany,
    TooSoon,
    Verdict,
    Verified,
    Wrong,
    noted,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.limits.rules import Budget, Limits, charge_wrong
from watchword.features.routing.rules import Attempt, Because, Route, considered

NOON = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
SOON, LATER = NOON + timedelta(seconds=30), NOON + timedelta(minutes=5)
SECOND = timedelta(seconds=1)
ALL = tuple(Channel)
RIGHT, WRONG = b"right", b"wrong"
LIMITS = Limits()
POLICY = default_policy(Purpose.WALLET_SIGNIN)
CALL = Attempt(1, Channel.VOICE, "gateway", 30)
ROUTE = Route((considered(CALL, SOON, because=Because.RESENT),))
LENIENT = replace(POLICY, charge_malformed=False)

CHALLENGE = Challenge(
    id=ChallengeId(UUID(int=1)),
    purpose=Purpose.WALLET_SIGNIN,
    contact_id=ContactId(UUID(int=2)),
    channel=Channel.SMS,
    locale="de",
    reference=None,
    requester=None,
    lane=EVERYBODY,
    code_tag=RIGHT,
    key_version=1,
    attempts_left=3,
    code_length=6,
    created_at=NOON,
    expires_at=LATER,
    resend_at=SOON,
)


class TestAnAnswer:
    def test_with_the_right_code_verifies_and_leaves_nothing_of_the_code(self) -> None:
        after, verdict = judge(CHALLENGE, RIGHT, POLICY, NOON)

        assert verdict == Verified()
        assert (after.status, after.code_tag) == (Status.VERIFIED, b"")

    def test_with_a_wrong_code_costs_one_attempt(self) -> None:
        after, verdict = judge(CHALLENGE, WRONG, POLICY, NOON)

        assert verdict == Wrong(attempts_left=2)
        assert after == replace(CHALLENGE, attempts_left=2)

    def test_that_wastes_the_last_attempt_exhausts_the_challenge(self) -> None:
        after, verdict = judge(replace(CHALLENGE, attempts_left=1), WRONG, POLICY, NOON)

        assert verdict == Wrong(attempts_left=0)
        assert (after.status, after.code_tag) == (Status.EXHAUSTED, b"")

    def test_in_the_last_second_is_in_time(self) -> None:
        assert judge(CHALLENGE, RIGHT, POLICY, LATER - SECOND)[1] == Verified()

    def test_at_the_very_end_is_too_late_even_with_the_right_code(self) -> None:
        assert judge(CHALLENGE, RIGHT, POLICY, LATER) == (
            ended(CHALLENGE, Status.EXPIRED),
            Expired(),
        )

    @pytest.mark.parametrize(
        ("ending", "verdict"),
        [
            (Status.VERIFIED, Over()),
            (Status.CANCELLED, Over()),
            (Status.SUPERSEDED, Over()),
            (Status.DENIED, Over()),
            (Status.EXHAUSTED, Exhausted()),
            (Status.EXPIRED, Expired()),
        ],
    )
    @pytest.mark.parametrize("guess", [RIGHT, WRONG, b"", None])
    def test_to_a_challenge_that_is_over_changes_nothing(
        self, ending: Status, verdict: Verdict, guess: bytes | None
    ) -> None:
        over = ended(CHALLENGE, ending)

        assert judge(over, guess, POLICY, NOON) == (over, verdict)

    def test_that_cannot_be_a_code_costs_an_attempt_where_the_policy_says_so(self) -> None:
        assert judge(CHALLENGE, None, POLICY, NOON)[1] == Wrong(2)
        assert judge(CHALLENGE, None, LENIENT, NOON) == (CHALLENGE, Wrong(3))

    @pytest.mark.parametrize("policy", [POLICY, LENIENT])
    def test_a_slip_costs_nothing_and_is_told_apart(self, policy: Policy) -> None:
        judged, verdict = judge(CHALLENGE, SLIP, policy, NOON)

        assert judged == CHALLENGE
        assert verdict == Wrong(3, is_slip=True)
        assert noted(verdict) == "slip"
        assert not was_tried(CHALLENGE, verdict)
        assert was_tried(CHALLENGE, Wrong(3))


class TestHoweverOftenOneTries:
    @given(some.lists(some.none() | some.binary().filter(lambda guess: guess != RIGHT), max_size=9))
    def test_three_wrong_codes_are_compared_and_no_more(self, guesses: list[bytes | None]) -> None:
        challenge, compared = CHALLENGE, 0
        for guess in guesses:
            challenge, verdict = judge(challenge, guess, POLICY, NOON)
            compared += isinstance(verdict, Wrong)

        assert compared == min(len(guesses), 3)

    @given(some.lists(some.sampled_from([RIGHT, WRONG]), max_size=10))
    def test_one_answer_verifies_and_no_more(self, guesses: list[bytes]) -> None:
        challenge, verified = CHALLENGE, 0
        for guess in guesses:
            challenge, verdict = judge(challenge, guess, POLICY, NOON)
            verified += verdict == Verified()

        assert verified == (RIGHT in guesses[:3])


class TestMayAnswer:
    BLOCKED = Budget(wrong=(NOON,) * 10)

    def test_not_while_the_guesses_of_an_hour_are_used_up(self) -> None:
        refusal = may_answer(CHALLENGE, self.BLOCKED, LIMITS, NOON)

        assert refusal == TooMany(NOON + timedelta(hours=1))

    def test_always_where_nothing_is_compared_any_more(self) -> None:
        over = ended(CHALLENGE, Status.SUPERSEDED)

        assert may_answer(over, self.BLOCKED, LIMITS, NOON) is None
        assert may_answer(CHALLENGE, self.BLOCKED, LIMITS, LATER) is None


class TestCancelling:
    def test_ends_what_is_pending(self) -> None:
        assert cancelled(CHALLENGE, NOON) == ended(CHALLENGE, Status.CANCELLED)

    def test_leaves_what_has_ended_as_it_ended(self) -> None:
        assert cancelled(ended(CHALLENGE, Status.VERIFIED), NOON) is None
        assert cancelled(CHALLENGE, LATER) is None


class TestABudget:
    def test_is_charged_for_a_wrong_answer(self) -> None:
        after, _ = judge(CHALLENGE, WRONG, POLICY, NOON)

        assert charged(Budget(), CHALLENGE, after, LIMITS, NOON).wrong == (NOON,)

    def test_is_forgiven_by_a_right_one(self) -> None:
        used = Budget(wrong=(NOON,), wrong_in_a_row=7)
        after, _ = judge(CHALLENGE, RIGHT, POLICY, NOON)

        assert charged(used, CHALLENGE, after, LIMITS, NOON) == Budget()

    def test_is_not_touched_by_an_answer_that_was_not_compared(self) -> None:
        used = Budget(wrong=(NOON,), wrong_in_a_row=7)
        over = ended(CHALLENGE, Status.VERIFIED)
        for challenge in (over, CHALLENGE):
            after, _ = judge(challenge, None, LENIENT, NOON)
            assert charged(used, challenge, after, LIMITS, NOON) == used


class TestOpening:
    def test_gives_the_attempts_of_the_policy(self) -> None:
        assert may_open(Budget(), Budget(), LIMITS, POLICY, NOON) == Leading(6, 5)

    @given(some.integers(0, 9))
    def test_gives_no_more_attempts_than_the_budget_has_left(self, wrong: int) -> None:
        budget = _after_wrong(wrong)

        assert may_open(Budget(), budget, LIMITS, POLICY, NOON) == Leading(6, min(5, 10 - wrong))

    def test_is_refused_once_the_guesses_of_an_hour_are_used_up(self) -> None:
        assert may_open(Budget(), _after_wrong(10), LIMITS, POLICY, NOON) == TooMany(
            NOON + timedelta(hours=1)
        )

    def test_is_refused_until_somebody_looks_after_a_hundred_wrong_in_a_row(self) -> None:
        locked = Budget(wrong_in_a_row=100)

        assert may_open(Budget(), locked, LIMITS, POLICY, NOON + timedelta(days=999)) == Locked()

    def test_is_refused_when_too_much_was_sent(self) -> None:
        sends = Budget(sends=(NOON,) * 5)

        assert may_open(sends, Budget(), LIMITS, POLICY, NOON) == TooMany(NOON + timedelta(hours=1))


class TestAResend:
    def test_waits_for_its_time(self) -> None:
        assert may_resend(CHALLENGE, Budget(), LIMITS, SOON - SECOND) == TooSoon(SOON)
        assert may_resend(CHALLENGE, Budget(), LIMITS, SOON) is None

    @pytest.mark.parametrize("ending", [status for status in Status if status != Status.PENDING])
    def test_needs_a_challenge_that_is_pending(self, ending: Status) -> None:
        assert may_resend(ended(CHALLENGE, ending), Budget(), LIMITS, SOON) == Over()

    def test_needs_time_that_is_left(self) -> None:
        assert may_resend(CHALLENGE, Budget(), LIMITS, LATER) == Over()

    def test_counts_among_the_messages_to_the_contact_point(self) -> None:
        sends = Budget(sends=(NOON,) * 5)

        assert may_resend(CHALLENGE, sends, LIMITS, SOON) == TooMany(NOON + timedelta(hours=1))

    def test_by_a_channel_of_shorter_life_shortens_that_of_the_code(self) -> None:
        lives = {**POLICY.lives, Channel.VOICE: timedelta(minutes=1)}

        after = resent(CHALLENGE, CALL, ROUTE, replace(POLICY, lives=lives), SOON)

        assert after.expires_at == SOON + timedelta(minutes=1)

    @given(some.integers(1, 9))
    def test_gives_neither_time_nor_attempts_nor_another_code(self, often: int) -> None:
        after = CHALLENGE
        for _ in range(often):
            after = resent(after, CALL, ROUTE, POLICY, SOON)

        kept = replace(
            CHALLENGE,
            channel=Channel.VOICE,
            sendings=1 + often,
            resend_at=after.resend_at,
            route=ROUTE,
        )
        assert after == kept
        assert after.resend_at > SOON


class TestAChannel:
    def test_is_the_first_that_leads_there(self) -> None:
        assert choose_channel(ContactKind.PHONE, None, ALL) == Channel.SMS
        assert choose_channel(ContactKind.PHONE, None, [Channel.VOICE]) == Channel.VOICE
        assert choose_channel(ContactKind.EMAIL, None, ALL) == Channel.EMAIL

    def test_that_is_wanted_is_taken(self) -> None:
        assert choose_channel(ContactKind.PHONE, Channel.VOICE, ALL) == Channel.VOICE

    def test_that_does_not_fit_is_refused_with_those_that_do(self) -> None:
        refused = choose_channel(ContactKind.PHONE, Channel.EMAIL, ALL)

        assert refused == NoWay(Channel.EMAIL, (Channel.SMS, Channel.WHATSAPP, Channel.VOICE))

    def test_that_nobody_serves_is_refused(self) -> None:
        assert choose_channel(ContactKind.EMAIL, None, [Channel.SMS]) == NoWay(Channel.EMAIL, ())


def test_a_challenge_is_expired_though_nobody_has_written_that_down() -> None:
    assert status_at(CHALLENGE, LATER - SECOND) == Status.PENDING
    assert status_at(CHALLENGE, LATER) == Status.EXPIRED


def test_a_challenge_does_not_print_what_its_code_is_known_by() -> None:
    assert "right" not in repr(CHALLENGE)


def _after_wrong(often: int) -> Budget:
    budget = Budget()
    for _ in range(often):
        budget = charge_wrong(budget, LIMITS, NOON)
    return budget
