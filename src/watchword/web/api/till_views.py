"""What a till sends, and what it is shown of a sale."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from watchword.features.rewards.rules import MayNotTake, MayTake, Reward, WhyNot
from watchword.features.tills.rules import Kind as SaleKind
from watchword.features.tills.rules import (
    Proof,
    State,
    TillSession,
)
from watchword.features.tills.verdicts import (
    Asking,
    Choice,
)
from watchword.web.api.rewards import Count, RewardView, reward_view
from watchword.web.requests import Body

Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=80, examples=["till-3"])]
Scanned: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64, examples=["2900000000018"])]
Language: TypeAlias = Annotated[str, Meta(min_length=2, max_length=35, examples=["de"])]


class NewTillSession(Body, frozen=True, kw_only=True):
    """A sale that begins, and by what its customer is known: one of `phone`, `email`, `card` and
    `qr`. What is named here is what the customer agrees to."""

    phone: Annotated[str, Meta(max_length=40, examples=["+491701234567"])] | None = None
    email: Annotated[str, Meta(max_length=254, examples=["ann@example.org"])] | None = None
    card: Scanned | None = None
    qr: Scanned | None = None
    kind: SaleKind = SaleKind.STORE
    location_id: UUID | None = None
    terminal_id: Name | None = None
    staff: Name | None = None
    reward_id: UUID | None = None
    amount: Count | None = None
    locale: Language | None = None
    send: bool = True


class NewTillAnswer(Body, frozen=True):
    """What was typed."""

    code: Annotated[str, Meta(max_length=64, examples=["123456"])]


class NewTillSending(Body, frozen=True):
    """Nothing is to be said."""


class NewTillEnding(Body, frozen=True):
    """Nothing is to be said."""


class NewChoice(Body, frozen=True):
    """Which of several customers stands at the till."""

    customer_id: UUID


class AskingView(Struct, frozen=True):
    """A code is on its way, if anybody is known there."""

    id: UUID
    expires_at: datetime
    resend_at: datetime
    attempts_left: int
    code_length: int


class ChoiceView(Struct, frozen=True):
    """One of several customers who are reached there."""

    customer_id: UUID
    given_name: str
    last_four: str | None


class TillVerdict(StrEnum):
    PROVEN = "proven"
    WRONG = "wrong"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"
    SUPERSEDED = "superseded"
    """Another till has asked for the same customer since."""
    BURNT = "burnt"
    OVER = "session_over"


class TillJudgement(Struct, frozen=True):
    """What became of an answer."""

    verdict: TillVerdict
    attempts_left: int | UnsetType = UNSET
    expires_at: datetime | UnsetType = UNSET
    choices: list[ChoiceView] | UnsetType = UNSET


class TillSessionView(Struct, frozen=True):
    """A sale, as it stands."""

    id: UUID
    state: State
    kind: SaleKind
    location_id: UUID | None
    terminal_id: str | None
    staff: str | None
    reward_id: UUID | None
    amount: int | None
    way: Proof | None
    opened_at: datetime
    expires_at: datetime


class OfferView(Struct, frozen=True):
    """A reward, and whether this customer may have it now."""

    reward: RewardView
    may_take: bool
    because: WhyNot | None


class WalletView(Struct, frozen=True):
    """What a till sees of a customer who has proven to be there."""

    session_id: UUID
    customer_id: UUID | None
    name: str
    points: int
    reserved: int
    rewards: list[OfferView]
    expires_at: datetime


class OpeningView(Struct, frozen=True):
    """A sale whose wallet is open without a code."""

    id: UUID
    expires_at: datetime
    choices: list[ChoiceView]


def asking_view(asking: Asking) -> AskingView:
    return AskingView(
        id=asking.id,
        expires_at=asking.expires_at,
        resend_at=asking.resend_at,
        attempts_left=asking.attempts_left,
        code_length=asking.code_length,
    )


def shown_view(sale: TillSession) -> TillSessionView:
    return TillSessionView(
        id=sale.id,
        state=sale.state,
        kind=sale.kind,
        location_id=sale.location_id,
        terminal_id=sale.terminal_id,
        staff=sale.staff,
        reward_id=sale.wanted.reward_id,
        amount=sale.wanted.amount,
        way=sale.way,
        opened_at=sale.opened_at,
        expires_at=sale.expires_at,
    )


def choice_view(choice: Choice) -> ChoiceView:
    return ChoiceView(choice.customer_id, choice.given_name, choice.last_four)


def offer_view(reward: Reward, verdict: MayTake | MayNotTake) -> OfferView:
    because = verdict.why if isinstance(verdict, MayNotTake) else None
    return OfferView(reward_view(reward), because is None, because)
