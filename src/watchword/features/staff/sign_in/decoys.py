"""How an address is answered that nobody here has: as one that somebody has.

It gets an attempt without a code, which is judged by the very rules of a challenge. Whoever tries
it sees what they would see of somebody who works here, as often and as long, and learns nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from watchword.features.challenges.codes import read_code
from watchword.features.challenges.policies import Policy
from watchword.features.challenges.rules import (
    EVERYBODY,
    Challenge,
    Leading,
    Status,
    charged,
    judge,
    may_answer,
    may_open,
    may_resend,
)
from watchword.features.challenges.verdicts import Locked, Refusal, TooMany, Verdict
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId
from watchword.features.limits.rules import Budget, Limits, charge_send
from watchword.features.staff.sign_in.tickets import Ticket

NO_CODE: Final = b"\x00"
SOME_GUESS: Final = b"\x01"
"""They differ, so no guess is ever right. That is all that a decoy has of a code."""


@dataclass(frozen=True, slots=True)
class Decoy:
    """What was done with an address: `used` of its limits, and in the attempt that is open.

    An attempt is its sendings, of which the first began it, and its wrong answers.
    """

    used: Budget
    attempt: Budget


def begin(
    decoy: Decoy, policy: Policy, limits: Limits, now: datetime
) -> tuple[Decoy, Leading] | Refusal:
    leave = may_open(decoy.used, decoy.used, limits, policy, now)
    if not isinstance(leave, Leading):
        return leave
    used = charge_send(decoy.used, limits, now)
    return Decoy(used, Budget(sends=(now,))), leave


def answer(
    decoy: Decoy, ticket: Ticket, typed: str, *, policy: Policy, limits: Limits, now: datetime
) -> tuple[Decoy, Verdict | TooMany | Locked]:
    challenge = _played(decoy, ticket, policy)
    if refusal := may_answer(challenge, decoy.used, limits, now):
        return decoy, refusal
    guess = None if read_code(typed, policy.code_length) is None else SOME_GUESS
    judged, verdict = judge(challenge, guess, policy, now)
    used = charged(decoy.used, challenge, judged, limits, now)
    attempt = decoy.attempt
    if judged.attempts_left < challenge.attempts_left:
        attempt = replace(attempt, wrong=(*attempt.wrong, now))
    return Decoy(used, attempt), verdict


def resend(
    decoy: Decoy, ticket: Ticket, policy: Policy, limits: Limits, now: datetime
) -> Decoy | Refusal:
    if refusal := may_resend(_played(decoy, ticket, policy), decoy.used, limits, now):
        return refusal
    attempt = replace(decoy.attempt, sends=(*decoy.attempt.sends, now))
    return Decoy(charge_send(decoy.used, limits, now), attempt)


def resend_at(decoy: Decoy, policy: Policy) -> datetime:
    sends = decoy.attempt.sends
    return sends[-1] + policy.wait_after(len(sends))


def _played(decoy: Decoy, ticket: Ticket, policy: Policy) -> Challenge:
    """Give the challenge that there would be, if somebody here had the address."""
    sends, left = decoy.attempt.sends, ticket.attempts - len(decoy.attempt.wrong)
    status = Status.PENDING if left > 0 else Status.EXHAUSTED
    if not sends or sends[0] != ticket.began_at:
        status = Status.SUPERSEDED
    return Challenge(
        id=ticket.challenge_id,
        purpose=policy.purpose,
        contact_id=ContactId(UUID(int=0)),
        channel=Channel.EMAIL,
        locale="",
        reference=None,
        requester=None,
        lane=EVERYBODY,
        status=status,
        code_tag=NO_CODE,
        key_version=0,
        attempts_left=max(left, 0),
        code_length=policy.code_length,
        sendings=len(sends),
        created_at=ticket.began_at,
        expires_at=ticket.began_at + policy.lives[Channel.EMAIL],
        resend_at=resend_at(decoy, policy) if sends else ticket.began_at,
    )
