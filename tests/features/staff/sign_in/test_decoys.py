"""An address that nobody has is answered as one that somebody has, whatever is tried."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import NOON, SHOP, new_sealer
from watchword.features.challenges.policies import Purpose, default_policy
from watchword.features.challenges.rules import ChallengeId, Leading
from watchword.features.challenges.verdicts import (
    Exhausted,
    Over,
    TooMany,
    TooSoon,
    Verified,
    Wrong,
)
from watchword.features.contacts.channels import Channel
from watchword.features.limits.rules import Budget, Limits
from watchword.features.staff.rules import StaffId
from watchword.features.staff.sign_in import decoys, tickets
from watchword.features.staff.sign_in.decoys import Decoy
from watchword.features.staff.sign_in.tickets import PLACE, Ticket, Unreadable

POLICY = default_policy(Purpose.STAFF_SIGNIN)
LIMITS = Limits()
TICKET = Ticket(
    organisation_id=SHOP,
    staff_id=StaffId(UUID(int=3)),
    challenge_id=ChallengeId(UUID(int=4)),
    is_decoy=True,
    name="0" * 32,
    masked="n•••@example.org",
    attempts=POLICY.attempts,
    began_at=NOON,
)


def begun() -> Decoy:
    outcome = decoys.begin(Decoy(Budget(), Budget()), POLICY, LIMITS, NOON)
    assert isinstance(outcome, tuple)
    decoy, leave = outcome
    assert leave == Leading(6, 5)
    return decoy


def test_the_policy_of_staff_is_as_strict_as_it_must_be() -> None:
    assert POLICY.code_length >= 6
    assert POLICY.attempts <= 5
    assert {*POLICY.lives} == {Channel.EMAIL}
    assert POLICY.lives[Channel.EMAIL] == timedelta(minutes=10)


def test_wrong_answers_are_counted_down_and_then_it_is_over() -> None:
    decoy, said = begun(), []
    for _ in range(6):
        decoy, verdict = decoys.answer(
            decoy, TICKET, "123456", policy=POLICY, limits=LIMITS, now=NOON
        )
        said.append(verdict)

    assert said == [*(Wrong(left) for left in (4, 3, 2, 1, 0)), Exhausted()]


@given(st.lists(st.text(max_size=12) | st.from_regex(r"[0-9]{6}", fullmatch=True), max_size=20))
def test_nothing_that_is_typed_is_ever_right(typed: list[str]) -> None:
    decoy = begun()
    for each in typed:
        decoy, verdict = decoys.answer(decoy, TICKET, each, policy=POLICY, limits=LIMITS, now=NOON)
        assert verdict != Verified()


def test_ten_wrong_answers_in_an_hour_are_enough_over_all_attempts() -> None:
    decoy, now = begun(), NOON
    for turn in range(2):
        ticket = replace(TICKET, began_at=decoy.attempt.sends[0])
        for _ in range(5):
            decoy, _ = decoys.answer(decoy, ticket, "000000", policy=POLICY, limits=LIMITS, now=now)
        now += timedelta(minutes=1)
        outcome = decoys.begin(decoy, POLICY, LIMITS, now)
        assert isinstance(outcome, TooMany) == (turn == 1)
        decoy = outcome[0] if isinstance(outcome, tuple) else decoy


def test_five_mails_in_an_hour_are_enough() -> None:
    decoy, refused = begun(), []
    for minute in range(1, 10):
        now = NOON + timedelta(minutes=3 * minute)
        outcome = decoys.resend(decoy, TICKET, POLICY, LIMITS, now)
        if isinstance(outcome, Decoy):
            decoy = outcome
        else:
            refused.append(type(outcome))

    assert len(decoy.attempt.sends) == 4
    assert refused[-1] is Over  # its ten minutes are over before the limit is


def test_a_resend_waits_as_long_as_a_real_one() -> None:
    decoy = begun()

    assert decoys.resend(decoy, TICKET, POLICY, LIMITS, NOON) == TooSoon(
        NOON + POLICY.wait_after(1)
    )
    assert decoys.resend_at(decoy, POLICY) == NOON + POLICY.wait_after(1)


def test_another_attempt_ends_the_one_before() -> None:
    later = NOON + timedelta(seconds=1)
    outcome = decoys.begin(begun(), POLICY, LIMITS, later)
    assert isinstance(outcome, tuple)

    _, verdict = decoys.answer(
        outcome[0], TICKET, "123456", policy=POLICY, limits=LIMITS, now=later
    )

    assert verdict == Over()


def test_a_ticket_comes_back_as_it_was_and_looks_the_same_for_everybody() -> None:
    sealer = new_sealer()
    known = tickets.write(sealer, replace(TICKET, is_decoy=False))
    unknown = tickets.write(sealer, TICKET)

    assert tickets.read(sealer, unknown) == TICKET
    assert len(known) == len(unknown)
    assert "example" not in unknown


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda some: some.hex()))
def test_what_is_no_ticket_is_none(written: str) -> None:
    assert isinstance(tickets.read(new_sealer(), written), Unreadable)


@pytest.mark.parametrize("content", [b"", b"\xc0", b"\x93\x01\x02\x03"])
def test_what_we_sealed_for_something_else_is_no_ticket(content: bytes) -> None:
    import base64  # noqa: PLC0415

    sealed = new_sealer().seal(content, PLACE)
    written = base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    assert isinstance(tickets.read(new_sealer(), written), Unreadable)
