"""Why we ask for a code, and how strict we are about it.

The ceilings are those of NIST SP 800-63B-4 (sections 3.1.3.2, 3.2.2 and 4.2.1.2) and of
OWASP ASVS 6.5. A policy may be stricter than its ceiling, and never laxer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from watchword.features.challenges.codes import LETTERED_LENGTH, SHORTEST
from watchword.features.contacts.channels import Channel

DIGITS_AT_LEAST, DIGITS_AT_MOST = SHORTEST, 10
ATTEMPTS_AT_MOST = 10


class Purpose(StrEnum):
    """Why a code is asked for."""

    CONTACT_VERIFICATION = "contact_verification"
    CARD_VERIFICATION = "card_verification"
    WALLET_SIGNIN = "wallet_signin"
    REDEMPTION = "redemption"
    LANDING_PAGE = "landing_page"
    PIN_ACTIVATION = "pin_activation"
    PIN_CHANGE = "pin_change"
    STEP_UP = "step_up"
    STAFF_SIGNIN = "staff_signin"


FOR_STAFF = frozenset({Purpose.STAFF_SIGNIN})
"""Purposes of the house itself. No application can ask for such a code, or learn of one."""

BY_EMAIL_ALONE = FOR_STAFF
"""We know the e-mail addresses of those who work the console, and nothing else of them."""


CONFIRMS_AN_ADDRESS = {Purpose.CONTACT_VERIFICATION, Purpose.CARD_VERIFICATION}
"""Purposes for which an e-mail may lie in its mailbox for a while, and a letter may be written."""

LETTER_LIFE = timedelta(days=30)
LETTER_RESEND_WAIT = timedelta(days=7)
LETTER_ATTEMPTS = 5

SCHEME_LIFE = timedelta(minutes=10)
SCHEME_ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)  # without slots, as it keeps what it has worked out
class Policy:
    """How strict challenges of one purpose are."""

    purpose: Purpose
    lives: Mapping[Channel, timedelta]
    code_length: int = 6
    attempts: int = 5
    resend_waits: tuple[timedelta, ...] = (
        timedelta(seconds=30),
        timedelta(seconds=60),
        timedelta(seconds=120),
    )
    new_code_on_resend: bool = False
    """Messages may arrive out of order, so a resend repeats the code unless this is set."""
    charge_malformed: bool = True
    """Whether an answer that cannot be a code costs an attempt. It is never compared."""

    def wait_after(self, sendings: int) -> timedelta:
        return self.resend_waits[min(sendings, len(self.resend_waits)) - 1]

    @cached_property
    def by_letter(self) -> "Policy":
        """Give what holds for a code that lies about for weeks: it is longer, and rarely sent.

        It is one of letters, and those have one length, whatever else is asked for.
        """
        return replace(
            self,
            code_length=LETTERED_LENGTH,
            attempts=min(self.attempts, LETTER_ATTEMPTS),
            resend_waits=(LETTER_RESEND_WAIT,),
        )

    @cached_property
    def by_scheme(self) -> "Policy":
        """Give what holds under a scheme: nobody waits for a sending, for there are few of them,
        and no code lives for longer than whoever asked for it waits."""
        return replace(
            self,
            lives={channel: min(life, SCHEME_LIFE) for channel, life in self.lives.items()},
            attempts=min(self.attempts, SCHEME_ATTEMPTS),
            resend_waits=(timedelta(),),
            new_code_on_resend=False,
            charge_malformed=True,
        )


def default_policy(purpose: Purpose) -> Policy:
    return Policy(
        purpose=purpose,
        lives={
            channel: _default_life(purpose, channel)
            for channel in Channel
            if may_go_by(purpose, channel)
        },
    )


def may_go_by(purpose: Purpose, channel: Channel) -> bool:
    """Say whether codes for a purpose may go by a channel at all."""
    if purpose in BY_EMAIL_ALONE:
        return channel is Channel.EMAIL
    return channel is not Channel.LETTER or purpose in CONFIRMS_AN_ADDRESS


def ceiling(purpose: Purpose, channel: Channel) -> timedelta:
    """Give the longest life that a code may have."""
    if purpose in CONFIRMS_AN_ADDRESS and channel is Channel.EMAIL:
        return timedelta(hours=24)
    return LETTER_LIFE if channel is Channel.LETTER else timedelta(minutes=10)


def find_faults(policy: Policy) -> list[str]:
    """Say what a policy may not demand, each fault with what it may."""
    faults = []
    if not DIGITS_AT_LEAST <= policy.code_length <= DIGITS_AT_MOST:
        faults.append(
            f"The code has {DIGITS_AT_LEAST} to {DIGITS_AT_MOST} digits, not {policy.code_length}."
        )
    if not 1 <= policy.attempts <= ATTEMPTS_AT_MOST:
        faults.append(f"There are 1 to {ATTEMPTS_AT_MOST} attempts, not {policy.attempts}.")
    if not policy.resend_waits or min(policy.resend_waits) < timedelta(seconds=1):
        faults.append("Between two sendings there is at least one second.")
    for channel, life in policy.lives.items():
        if not may_go_by(policy.purpose, channel):
            faults.append(f"By {channel} no code for {policy.purpose} is sent.")
            continue
        most = ceiling(policy.purpose, channel)
        if not timedelta(minutes=1) <= life <= most:
            faults.append(
                f"By {channel} the code lives 60 to {int(most.total_seconds())} seconds, "
                f"not {int(life.total_seconds())}."
            )
    return faults


def _default_life(purpose: Purpose, channel: Channel) -> timedelta:
    if purpose in FOR_STAFF:
        return timedelta(minutes=10)
    if purpose not in CONFIRMS_AN_ADDRESS:
        return timedelta(minutes=5)
    if channel is Channel.LETTER:
        return LETTER_LIFE
    return timedelta(minutes=60 if channel is Channel.EMAIL else 10)
