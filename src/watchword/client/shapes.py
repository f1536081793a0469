"""What Watchword answers. A newer server may say more than this; what is not known is left aside.

Words such as a state or a verdict are plain text for the same reason: compare them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

T_co = TypeVar("T_co", covariant=True)


class Shape(Struct, frozen=True, kw_only=True):
    """What was answered. It may hold names and addresses, so it does not show itself."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Paged(Protocol[T_co]):
    """A page of a list; with a cursor, there is another."""

    @property
    def items(self) -> Sequence[T_co]: ...

    @property
    def cursor(self) -> str | None: ...


class Challenge(Shape, frozen=True, kw_only=True):
    """One code on its way. `to` is masked."""

    id: UUID
    purpose: str
    status: str
    channel: str
    to: str
    reference: str | None
    created_at: datetime
    expires_at: datetime
    resend_at: datetime
    attempts_left: int
    code_length: int
    assurance: str
    strength: str
    alternatives: tuple[str, ...]
    warnings: tuple[str, ...]


class Sending(Shape, frozen=True, kw_only=True):
    """One message that carried the code."""

    id: UUID
    channel: str
    provider: str
    state: str
    reason: str | None
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    receipt: str | None
    receipt_reason: str | None
    receipt_at: datetime | None


class TracedChallenge(Challenge, frozen=True, kw_only=True):
    sendings: tuple[Sending, ...]
    next_step_at: datetime | None


class Judgement(Shape, frozen=True, kw_only=True):
    """What became of an answer; it is right if the `verdict` says `verified`."""

    verdict: str
    attempts_left: int | None = None
    slip: bool = False

    @property
    def is_verified(self) -> bool:
        return self.verdict == "verified"


class CustomerContact(Shape, frozen=True, kw_only=True):
    """A way to reach a customer. `address` is masked."""

    id: UUID
    kind: str
    address: str
    verified_at: datetime | None
    bad_since: datetime | None


class Customer(Shape, frozen=True, kw_only=True):
    id: UUID
    given_name: str
    family_name: str
    birth_date: date | None
    locale: str
    origin: str
    contacts: tuple[CustomerContact, ...]
    version: int
    created_at: datetime
    updated_at: datetime


class CustomerPage(Shape, frozen=True, kw_only=True):
    customers: tuple[Customer, ...]
    cursor: str | None

    @property
    def items(self) -> Sequence[Customer]:
        return self.customers


class Card(Shape, frozen=True, kw_only=True):
    id: UUID
    customer_id: UUID
    account_id: UUID
    last_four: str
    state: str
    method: str | None
    assurance: int
    verified_at: datetime | None
    is_frozen: bool
    may_collect: bool
    may_redeem: bool
    shows_balance: bool
    version: int
    created_at: datetime
    updated_at: datetime


class NewCard(Card, frozen=True, kw_only=True):
    """A card that was made, with its `number` this once."""

    number: str


class CardPage(Shape, frozen=True, kw_only=True):
    cards: tuple[Card, ...]
    cursor: str | None

    @property
    def items(self) -> Sequence[Card]:
        return self.cards


class CardAttempt(Shape, frozen=True, kw_only=True):
    """A code for a card is on its way."""

    method: str
    challenge_id: UUID | None
    contact_id: UUID | None
    expires_at: datetime


class CardJudgement(Shape, frozen=True, kw_only=True):
    verdict: str
    attempts_left: int | None = None

    @property
    def is_verified(self) -> bool:
        return self.verdict in {"verified", "already_verified"}


class Balance(Shape, frozen=True, kw_only=True):
    available: int
    reserved: int


class Earning(Balance, frozen=True, kw_only=True):
    """What a purchase has earned; `is_new` is false if it was told before."""

    points: int
    is_new: bool


class Transfer(Shape, frozen=True, kw_only=True):
    """Points that came or went. `change` is what became of what can be spent."""

    id: UUID
    kind: str
    points: int
    change: int
    redemption_id: UUID | None
    order_id: str | None
    amount: int | None
    location_id: UUID | None
    reason: str | None
    at: datetime


class TransferPage(Shape, frozen=True, kw_only=True):
    transfers: tuple[Transfer, ...]
    cursor: str | None

    @property
    def items(self) -> Sequence[Transfer]:
        return self.transfers


class Reward(Shape, frozen=True, kw_only=True):
    """What may be had for points. `names` are by language; money is in the smallest unit."""

    id: UUID
    names: Mapping[str, str]
    points: int
    value: int
    currency: str
    pos_discount_id: str | None
    locations: tuple[UUID, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    stock: int | None
    left: int | None
    at_least: int
    state: str
    version: int
    created_at: datetime
    updated_at: datetime


class RewardPage(Shape, frozen=True, kw_only=True):
    rewards: tuple[Reward, ...]
    cursor: str | None

    @property
    def items(self) -> Sequence[Reward]:
        return self.rewards


class Asking(Shape, frozen=True, kw_only=True):
    """A sale whose code is on its way, if anybody is known there."""

    id: UUID
    expires_at: datetime
    resend_at: datetime
    attempts_left: int
    code_length: int


class Choice(Shape, frozen=True, kw_only=True):
    """One of several customers who are reached there."""

    customer_id: UUID
    given_name: str
    last_four: str | None


class TillJudgement(Shape, frozen=True, kw_only=True):
    """What became of an answer; with `choices`, ask which of them it is."""

    verdict: str
    attempts_left: int | None = None
    expires_at: datetime | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def is_proven(self) -> bool:
        return self.verdict == "proven"


class TillSession(Shape, frozen=True, kw_only=True):
    id: UUID
    state: str
    kind: str
    location_id: UUID | None
    terminal_id: str | None
    staff: str | None
    reward_id: UUID | None
    amount: int | None
    way: str | None
    opened_at: datetime
    expires_at: datetime


class Opening(Shape, frozen=True, kw_only=True):
    """A sale whose wallet is open without a code."""

    id: UUID
    expires_at: datetime
    choices: tuple[Choice, ...]


class WaitingForPin(Shape, frozen=True, kw_only=True):
    """A sale that waits for the master PIN."""

    id: UUID
    expires_at: datetime


class PinEntry(Shape, frozen=True, kw_only=True):
    """What became of a master PIN that was entered. `use_id` is what reports call the exception."""

    verdict: str
    use_id: UUID | None = None
    expires_at: datetime | None = None

    @property
    def is_entered(self) -> bool:
        return self.verdict == "entered"


class Pass(Shape, frozen=True, kw_only=True):
    """What a page of a shop is given; `token` is shown this once."""

    token: str
    expires_at: datetime


class Offer(Shape, frozen=True, kw_only=True):
    """A reward, and whether this customer may have it now; if not, `because` says why."""

    reward: Reward
    may_take: bool
    because: str | None


class Wallet(Shape, frozen=True, kw_only=True):
    session_id: UUID
    customer_id: UUID | None
    name: str
    points: int
    reserved: int
    rewards: tuple[Offer, ...]
    expires_at: datetime


class Redemption(Shape, frozen=True, kw_only=True):
    id: UUID
    session_id: UUID
    customer_id: UUID
    account_id: UUID
    reward_id: UUID
    state: str
    points: int
    value: int
    currency: str
    reversed: int
    way: str
    location_id: UUID | None
    terminal_id: str | None
    staff: str | None
    order_id: str | None
    reserved_at: datetime
    expires_at: datetime
    committed_at: datetime | None
    ended_at: datetime | None


class RedemptionPage(Shape, frozen=True, kw_only=True):
    redemptions: tuple[Redemption, ...]
    cursor: str | None

    @property
    def items(self) -> Sequence[Redemption]:
        return self.redemptions


class SandboxMessage(Shape, frozen=True, kw_only=True):
    """A message as a test organisation sees it, with its code."""

    id: UUID
    channel: str
    to: str
    subject: str | None
    text: str
    code: str | None
    at: datetime
