"""What a message is, how an attempt to send one can end, and what becomes of it then.

A *channel* is how a message leaves; a *provider* is who carries it. Several providers may
serve one channel, and each has a lane of its own, so that a slow one is in nobody's way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import ClassVar, Final, NewType, TypeAlias
from uuid import UUID

from watchword.features.contacts.channels import Channel
from watchword.features.templates.rules import TemplateName
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret

Address = NewType("Address", str)
"""Where a message goes: a phone number in E.164, an e-mail address as it was typed, or the lines
of a postal address."""

MessageId = NewType("MessageId", UUID)
ProviderName = NewType("ProviderName", str)


class Priority(IntEnum):
    """Whoever waits for a code never waits for a campaign."""

    INTERACTIVE = 0
    BULK = 1


class State(StrEnum):
    """Where a message is. All but the first two are final."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


FAILED = frozenset({State.REFUSED, State.GIVEN_UP, State.EXPIRED})


class Receipt(StrEnum):
    """The last that a provider has said of a message that it took."""

    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Words for one address, on their way. They are secret, because a code is among them."""

    id: MessageId
    organisation_id: OrganisationId
    channel: Channel
    address: Address = field(repr=False)
    subject: Secret | None
    text: Secret
    locale: str
    not_after: datetime
    code: Secret | None = None
    """The code among the words, for those that show it apart or have words of their own."""
    minutes: int = 0
    """For how many whole minutes the code is good, as the words say it."""
    greeting: Secret | None = None
    """What a voice says before it asks for a key. The text is for whoever has pressed it."""
    is_for_staff: bool = False
    """Whether it goes to those who work here: no application is to read it, not even in a test."""
    unsubscribe: str = field(default="", repr=False)
    """Where a mail program unsubscribes with one click; nothing, if it is no mail for many."""
    is_answer: bool = False
    """Whether it answers what somebody has just written: where a provider sends nothing but what
    was approved before, such words go through all the same."""
    about: str = ""
    """The id of what it is about."""
    entry: str = field(default="", repr=False)
    """The page of ours on which its code is typed, if there is one; a letter draws it."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it; `reference` is its own name for the message.

    Where it `asks_for_words`, it has only the address yet, and comes for the rest later. Where
    there is a `receipt`, it has said the rest at once.
    """

    word: ClassVar[str] = "accepted"
    reference: str | None = None
    asks_for_words: bool = False
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take it; trying again is useless."""

    word: ClassVar[str] = "refused"
    reason: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The provider surely did not take it; try again, here or elsewhere, but not too soon.

    Where only one `recipient` is concerned, the provider is there for all others.
    """

    word: ClassVar[str] = "unavailable"
    reason: str
    retry_after: timedelta | None = None
    recipient: bool = False


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The provider may have taken it, and we cannot tell.

    It is sent again only where the provider knows a message by its id; elsewhere it would
    reach the customer twice.
    """

    word: ClassVar[str] = "uncertain"
    reason: str


SendOutcome: TypeAlias = Accepted | Refused | Unavailable | Uncertain
"""How an attempt ended. A `reason` is a short word of ours such as `HTTP 400` or `timeout`,
never what the provider said: that may quote the address or the text."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Whoever wrote it said, right before it would have left, that nobody is to get it any more.

    No provider says so.
    """

    word: ClassVar[str] = "withdrawn"
    reason: str


ASKED_LATELY: Final = 0.5  # seconds
"""What an author was asked about so lately is not asked about again before it leaves."""


LEASE = timedelta(seconds=30)
"""For so long a message belongs to the worker that claimed it. No provider may take longer."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=60)
ATTEMPTS_AT_MOST = 20
TOLD_AT_MOST = 3
"""How often the words of one message are read out. A provider may ask again for what was lost on
the way; whoever got hold of its signed request may repeat it, too, but does not learn much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be said to one address. Words are put together only when it is sent."""

    channel: Channel
    provider: ProviderName
    address: Address = field(repr=False)
    template: TemplateName
    locale: str
    facts: Mapping[str, str] = field(repr=False)
    about: str
    """The id of what this is about, by which it is found and cancelled."""
    not_after: datetime
    priority: Priority = Priority.INTERACTIVE
    is_pinned: bool = False
    """Whether it is for this provider alone, because a plan says who comes next."""
    purpose: str = ""
    """What it is for, where an organisation may have words of its own for that."""
    reserved_micros: int | None = None
    """What was reserved for it, in millionths of a currency; given back if it is never sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A message as it waits: its facts and its address are sealed."""

    id: MessageId
    organisation_id: OrganisationId
    channel: Channel
    provider: ProviderName
    template: TemplateName
    locale: str
    sealed: bytes = field(repr=False)
    about: str
    attempts: int
    not_after: datetime
    is_pinned: bool = False
    priority: Priority = Priority.INTERACTIVE
    opened: object = field(default=None, repr=False, compare=False)
    """What was sealed, if it had to be looked at when it was claimed."""
    asked_at: float = field(default=float("-inf"), repr=False, compare=False)
    """When its author was asked about it, by a clock that only goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message of a challenge, as its trace tells it."""

    id: MessageId
    channel: Channel
    provider: ProviderName
    state: State
    reason: str | None
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    receipt: Receipt | None = None
    receipt_reason: str | None = None
    receipt_at: datetime | None = None

    @property
    def has_arrived(self) -> bool:
        return self.receipt in {Receipt.DELIVERED, Receipt.READ}

    @property
    def has_failed(self) -> bool:
        """Say whether it surely does not arrive any more. What is unknown may still."""
        return self.receipt is Receipt.FAILED or self.state in FAILED

    @property
    def is_stalled(self) -> bool:
        """Say whether it was tried in vain, and waits to be tried again."""
        return self.state is State.QUEUED and self.attempts > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What becomes of a message after an attempt."""

    state: State
    provider: ProviderName
    due_at: datetime
    reason: str | None = None
    reference: str | None = None
    keeps_words: bool = False
    """Whether the provider comes for the words later."""
    receipt: Receipt | None = None
    may_have_left: bool = False
    """Whether it may cost something. What was reserved for it is spent then, whatever follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has just become known of a message, for whoever sent it."""

    organisation_id: OrganisationId
    about: str
    channel: Channel
    provider: ProviderName
    state: State
    receipt: Receipt | None = None
    reason: str | None = None

    @property
    def has_arrived(self) -> bool:
        return self.receipt in {Receipt.DELIVERED, Receipt.READ}

    @property
    def has_failed(self) -> bool:
        """Say whether it surely does not arrive any more. What is unknown may still."""
        return self.receipt is Receipt.FAILED or self.state in FAILED

    @property
    def is_bad(self) -> bool:
        """Say whether there is nothing more to wait for, or no reason to go on waiting."""
        if self.receipt is not None:
            return self.receipt is Receipt.FAILED
        return self.state in {*FAILED, State.QUEUED}


def settle(
    message: Queued,
    outcome: SendOutcome | Withdrawn,
    *,
    knows_repeats: bool,
    ways: Sequence[ProviderName],
    chance: float,
    now: datetime,
) -> Next:
    """Decide what becomes of a message.

    `ways`: the providers that serve its channel, in the order of preference. `chance`: a random
    number from 0 up to 1, so that messages which failed together do not come back together.
    """
    here = message.provider
    match outcome:
        case Accepted():
            return _sent(message, outcome, now)
        case Withdrawn(reason):
            return cancelled(message, reason, now)
        case Refused(reason):
            return Next(state=State.REFUSED, provider=here, due_at=now, reason=reason)
        case Uncertain(reason) if not knows_repeats:
            return _unknown(message, reason, now)
        case Uncertain(reason):
            # Only the provider that may have it knows that it is the same message.
            again = _again(message, here, reason, pause(message.attempts, chance), now)
            return replace(again, may_have_left=True)
        case Unavailable(reason, retry_after, _):
            other = here if message.is_pinned else after(here, ways)
            wait = pause(message.attempts, chance)
            if other == here and retry_after is not None:
                wait = max(wait, retry_after)
            return _again(message, other, reason, wait, now)


def after(provider: ProviderName, ways: Sequence[ProviderName]) -> ProviderName:
    """Give the provider to try next; the same one, if there is no other.

    What is in a lane that is not among the ways stays there: the sandbox leads nowhere else.
    """
    if provider not in ways:
        return provider
    return ways[(ways.index(provider) + 1) % len(ways)]


def pause(attempts: int, chance: float) -> timedelta:
    """Wait longer after each attempt, by half as much again or half as much less."""
    longest: timedelta = FIRST_PAUSE * 2 ** min(max(attempts, 1) - 1, 10)
    return min(longest, LONGEST_PAUSE) * (0.5 + chance)


def lapsed(message: Queued, *, knows_repeats: bool, now: datetime) -> Next:
    """Decide what becomes of a message whose worker has not come back with it."""
    if knows_repeats and now < message.not_after:
        again = Next(state=State.QUEUED, provider=message.provider, due_at=now, reason="lapsed")
        return replace(again, may_have_left=True)
    return _unknown(message, "lapsed", now)


def cancelled(message: Queued, reason: str, now: datetime) -> Next:
    """Decide what becomes of a message that was claimed, and that nobody is to get any more."""
    return Next(state=State.CANCELLED, provider=message.provider, due_at=now, reason=reason)


def postponed(message: Queued, reason: str, chance: float, now: datetime) -> Next:
    """Decide what becomes of a message that no provider was asked about."""
    return _again(message, message.provider, reason, pause(message.attempts, chance), now)


def _sent(message: Queued, accepted: Accepted, now: datetime) -> Next:
    return Next(
        state=State.SENT,
        provider=message.provider,
        due_at=now,
        reference=accepted.reference,
        keeps_words=accepted.asks_for_words,
        receipt=accepted.receipt,
        may_have_left=True,
    )


def _unknown(message: Queued, reason: str, now: datetime) -> Next:
    return Next(
        state=State.UNKNOWN,
        provider=message.provider,
        due_at=now,
        reason=reason,
        may_have_left=True,
    )


def _again(
    message: Queued, provider: ProviderName, reason: str, wait: timedelta, now: datetime
) -> Next:
    if now + wait >= message.not_after:
        return Next(state=State.EXPIRED, provider=provider, due_at=now, reason=reason)
    if message.attempts >= ATTEMPTS_AT_MOST:
        return Next(state=State.GIVEN_UP, provider=provider, due_at=now, reason=reason)
    return Next(state=State.QUEUED, provider=provider, due_at=now + wait, reason=reason)
