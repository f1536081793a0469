"""What a redemption is, and what may still become of it.

A reservation is a promise for half an hour. Committed, it is spent; released, it is as if it had
never been. Of what was spent, never more comes back than there was. Tills say everything more than
once and in any order, so whoever says the same again is told what is.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import Reward, RewardId
from watchword.features.tills.rules import Proof, TillSession, TillSessionId

RedemptionId = NewType("RedemptionId", UUID)

HELD_FOR = timedelta(minutes=30)
SAME_ORDER_FOR = timedelta(days=1)
"""So long an order of the same integration is the same one; later, its tills may count anew."""
WORD = re.compile(r"[\x21-\x7e]{1,64}")
"""What an order or a reversal may be known by."""


class State(StrEnum):
    RESERVED = "reserved"
    COMMITTED = "committed"
    RELEASED = "released"
    REVERSED = "reversed"
    """All of it was given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """`points` are what it costs, `value` what it is worth in the smallest unit of the currency,
    and `reversed` how many points were given back. `client` is who reserved it."""

    word: ClassVar = "redemption"

    id: RedemptionId
    session_id: TillSessionId
    account_id: AccountId
    customer_id: CustomerId
    reward_id: RewardId
    state: State = State.RESERVED
    points: int
    value: int
    currency: str
    reversed: int = 0
    way: Proof
    client: str
    location_id: LocationId | None = None
    terminal_id: str | None = None
    staff: str | None = None
    order_id: str | None = None
    reserved_at: datetime
    expires_at: datetime
    committed_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Reversal:
    """So many points came back, under a name of whoever asked for it."""

    reference: str
    points: int


@dataclass(frozen=True, slots=True)
class OtherOrder:
    """It was committed for another order."""

    word: ClassVar = "other_order"


@dataclass(frozen=True, slots=True)
class TooLate:
    """The time for which it was reserved is over, or it was released or reversed."""

    word: ClassVar = "too_late"

    state: State


@dataclass(frozen=True, slots=True)
class NotCommitted:
    """Nothing is spent yet, so nothing comes back: release it instead."""

    word: ClassVar = "not_committed"


@dataclass(frozen=True, slots=True)
class AlreadySpent:
    """It is committed. Only a reversal gives anything back."""

    word: ClassVar = "already_spent"


@dataclass(frozen=True, slots=True)
class MoreThanLeft:
    """More is to come back than is still spent."""

    word: ClassVar = "more_than_left"

    left: int


@dataclass(frozen=True, slots=True)
class OtherReversal:
    """The reference was used before, for other points."""

    word: ClassVar = "other_reversal"


@dataclass(frozen=True, slots=True)
class BadWord:
    """An order or a reversal is named by something that is no name."""

    word: ClassVar = "bad_word"

    field: str
    because: str = "It has 1 to 64 printable ASCII characters, no space."


NotCommittable: TypeAlias = OtherOrder | TooLate
NotReversible: TypeAlias = NotCommitted | MoreThanLeft | OtherReversal | TooLate


def reserved(
    id: RedemptionId, session: TillSession, account_id: AccountId, reward: Reward, now: datetime
) -> Redemption:
    """Reserve a reward for a customer who has proven to be there."""
    if session.customer_id is None or session.way is None:
        raise ValueError("Nobody has proven to be there.")
    return Redemption(
        id=id,
        session_id=session.id,
        account_id=account_id,
        customer_id=session.customer_id,
        reward_id=reward.id,
        points=reward.points,
        value=reward.value,
        currency=reward.currency,
        way=session.way,
        client=session.client,
        location_id=session.location_id,
        terminal_id=session.terminal_id,
        staff=session.staff,
        reserved_at=now,
        expires_at=now + HELD_FOR,
    )


def committed(
    before: Redemption, order_id: str | None, now: datetime
) -> Redemption | NotCommittable:
    """Spend what is reserved; what was spent for the same order stays as it is."""
    if before.state is State.COMMITTED:
        return before if before.order_id == order_id else OtherOrder()
    if before.state is not State.RESERVED or now >= before.expires_at:
        return TooLate(before.state)
    return replace(
        before,
        state=State.COMMITTED,
        order_id=order_id,
        committed_at=now,
        version=before.version + 1,
    )


def is_same_spending(
    before: Redemption, session: TillSession, reward_id: RewardId, order_id: str, now: datetime
) -> bool:
    """Say whether somebody means what was spent in another sale, and has not heard of it."""
    is_order = (before.order_id, before.reward_id) == (order_id, reward_id)
    is_whose = (before.client, before.customer_id) == (session.client, session.customer_id)
    is_there = before.location_id == session.location_id
    return is_order and is_whose and is_there and now < before.reserved_at + SAME_ORDER_FOR


def released(before: Redemption, now: datetime) -> Redemption | AlreadySpent:
    """Let a customer have again what is reserved; twice is as good as once."""
    if before.state is State.RELEASED:
        return before
    if before.state is not State.RESERVED:
        return AlreadySpent()
    return replace(before, state=State.RELEASED, ended_at=now, version=before.version + 1)


def reversed_(
    before: Redemption, wanted: Reversal | None, told: Reversal | None, now: datetime
) -> Redemption | NotReversible:
    """Give back some of what was spent, or all that is left of it.

    `wanted` is nothing where all that is left comes back; `told` is what was said before under the
    same reference.
    """
    if told is not None:
        is_all = before.state is State.REVERSED
        is_same = is_all if wanted is None else wanted.points == told.points
        return before if is_same else OtherReversal()
    if before.state in (State.RESERVED, State.RELEASED):
        return NotCommitted() if before.state is State.RESERVED else TooLate(before.state)
    left = before.points - before.reversed
    points = left if wanted is None else wanted.points
    if before.state is State.REVERSED or not 0 <= points <= left or (points == 0 < left):
        return MoreThanLeft(left)
    is_all = points == left
    return replace(
        before,
        state=State.REVERSED if is_all else State.COMMITTED,
        reversed=before.reversed + points,
        ended_at=now if is_all else None,
        version=before.version + 1,
    )
