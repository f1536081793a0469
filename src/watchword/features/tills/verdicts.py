"""What is said at a till: each way that something can go is a small value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypeAlias

from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    Refusal,
    TooMany,
    Wrong,
)
from watchword.features.customers.rules import CustomerId
from watchword.features.idempotency.rules import OtherBody
from watchword.features.points.ledger import Balance
from watchword.features.rewards.rules import MayNotTake, MayTake, Reward
from watchword.features.tills.rules import (
    Burnt,
    NoAccount,
    NotChosen,
    SessionOver,
    Shut,
    Superseded,
    TillSession,
    TillSessionId,
    Unusable,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A code is on its way. Nothing here tells whether anybody is known there."""

    word: ClassVar = "asking"

    id: TillSessionId
    expires_at: datetime
    resend_at: datetime
    attempts_left: int
    code_length: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several customers who are reached there, as a cashier tells them apart."""

    customer_id: CustomerId
    given_name: str = field(repr=False)
    last_four: str | None


@dataclass(frozen=True, slots=True)
class Proven:
    """The customer is there; where several are reached, it is asked which one it is."""

    word: ClassVar = "proven"

    expires_at: datetime
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWallet:
    """What a till sees of a customer who has proven to be there."""

    word: ClassVar = "open"

    session: TillSession
    name: str = field(repr=False)
    balance: Balance
    rewards: Sequence[tuple[Reward, MayTake | MayNotTake]]
    hides_points: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedWithout:
    """A session was opened without a code."""

    word: ClassVar = "opened_without"

    id: TillSessionId
    expires_at: datetime
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Nobody:
    """There is no such customer. Only who needs no code is told."""

    word: ClassVar = "nobody"


@dataclass(frozen=True, slots=True)
class NotOneOfThem:
    """That customer is not among those who are reached there."""

    word: ClassVar = "not_one_of_them"


Opened: TypeAlias = Asking | Refusal | Shut | MayNotTake | OtherBody
AskedForOther: TypeAlias = Opened | Superseded | Burnt | SessionOver
OpenedDirectly: TypeAlias = OpenedWithout | Nobody | Shut | OtherBody
SentAgain: TypeAlias = Asking | Refusal | Superseded | Burnt | SessionOver | Shut
Answered: TypeAlias = (
    Proven
    | Wrong
    | Expired
    | Exhausted
    | TooMany
    | Locked
    | Superseded
    | Burnt
    | SessionOver
    | Shut
    | OtherBody
)
Viewed: TypeAlias = OpenWallet | Unusable | NotChosen | NoAccount
KEPT = (Proven, Wrong, Expired, Exhausted)
"""What is answered again when the same request comes again."""
