"""What a challenge is, and what an answer does to it.

A challenge asks: *which code did we send to this contact point?* Nothing here waits, reads
a clock or touches storage, so each rule can be read, tested and replayed by itself.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType, TypeAlias, assert_never
from uuid import UUID

from watchword.features.abuse.rules import StepUp
from watchword.features.challenges.codes import CodeTag, Slip, Stale
from watchword.features.challenges.lanes import CALLS, is_apart, is_of_call, is_of_scheme
from watchword.features.challenges.policies import DIGITS_AT_MOST, FOR_STAFF, Policy, Purpose
from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    NoWay,
    Over,
    Refusal,
    TooMany,
    TooSoon,
    Verdict,
    Verified,
    Wrong,
)
from watchword.features.clients.rules import Caller, Client
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.limits.rules import (
    Allowed,
    Budget,
    Disabled,
    Leave,
    Limits,
    NotBefore,
    charge_wrong,
    forgive,
    guesses_left,
    in_a_row_only,
    may_guess,
    may_send,
    of_gates,
    of_letters,
)
from watchword.features.routing.rules import (
    CHANNELS,
    NOTHING_TRIED,
    Attempt,
    Route,
    reads,
)
from watchword.foundation.ids import OrganisationId

ChallengeId = NewType("ChallengeId", UUID)
ChallengeRef: TypeAlias = tuple[OrganisationId, ChallengeId]
"""Where a challenge is found."""

EVERYBODY = "open"
"""The lane of all who have not proven themselves here before. They share one budget."""

LETTERS = "letter"
"""The lane of a postal address, whoever asks: to its letter box, all letters are alike."""

STAFF, GATE = "staff", "gate"
"""What stands before the lane in the name of a budget of codes for staff, or before pages."""

NOT_KNOWN = {EVERYBODY, LETTERS}
"""Lanes in which strangers may be."""


class Status(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    DENIED = "denied"
    """The person who got the code said that they had not asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """`code_tag` is what the code is known by, under that version of the key for codes.

    `lane` separates those who have answered rightly here before, each with a budget of their
    own, from everybody else: strangers cannot use up what is theirs.
    """

    id: ChallengeId
    purpose: Purpose
    contact_id: ContactId
    channel: Channel
    locale: str
    reference: str | None
    requester: str | None
    lane: str
    status: Status = Status.PENDING
    code_tag: bytes = field(repr=False)
    key_version: int
    attempts_left: int
    code_length: int
    sendings: int = 1
    created_at: datetime
    expires_at: datetime
    resend_at: datetime
    route: Route = NOTHING_TRIED
    next_step_at: datetime | None = None
    """When the next step of the plan is due, unless the code has arrived by then."""
    ended_at: datetime | None = None
    shown_at: datetime | None = None
    """Since when the code that is good now is shown in a wallet."""


@dataclass(frozen=True, slots=True)
class Leading:
    """A new challenge may be opened, with a code so long and so many attempts."""

    code_length: int
    attempts: int


def hidden_from(caller: Caller) -> frozenset[Purpose]:
    """Give the purposes of which a caller is to see nothing.

    With which codes staff sign in is no application's business, whatever its key opens.
    """
    return FOR_STAFF if isinstance(caller, Client) else frozenset()


def is_known(lane: str) -> bool:
    """Say whether a lane is of somebody who has proven themselves here before."""
    return lane not in NOT_KNOWN and not is_apart(lane)


def strictness(policy: Policy, limits: Limits, lane: str) -> tuple[Policy, Limits]:
    """Give what holds in a lane: letters and landing pages have their own. In calls nobody waits
    for what others have guessed: each has few attempts, and codes few sendings."""
    if policy.purpose is Purpose.LANDING_PAGE:
        limits = of_gates(limits)
    if is_of_call(lane):
        return policy, in_a_row_only(limits)
    if is_of_scheme(lane):
        return policy.by_scheme, limits
    return (policy.by_letter, of_letters(limits)) if lane == LETTERS else (policy, limits)


def may_open(
    sends: Budget, guesses: Budget, limits: Limits, policy: Policy, now: datetime
) -> Leading | Refusal:
    """Decide whether one more challenge may begin. It gets no more attempts than its budget has
    left, so that a budget never runs out in the middle of a challenge."""
    leave = may_show(guesses, limits, policy, now)
    return refused(may_send(sends, limits, now)) or leave if isinstance(leave, Leading) else leave


def may_show(
    guesses: Budget, limits: Limits, policy: Policy, now: datetime
) -> Leading | TooMany | Locked:
    """Decide the same of a challenge of which nothing is sent."""
    if refusal := refused(may_guess(guesses, limits, now), is_of_guesses=True):
        return refusal
    return Leading(policy.code_length, min(policy.attempts, guesses_left(guesses, limits, now)))


def stepped_up(leave: Leading, step_up: StepUp | None) -> Leading:
    """Make codes longer while somebody tries them by the hundred.

    Nobody is shut out by that, and a guess is worth next to nothing.
    """
    if step_up is None:
        return leave
    length = min(max(leave.code_length, step_up.code_length), DIGITS_AT_MOST)
    return Leading(length, min(leave.attempts, step_up.attempts))


def may_answer(
    challenge: Challenge, guesses: Budget, limits: Limits, now: datetime
) -> TooMany | Locked | None:
    """Decide whether an answer may be judged. To a challenge that is over it always may."""
    if status_at(challenge, now) is not Status.PENDING:
        return None
    return refused(may_guess(guesses, limits, now), is_of_guesses=True)


def refused(leave: Leave, *, is_of_guesses: bool = False) -> TooMany | Locked | None:
    match leave:
        case Allowed():
            return None
        case NotBefore(moment):
            return TooMany(moment, is_of_guesses)
        case Disabled():
            return Locked()
        case _:
            assert_never(leave)


def choose_channel(
    kind: ContactKind, wanted: Channel | None, served: Collection[Channel]
) -> Channel | NoWay:
    """Choose the channel of a message: the wanted one, or the first that leads there."""
    leading = tuple(channel for channel in CHANNELS[kind] if channel in served)
    if wanted is None and leading:
        return leading[0]
    chosen = wanted or CHANNELS[kind][0]
    return chosen if chosen in leading else NoWay(chosen, leading)


def other_channels(
    contact: Contact, served: Collection[Channel], besides: Channel | None
) -> tuple[Channel, ...]:
    """Give the channels by which a contact point can be reached as well."""
    return tuple(
        channel
        for channel in CHANNELS[contact.kind]
        if channel in served and channel is not besides and reads(contact, channel)
    )


def no_way(contact: Contact, wanted: Channel | None, served: Collection[Channel]) -> NoWay:
    """Say that no step leads there, and which channels might if they are asked for."""
    return NoWay(wanted or CHANNELS[contact.kind][0], other_channels(contact, served, wanted))


def begun(
    id: ChallengeId,
    policy: Policy,
    *,
    contact_id: ContactId,
    attempt: Attempt,
    route: Route,
    locale: str,
    reference: str | None,
    requester: str | None,
    lane: str,
    tag: CodeTag,
    leave: Leading,
    now: datetime,
) -> Challenge:
    """Begin a challenge that can be answered by the code with this tag."""
    channel = attempt.channel
    return Challenge(
        id=id,
        purpose=policy.purpose,
        contact_id=contact_id,
        channel=channel,
        locale=locale,
        reference=reference,
        requester=requester,
        lane=lane,
        code_tag=tag.content,
        key_version=tag.key_version,
        attempts_left=leave.attempts,
        code_length=leave.code_length,
        created_at=now,
        expires_at=now + policy.lives[channel],
        resend_at=now + policy.wait_after(1),
        route=route,
        next_step_at=_after_wait(route, now),
    )


def _after_wait(route: Route, now: datetime) -> datetime | None:
    return None if route.wait is None else now + route.wait


def judge(
    challenge: Challenge, guess: bytes | Slip | Stale | None, policy: Policy, now: datetime
) -> tuple[Challenge, Verdict]:
    """Decide what an answer does: the challenge as it stands afterwards, and the verdict.

    `guess` is the tag of what was typed, or nothing if that cannot be a code. It is compared
    last: a challenge that is over or out of time gives nothing away about its code. A slip costs
    nothing, whatever the policy: it is told by its own marks, and so tells nothing of the code.
    Nor does a stale code: whoever has it was shown it.
    """
    if challenge.status is not Status.PENDING:
        return challenge, _said_of(challenge.status)
    if now >= challenge.expires_at:
        return ended(challenge, Status.EXPIRED), Expired()
    if isinstance(guess, Stale):
        return challenge, Expired()
    if isinstance(guess, Slip) or (guess is None and not policy.charge_malformed):
        return challenge, Wrong(challenge.attempts_left, is_slip=isinstance(guess, Slip))
    if guess is not None and hmac.compare_digest(guess, challenge.code_tag):
        return ended(challenge, Status.VERIFIED), Verified()
    left = challenge.attempts_left - 1
    tried = replace(challenge, attempts_left=left)
    return (tried if left else ended(tried, Status.EXHAUSTED)), Wrong(left)


def _said_of(ending: Status) -> Expired | Exhausted | Over:
    """Tell the customer's own doing and the clock's apart from what others did."""
    if ending is Status.EXPIRED:
        return Expired()
    return Exhausted() if ending is Status.EXHAUSTED else Over()


def was_tried(before: Challenge, verdict: Verdict) -> bool:
    """Say whether a code was tried on a challenge; slips and what comes too late try nothing."""
    if isinstance(verdict, Wrong) and verdict.is_slip:
        return False
    return before.status is Status.PENDING and not isinstance(verdict, Expired)


def charged(
    budget: Budget, before: Challenge, after: Challenge, limits: Limits, now: datetime
) -> Budget:
    """Give the budget as an answer leaves it: one guess less, or all forgiven."""
    if after.status is Status.VERIFIED and before.status is not Status.VERIFIED:
        return forgive(budget)
    if after.attempts_left < before.attempts_left:
        return charge_wrong(budget, limits, now)
    return budget


def ended(challenge: Challenge, status: Status) -> Challenge:
    """End a challenge. Nothing is left of its code."""
    return replace(challenge, status=status, code_tag=b"", next_step_at=None)


def status_at(challenge: Challenge, now: datetime) -> Status:
    """Give the status as it is, though nobody may have written down yet that time ran out."""
    if challenge.status is Status.PENDING and now >= challenge.expires_at:
        return Status.EXPIRED
    return challenge.status


def may_resend(
    challenge: Challenge, sends: Budget, limits: Limits, now: datetime
) -> Refusal | None:
    if status_at(challenge, now) is not Status.PENDING:
        return Over()
    if now < challenge.resend_at:
        return TooSoon(challenge.resend_at)
    return refused(may_send(sends, limits, now))


def resent(
    challenge: Challenge, attempt: Attempt, route: Route, policy: Policy, now: datetime
) -> Challenge:
    """Count a sending. It gives neither more attempts nor more time than its channel allows."""
    sendings = challenge.sendings + 1
    return replace(
        challenge,
        channel=attempt.channel,
        sendings=sendings,
        expires_at=min(challenge.expires_at, now + policy.lives[attempt.channel]),
        resend_at=now + policy.wait_after(sendings),
        route=route,
        next_step_at=_after_wait(route, now),
    )


def settled_down(challenge: Challenge, route: Route) -> Challenge:
    """Try nothing more by itself: the code has arrived, or no step is left."""
    return replace(challenge, route=route, next_step_at=None)


def cancelled(challenge: Challenge, now: datetime) -> Challenge | None:
    """End a challenge at somebody's wish; nothing, if it has ended already."""
    if status_at(challenge, now) is not Status.PENDING:
        return None
    return ended(challenge, Status.CANCELLED)


def denied(challenge: Challenge, now: datetime) -> Challenge | None:
    """End a challenge because its person knows nothing of it; nothing, if it has ended already."""
    if status_at(challenge, now) is not Status.PENDING:
        return None
    return ended(challenge, Status.DENIED)


def retagged(challenge: Challenge, tag: CodeTag) -> Challenge:
    """Let a challenge be answered by another code."""
    return replace(challenge, key_version=tag.key_version, code_tag=tag.content)


def guesses_key(contact_id: ContactId, purpose: Purpose, lane: str) -> str:
    """Name the budget of guesses: each purpose has its own, for each guards something else."""
    lane = EVERYBODY if is_of_scheme(lane) else CALLS if is_of_call(lane) else lane
    return f"{contact_id}:{purpose}:{lane}"


def sends_key(contact_id: ContactId, purpose: Purpose, lane: str) -> str:
    """Name the budget of messages: a phone rings as often, whatever it rings for. Codes for staff
    have one apart, which no application uses up or learns from. So have those before landing pages:
    whoever has the link of somebody takes no other codes from them."""
    lane = EVERYBODY if is_apart(lane) else lane
    if purpose in FOR_STAFF:
        return f"{contact_id}:{STAFF}:{lane}"
    lane = f"{GATE}:{lane}" if purpose is Purpose.LANDING_PAGE else lane
    return f"{contact_id}:{lane}"
