"""What a challenge is, and what an answer does to it.

A challenge asks: *which code did we send to this contact point?* Nothing here waits, reads
a clock or touches storage, so each rule can be read, tested and replayed by itself.
"""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias, assert_never
from uuid import UUID

from watchword.features.challenges.codes import CodeTag
from watchword.features.challenges.policies import Policy, Purpose
from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.delivery.rules import Channel, Sending
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
    may_guess,
    may_send,
)

ChallengeId = NewType("ChallengeId", UUID)

EVERYBODY = "open"
"""The lane of all who have not proven themselves here before. They share one budget."""

CHANNELS = {
    ContactKind.PHONE: (Channel.SMS, Channel.WHATSAPP, Channel.VOICE),
    ContactKind.EMAIL: (Channel.EMAIL,),
}
"""By which channels a contact point is reached; the first is used unless another is asked for."""


class Status(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Assurance(StrEnum):
    """How strong a proof is. A code that comes back shows control of a contact point."""

    GATE = "0"
    CONTACT = "1"


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
    sendings: int = 1
    created_at: datetime
    expires_at: datetime
    resend_at: datetime


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer is right, and the challenge is over."""

    word: ClassVar = "verified"


@dataclass(frozen=True, slots=True)
class Wrong:
    """The answer is not right; when no attempts are left, the challenge is over."""

    word: ClassVar = "wrong"

    attempts_left: int


@dataclass(frozen=True, slots=True)
class Expired:
    """The time for answers had run out."""

    word: ClassVar = "expired"


@dataclass(frozen=True, slots=True)
class Exhausted:
    """All attempts had been used up."""

    word: ClassVar = "exhausted"


@dataclass(frozen=True, slots=True)
class Over:
    """The challenge had ended before this answer: verified, cancelled or superseded."""

    word: ClassVar = "over"


Verdict: TypeAlias = Verified | Wrong | Expired | Exhausted | Over


@dataclass(frozen=True, slots=True)
class TooSoon:
    """The next message may be sent from this moment on."""

    word: ClassVar = "too_soon"

    moment: datetime


@dataclass(frozen=True, slots=True)
class TooMany:
    """The contact point has had too many messages or wrong answers; again from this moment on."""

    word: ClassVar = "too_many"

    moment: datetime


@dataclass(frozen=True, slots=True)
class Locked:
    """So many wrong answers in a row that somebody has to look."""

    word: ClassVar = "locked"


@dataclass(frozen=True, slots=True)
class NoWay:
    """No channel leads there: it does not fit the contact point, or nobody serves it."""

    word: ClassVar = "no_way"

    channel: Channel
    others: tuple[Channel, ...]


Refusal: TypeAlias = TooSoon | TooMany | Locked | NoWay | Over
"""Why a message was not sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A challenge as whoever asked for it sees it. `to` is masked."""

    word: ClassVar = "shown"

    id: ChallengeId
    purpose: Purpose
    status: Status
    channel: Channel
    to: str
    reference: str | None
    created_at: datetime
    expires_at: datetime
    resend_at: datetime
    attempts_left: int
    assurance: Assurance
    sendings: tuple[Sending, ...] = ()


@dataclass(frozen=True, slots=True)
class Leading:
    """A new challenge may be opened, with so many attempts."""

    attempts: int


def may_open(
    sends: Budget, guesses: Budget, limits: Limits, policy: Policy, now: datetime
) -> Leading | Refusal:
    """Decide whether one more challenge may begin.

    It gets no more attempts than its budget has left, so that a budget never runs out in the
    middle of a challenge.
    """
    for leave in (may_guess(guesses, limits, now), may_send(sends, limits, now)):
        if refusal := refused(leave):
            return refusal
    return Leading(min(policy.attempts, guesses_left(guesses, limits, now)))


def may_answer(
    challenge: Challenge, guesses: Budget, limits: Limits, now: datetime
) -> TooMany | Locked | None:
    """Decide whether an answer may be judged. To a challenge that is over it always may."""
    if status_at(challenge, now) is not Status.PENDING:
        return None
    return refused(may_guess(guesses, limits, now))


def refused(leave: Leave) -> TooMany | Locked | None:
    match leave:
        case Allowed():
            return None
        case NotBefore(moment):
            return TooMany(moment)
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


def begun(
    id: ChallengeId,
    policy: Policy,
    *,
    contact_id: ContactId,
    channel: Channel,
    locale: str,
    reference: str | None,
    requester: str | None,
    lane: str,
    tag: CodeTag,
    attempts: int,
    now: datetime,
) -> Challenge:
    """Begin a challenge that can be answered by the code with this tag."""
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
        attempts_left=attempts,
        created_at=now,
        expires_at=now + policy.lives[channel],
        resend_at=now + policy.wait_after(1),
    )


def judge(
    challenge: Challenge, guess: bytes | None, policy: Policy, now: datetime
) -> tuple[Challenge, Verdict]:
    """Decide what an answer does: the challenge as it stands afterwards, and the verdict.

    `guess` is the tag of what was typed, or nothing if that cannot be a code. It is compared
    last: a challenge that is over or out of time gives nothing away about its code.
    """
    if challenge.status is not Status.PENDING:
        return challenge, _said_of(challenge.status)
    if now >= challenge.expires_at:
        return ended(challenge, Status.EXPIRED), Expired()
    if guess is None and not policy.charge_malformed:
        return challenge, Wrong(challenge.attempts_left)
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
    return replace(challenge, status=status, code_tag=b"")


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


def resent(challenge: Challenge, channel: Channel, policy: Policy, now: datetime) -> Challenge:
    """Count a sending. It gives neither more attempts nor more time than its channel allows."""
    sendings = challenge.sendings + 1
    return replace(
        challenge,
        channel=channel,
        sendings=sendings,
        expires_at=min(challenge.expires_at, now + policy.lives[channel]),
        resend_at=now + policy.wait_after(sendings),
    )


def cancelled(challenge: Challenge, now: datetime) -> Challenge | None:
    """End a challenge at somebody's wish; nothing, if it has ended already."""
    if status_at(challenge, now) is not Status.PENDING:
        return None
    return ended(challenge, Status.CANCELLED)


def retagged(challenge: Challenge, tag: CodeTag) -> Challenge:
    """Let a challenge be answered by another code."""
    return replace(challenge, key_version=tag.key_version, code_tag=tag.content)


def guesses_key(contact_id: ContactId, purpose: Purpose, lane: str) -> str:
    """Name the budget of guesses: each purpose has its own, for each guards something else."""
    return f"{contact_id}:{purpose}:{lane}"


def sends_key(contact_id: ContactId, lane: str) -> str:
    """Name the budget of messages: a phone rings as often, whatever it rings for."""
    return f"{contact_id}:{lane}"


def show(challenge: Challenge, to: str, now: datetime, sendings: Sequence[Sending] = ()) -> Shown:
    return Shown(
        id=challenge.id,
        purpose=challenge.purpose,
        status=status_at(challenge, now),
        channel=challenge.channel,
        to=to,
        reference=challenge.reference,
        created_at=challenge.created_at,
        expires_at=challenge.expires_at,
        resend_at=challenge.resend_at,
        attempts_left=challenge.attempts_left,
        assurance=Assurance.CONTACT,
        sendings=tuple(sendings),
    )
