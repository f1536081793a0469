"""What a scheme asks of codes beyond their purpose: a length, a code of its own, no waits."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.challenges.codebook import Content
from watchword.features.challenges.codes import digest, read_code, read_own_code
from watchword.features.challenges.lanes import is_apart, is_of_call, lane_of_call, lane_of_scheme
from watchword.features.challenges.policies import DIGITS_AT_MOST, Purpose, default_policy
from watchword.features.challenges.rules import (
    EVERYBODY,
    Leading,
    guesses_key,
    is_known,
    sends_key,
    strictness,
)
from watchword.features.challenges.terms import Terms, dressed, kept_to, within
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId
from watchword.features.limits.rules import Limits
from watchword.foundation.secret import Secret

SCHEME, CONTACT = UUID(int=7), ContactId(UUID(int=8))
LANE = lane_of_scheme(SCHEME)
PURPOSE = Purpose.CONTACT_VERIFICATION
MARKS = st.text("abcXYZ0123456789", min_size=4, max_size=10)


def terms(length: int = 4, own: str | None = None) -> Terms:
    return Terms(
        scheme_id=SCHEME, code_length=length, own_code=None if own is None else Secret(own)
    )


def test_a_scheme_has_a_lane_and_its_budgets_are_those_of_everybody() -> None:
    assert is_apart(LANE)
    assert not is_of_call(LANE)
    assert is_apart(lane_of_call(SCHEME))
    assert not is_known(LANE)
    assert guesses_key(CONTACT, PURPOSE, LANE) == guesses_key(CONTACT, PURPOSE, EVERYBODY)
    assert sends_key(CONTACT, PURPOSE, LANE) == sends_key(CONTACT, PURPOSE, EVERYBODY)


def test_under_a_scheme_nobody_waits_and_no_code_lives_for_longer_than_ten_minutes() -> None:
    policy, limits = strictness(default_policy(PURPOSE), Limits(), LANE)

    assert {policy.wait_after(sendings) for sendings in range(1, 9)} == {timedelta()}
    assert max(policy.lives.values()) == timedelta(minutes=10)
    assert policy.lives[Channel.SMS] == timedelta(minutes=10)
    assert policy.attempts == 5
    assert not policy.new_code_on_resend
    assert limits == Limits()


@given(st.integers(4, 10), st.integers(1, 10))
def test_a_code_has_the_length_that_is_asked_for_and_no_more_attempts_by_that(
    length: int, attempts: int
) -> None:
    leave = Leading(6, attempts)

    assert within(leave, None) == leave
    assert within(leave, terms(length)) == Leading(length, attempts)


@given(MARKS, st.integers(1, 5))
def test_a_code_that_is_made_already_stays_as_long_as_it_is(own: str, attempts: int) -> None:
    """Also where codes should be longer; what makes it safer then are fewer attempts."""
    stepped_up = Leading(DIGITS_AT_MOST, attempts)

    assert kept_to(stepped_up, terms(own=own)) == Leading(len(own), attempts)
    assert kept_to(stepped_up, terms()) == stepped_up
    assert (dressed(terms(own=own))["code"], dressed(terms(own=own))["is_own"]) == (own, True)
    assert not {"code", "is_own"} & dressed(terms()).keys()
    unseen = dressed(replace(terms(), is_own=True))
    assert (unseen["is_own"], "code" in unseen) == (True, False)
    assert dressed(None) == {}


@given(MARKS)
def test_a_code_of_ones_own_is_read_as_it_was_made(own: str) -> None:
    read = read_own_code(own, len(own))

    assert read is not None
    assert read.reveal() == own
    assert read_own_code(f" {own[:2]}-{own[2:]} ", len(own)) == read
    assert read_own_code(own, len(own) + 1) is None


@given(st.text(max_size=12))
def test_a_code_of_digits_is_read_under_a_scheme_as_everywhere(typed: str) -> None:
    read, own = read_code(typed, 6), read_own_code(typed, 6)

    assert read is None or own == read
    assert own is None or own.reveal().isascii()


@given(st.text(min_size=1, max_size=9))
def test_no_other_script_is_taken_for_a_code(typed: str) -> None:
    if not typed.isascii():
        assert read_own_code(typed, len(typed)) is None


def test_what_was_sealed_before_there_were_terms_is_still_read() -> None:
    written = msgspec.msgpack.encode(["123456", "+491701234567", digest(None)])
    content = msgspec.msgpack.decode(written, type=Content)

    assert (content.brand, content.pays, content.is_own) == ("", None, False)
