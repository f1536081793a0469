"""Who acts in the wallet: a customer who has shown that they are it, or somebody at the door."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from watchword.features.audit.rules import Noun
from watchword.features.cards.rules import CardId, CardState
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId, Profile, target_of
from watchword.features.organisations.rules import Organisation
from watchword.features.points.ledger import Kind
from watchword.features.rewards.rules import Reward
from watchword.features.statements.rules import Line
from watchword.foundation.secret import Secret

WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever is at the door, of whom nothing is known yet."""

    organisation: Organisation

    @property
    def actor(self) -> str:
        return Noun.MACHINE.of(WALLET)


@dataclass(frozen=True, slots=True)
class Holder:
    """A customer, as the ledger names them."""

    organisation: Organisation
    customer_id: CustomerId

    @property
    def actor(self) -> str:
        return target_of(self.customer_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCard:
    """A card with what is on its account; `points` is none where they are not to be seen."""

    id: CardId
    account_id: AccountId
    number: Secret = field(repr=False)
    last_four: str = field(repr=False)
    state: CardState
    is_frozen: bool
    points: int | None
    bonus: int | None
    currency: str

    @property
    def is_usable(self) -> bool:
        """Say whether points can be spent with it."""
        return self.state is CardState.VERIFIED and not self.is_frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedReward:
    """Something that may be had for points. `missing`: so many more it takes."""

    name: str
    points: int
    missing: int
    ends_at: datetime | None = None
    is_local: bool = False
    """It is to be had at some locations only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Points that came, or went if they are below zero. `reward` is what they were put by for, and
    `was_spent` whether that was handed out; `place` is where it was."""

    kind: Kind
    points: int
    at: datetime
    reward: str | None = None
    place: str | None = None
    was_spent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """A wallet as its owner opens it: who they are, and what they hold, the best card first."""

    profile: Profile
    locale: str
    cards: tuple[HeldCard, ...]
    rewards: tuple[OfferedReward, ...] = ()
    may_spend: bool = True
    """Whether a till would find points to spend; a code would only be in vain where it does not."""

    @property
    def card(self) -> HeldCard | None:
        return next(iter(self.cards), None)


def in_order(cards: tuple[HeldCard, ...]) -> tuple[HeldCard, ...]:
    """Put the card first that works, and of those the newest; they come with the oldest first."""
    newest_first = list(reversed(cards))
    newest_first.sort(key=lambda card: not card.is_usable)
    return tuple(newest_first)


def may_spend(cards: Iterable[HeldCard]) -> bool:
    """Say whether a till finds an account that pays: of all cards that somebody has, those out of
    work too. Whoever has none may have points all the same."""
    every = tuple(cards)
    return not every or any(card.is_usable for card in every)


def within_reach(rewards: Iterable[Reward], points: int, locale: str) -> tuple[OfferedReward, ...]:
    """Give rewards as somebody with so many points sees them, the cheapest first."""
    return tuple(
        OfferedReward(
            name=each.name_in(locale),
            points=each.points,
            missing=max(each.points - points, 0),
            ends_at=each.ends_at,
            is_local=bool(each.locations),
        )
        for each in sorted(rewards, key=lambda each: each.points)
    )


def movements(lines: Iterable[Line], locale: str) -> Sequence[Movement]:
    """Give what changed what an account can spend. What was put by before is no change.

    Why staff set points right is their own word, and so is what they call an earn rule.
    """
    return [
        Movement(
            kind=each.transfer.kind,
            points=each.change,
            at=each.transfer.at,
            reward=each.reward(locale),
            place=each.place,
            was_spent=each.was_spent,
        )
        for each in lines
        if each.change
    ]


@dataclass(frozen=True, slots=True)
class SecondFact:
    """What somebody says beside the code: a date of birth, the end of a card's number, or both."""

    birth_date: date | None = field(default=None, repr=False)
    last_four: str | None = field(default=None, repr=False)

    @property
    def is_nothing(self) -> bool:
        return self.birth_date is None and self.last_four is None


def bare(id: UUID | None) -> str | None:
    return None if id is None else str(id)
