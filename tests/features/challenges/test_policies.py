"""How strict a purpose is, and how lax it may not be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from watchword.features.challenges.policies import (
    Policy,
    Purpose,
    ceiling,
    default_policy,
    find_faults,
    may_go_by,
)
from watchword.features.contacts.channels import Channel

SIGN_IN = default_policy(Purpose.WALLET_SIGNIN)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_default_is_within_its_ceilings(purpose: Purpose) -> None:
    assert find_faults(default_policy(purpose)) == []


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("channel", Channel)
def test_a_life_may_reach_its_ceiling_and_not_a_second_more(
    purpose: Purpose, channel: Channel
) -> None:
    most = ceiling(purpose, channel)
    policy = default_policy(purpose)

    [fault] = find_faults(replace(policy, lives={channel: most + SECOND}))
    if not may_go_by(purpose, channel):
        assert fault == f"By {channel} no code for {purpose} is sent."
        return
    assert find_faults(replace(policy, lives={channel: most})) == []
    assert f"60 to {int(most.total_seconds())} seconds" in fault


@pytest.mark.parametrize(
    ("purpose", "channel", "minutes"),
    [
        (Purpose.CONTACT_VERIFICATION, Channel.SMS, 10),
        (Purpose.CONTACT_VERIFICATION, Channel.EMAIL, 60),
        (Purpose.CARD_VERIFICATION, Channel.VOICE, 10),
        (Purpose.WALLET_SIGNIN, Channel.EMAIL, 5),
        (Purpose.REDEMPTION, Channel.SMS, 5),
    ],
)
def test_a_code_lives(purpose: Purpose, channel: Channel, minutes: int) -> None:
    assert default_policy(purpose).lives[channel] == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (replace(SIGN_IN, code_length=5), "6 to 10 digits"),
        (replace(SIGN_IN, code_length=11), "6 to 10 digits"),
        (replace(SIGN_IN, attempts=0), "1 to 10 attempts"),
        (replace(SIGN_IN, attempts=11), "1 to 10 attempts"),
        (replace(SIGN_IN, resend_waits=()), "at least one second"),
        (replace(SIGN_IN, resend_waits=(timedelta(),)), "at least one second"),
        (replace(SIGN_IN, lives={Channel.SMS: timedelta(seconds=59)}), "60 to 600 seconds"),
    ],
)
def test_what_is_too_lax_or_useless_is_named(policy: Policy, said: str) -> None:
    [fault] = find_faults(policy)

    assert said in fault


def test_waits_between_sendings_grow_and_then_stay() -> None:
    waits = [SIGN_IN.wait_after(sendings).seconds for sendings in (1, 2, 3, 4, 50)]

    assert waits == [30, 60, 120, 120, 120]
