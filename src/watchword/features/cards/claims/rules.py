"""What a claim is: somebody may have a card already, and staff say whether it is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.cards.verdicts import NeedsReason, YourOwnCard
from watchword.features.customers.rules import CustomerId

ClaimId = NewType("ClaimId", UUID)


class Because(StrEnum):
    """Why a claim stands in the queue, or why it was settled without anybody."""

    EXACT = "exact"
    """All agreed: the card was linked by itself."""
    WEAK = "weak"
    """Something agrees, and not enough."""
    DOUBLE = "double"
    """More than one card would be theirs."""
    CONTRADICTING = "contradicting"
    """What they typed belongs to different people."""
    TAKEN = "taken"
    """Somebody has shown that the card is theirs, or staff have shut it."""
    CLAIMED_TWICE = "claimed_twice"
    """Somebody else has registered with the card, too: it is frozen."""
    OTHER_CONTACT = "other_contact"
    """They chose to be reached where the old customer never was."""


class ClaimState(StrEnum):
    OPEN = "open"
    LINKED = "linked"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`customer_id` has registered and has `card_id`; the `candidates` may be theirs, too."""

    id: ClaimId
    customer_id: CustomerId
    card_id: CardId
    candidates: tuple[CardId, ...]
    because: Because
    state: ClaimState = ClaimState.OPEN
    created_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The claim is decided from now on."""

    claim: Claim
    word: ClassVar = "settled"


@dataclass(frozen=True, slots=True)
class SettledBefore:
    """Somebody else has decided in the meantime."""

    claim: Claim
    word: ClassVar = "settled_before"


@dataclass(frozen=True, slots=True)
class NoCandidate:
    """The card is none of those that the claim is about, or it is deleted by now."""

    word: ClassVar = "no_candidate"


Outcome: TypeAlias = Settled | SettledBefore | NoCandidate | NeedsReason | YourOwnCard


def may_be_linked(claim: Claim, card: Card) -> bool:
    """Say whether staff may give a card to whoever claims it."""
    return card.id in claim.candidates and card.state is not CardState.DELETED


def froze(card: Card, claims: Sequence[Claim]) -> bool:
    """Say whether a card is frozen because of claims. What staff froze by hand, they thaw."""
    since = card.frozen_at
    return since is not None and any(
        each.because is Because.CLAIMED_TWICE and each.created_at >= since for each in claims
    )


def still_contested(card: CardId, others: Sequence[Claim]) -> bool:
    """Say whether anybody else still claims a card, so that it stays frozen."""
    return any(card in each.candidates for each in others if each.state is ClaimState.OPEN)
