"""What abuse is, and what is done about it: rules that are data.

A thief of messages is paid for each that is delivered, and need not type back a single code. So
what thieves need is made scarce: countries, blocks of numbers, and money. Each refusal says why,
until when, and which way is still open. People who have answered rightly here before, from where
they ask now, are spared wherever that costs the rule nothing.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, PhoneLine
from watchword.features.delivery.rules import ProviderName
from watchword.features.prices.rules import Money
from watchword.foundation.framing import framed

BlockId = NewType("BlockId", UUID)


class RuleName(StrEnum):
    """Every rule. The manual explains each."""

    COUNTRY = "country"
    LINE = "line"
    PREFIX = "prefix"
    DIAL_CODE = "dial_code"
    DESTINATION = "destination"
    CLIENT = "client"
    REQUESTER = "requester"
    ORGANISATION = "organisation"
    CONVERSION = "conversion"
    SPEND = "spend"
    PRICE_MISSING = "price_missing"
    SPRAY = "spray"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A code that somebody asks for. `id` is that of its challenge.

    `client` is the actor; `requester` the digest of who asks; `is_known`, whether they have
    answered rightly here before; `price`, the worst that the message may cost.
    """

    id: UUID
    contact_id: ContactId
    contact: Contact = field(repr=False)
    channel: Channel
    provider: ProviderName | None
    client: str
    requester: str | None
    is_known: bool
    price: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A code that somebody typed. `is_known`: they had answered rightly here before."""

    challenge_id: UUID
    contact_id: ContactId
    channel: Channel
    is_known: bool
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is kept of a start: enough to judge it again, and nothing that can be read.

    `prefix` and `requester` are digests. `micros` is the worst that the message could cost.
    """

    id: UUID
    at: datetime
    contact_id: ContactId
    country: str | None
    line: PhoneLine | None
    dial_code: str | None
    prefix: str | None
    channel: Channel
    provider: ProviderName | None
    client: str
    requester: str | None
    is_known: bool
    micros: int | None
    is_again: bool = False
    """Whether it is one more message of the same challenge, and no start of its own."""

    @property
    def is_phone(self) -> bool:
        return self.dial_code is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A start, and what became of it. `outcome` is `admitted`, or the rule that blocked it.

    `times`: how often it happened within a second; of refusals only one is kept for each.
    """

    trace: Trace
    outcome: str
    times: int
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepUp:
    """Codes are longer and attempts fewer, for somebody is trying codes by the hundred."""

    code_length: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Admitted:
    """The message may be sent. Its price, if there is a cap on money, is reserved."""

    word: ClassVar = "admitted"

    step_up: StepUp | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """No message is sent. `channels` are those that lead around it."""

    word: ClassVar = "blocked"

    rule: RuleName
    reason: str
    expires_at: datetime | None
    way_round: str
    channels: tuple[Channel, ...] = ()


Decision: TypeAlias = Admitted | Blocked


class BlockState(StrEnum):
    STANDING = "standing"
    RUN_OUT = "run_out"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What was blocked, as staff see it. `subject` is the key of what is counted."""

    id: BlockId
    rule: RuleName
    subject: str
    shown: str
    reason: str
    way_round: str
    channels: tuple[Channel, ...]
    created_at: datetime
    expires_at: datetime
    lifted_at: datetime | None = None
    lifted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Lifted:
    """The block is over before its time."""

    word: ClassVar = "lifted"

    block: Block


@dataclass(frozen=True, slots=True)
class OperatorsOwn:
    """Only the operator may lift it, for it would loosen what a key may not."""

    word: ClassVar = "operators_own"

    rule: RuleName


@dataclass(frozen=True, slots=True)
class AlreadyOver:
    """The block had ended before: it had run out, or somebody had lifted it."""

    word: ClassVar = "already_over"


ADMITTED = Admitted.word


def kept_refusal(trace: Trace, rule: RuleName, subject: str) -> Trace:
    """Name a refusal by what was refused and when, so that of a flood one is kept a second."""
    named = framed("watchword/refusal/1", rule, subject, str(int(trace.at.timestamp())))
    return replace(trace, id=UUID(bytes=hashlib.sha256(named).digest()[:16]))


def state_of(block: Block, now: datetime) -> BlockState:
    if block.lifted_at is not None:
        return BlockState.LIFTED
    return BlockState.STANDING if now < block.expires_at else BlockState.RUN_OUT


def lifted(block: Block, by: str, now: datetime) -> Lifted | AlreadyOver:
    if state_of(block, now) is not BlockState.STANDING:
        return AlreadyOver()
    return Lifted(replace(block, lifted_at=now, lifted_by=by))


def shuts_out(block: Block) -> bool:
    """Say whether messages are refused by it. Where codes are tried, they only become longer."""
    return block.rule is not RuleName.SPRAY
