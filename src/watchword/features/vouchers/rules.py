"""What a voucher is: a reward that a customer took along, for a till that has no line.

Its points are put by at once, so that nothing can be spent that is not there. A till settles it
later, or they come back by themselves. It cannot be given back before: somebody may have shown it
to a till that we have not heard of.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.audit.rules import Action
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import Offline
from watchword.features.redemptions.rules import Redemption, RedemptionId
from watchword.features.redemptions.rules import State as Redeemed
from watchword.features.rewards.rules import (
    MayNotTake,
    MayTake,
    Reward,
    RewardId,
    is_for,
    may_take,
)
from watchword.features.tills.rules import NoAccount, Proof, TillSessionId
from watchword.features.tills.terminals.rules import Terminal
from watchword.features.vouchers.tokens import Promise, VoucherKey, digest_of
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.foundation.ids import new_id

VoucherId = NewType("VoucherId", UUID)
WishId = NewType("WishId", UUID)
"""By this a form is known that is sent twice. Whoever sends it chooses it, so it names nothing."""


class State(StrEnum):
    OPEN = "open"
    """Its points are put by. It is with the customer, or with a till that has not told us yet."""
    SETTLED = "settled"
    RELEASED = "released"
    """Nobody settled it in time, and its points are back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """`wish_id` is what it came of. `key_version` signed it; `digest` is of the whole of what was
    signed."""

    id: VoucherId
    wish_id: WishId
    customer_id: CustomerId
    account_id: AccountId
    reward_id: RewardId
    location_id: LocationId
    state: State = State.OPEN
    points: int
    value: int
    currency: str
    at_least: int
    pos_discount_id: str | None
    key_version: int
    digest: bytes
    taken_at: datetime
    ends_at: datetime
    releases_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A reward that a customer wants to take along to a location. Sent twice with one `id`, it is
    one wish of this customer; what the voucher will be called we draw ourselves."""

    id: WishId
    customer_id: CustomerId
    reward_id: RewardId
    location_id: LocationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a customer may take along, and to where. A voucher is good for `hours`, and its points
    come back `grace` hours after, if no till has settled it."""

    is_on: bool
    is_full: bool
    is_blocked: bool
    out: int
    has_account: bool
    rewards: tuple[Reward, ...]
    places: tuple[Location, ...]
    hours: int
    grace: int


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """The organisation has no vouchers."""

    word: ClassVar = "switched_off"


@dataclass(frozen=True, slots=True)
class NotThere:
    """The location is not there, or closed, or has no till; or there is no such reward."""

    word: ClassVar = "not_there"


@dataclass(frozen=True, slots=True)
class TooManyOut:
    """The customer has so many out already, or for so much."""

    word: ClassVar = "too_many_out"

    count: int
    value: int


Refused: TypeAlias = SwitchedOff | NotThere | TooManyOut | NoAccount | MayNotTake


def choice_of(
    bounds: Offline,
    out: Sequence[Voucher],
    points: int | None,
    *,
    is_blocked: bool = False,
    rewards: Iterable[Reward],
    locations: Iterable[Location],
    tills: Iterable[Terminal],
    now: datetime,
) -> Choice:
    """Give what somebody with so many points may take along: nothing, if none can be spent."""
    with_till = places_of(tills)
    places = tuple(each for each in locations if _takes_in(each, with_till))

    def is_within_reach(reward: Reward) -> bool:
        place = next((each for each in places if is_for(reward, each.id)), None)
        if refuse(reward, place, with_till=with_till, out=out, bounds=bounds) or place is None:
            return False
        verdict = may_take(
            reward, points or 0, place.id, reward.at_least, now=now, blocked=is_blocked
        )
        return points is not None and isinstance(verdict, MayTake)

    within_reach = filter(is_within_reach, sorted(rewards, key=lambda each: each.points))
    return Choice(
        is_on=bounds.offline_vouchers,
        is_full=len(out) >= bounds.vouchers_by_customer,
        is_blocked=is_blocked,
        out=len(out),
        has_account=points is not None,
        rewards=tuple(within_reach),
        places=places,
        hours=bounds.voucher_hours,
        grace=bounds.grace_hours,
    )


def places_of(tills: Iterable[Terminal]) -> frozenset[LocationId]:
    """Give where a till is at work."""
    return frozenset(each.location_id for each in tills if each.is_good)


def refuse(
    reward: Reward | None,
    place: Location | None,
    *,
    with_till: Collection[LocationId],
    out: Sequence[Voucher],
    bounds: Offline,
) -> NotThere | TooManyOut | None:
    """Say why a customer who has these out may not take a reward along to a place. Whether they may
    have it at all is asked as it is of any other reward."""
    if reward is None or place is None or not _takes_in(place, with_till):
        return NotThere()
    count, value = len(out), sum(each.value for each in out)
    is_full = count >= bounds.vouchers_by_customer
    if is_full or value + reward.value > bounds.value_by_customer:
        return TooManyOut(bounds.vouchers_by_customer, bounds.value_by_customer)
    return None


def _takes_in(place: Location, with_till: Collection[LocationId]) -> bool:
    return place.is_open and place.id in with_till


def promised(id: VoucherId, wish: Wish, reward: Reward, bounds: Offline, now: datetime) -> Promise:
    """Say what a voucher says that is taken now."""
    begins = now.replace(microsecond=0)
    return Promise(
        id=id,
        reward_id=reward.id,
        location_id=wish.location_id,
        starts_at=begins,
        ends_at=begins + timedelta(hours=bounds.voucher_hours),
        value=reward.value,
        at_least=reward.at_least,
        currency=reward.currency,
        pos_discount_id=reward.pos_discount_id,
    )


def signed(
    wish: Wish,
    promise: Promise,
    key: VoucherKey,
    *,
    account_id: AccountId,
    reward: Reward,
    bounds: Offline,
    now: datetime,
) -> Voucher:
    """Give a voucher as it is kept: what it says, and by what we know it again."""
    return Voucher(
        id=VoucherId(promise.id),
        wish_id=wish.id,
        customer_id=wish.customer_id,
        account_id=account_id,
        reward_id=reward.id,
        location_id=wish.location_id,
        points=reward.points,
        value=promise.value,
        currency=promise.currency,
        at_least=promise.at_least,
        pos_discount_id=promise.pos_discount_id,
        key_version=key.version,
        digest=digest_of(key.write(promise)),
        taken_at=now,
        ends_at=promise.ends_at,
        releases_at=promise.ends_at + timedelta(hours=bounds.grace_hours),
    )


def promise_of(voucher: Voucher) -> Promise:
    """Say once more what a voucher says."""
    return Promise(
        id=voucher.id,
        reward_id=voucher.reward_id,
        location_id=voucher.location_id,
        starts_at=voucher.taken_at.replace(microsecond=0),
        ends_at=voucher.ends_at,
        value=voucher.value,
        at_least=voucher.at_least,
        currency=voucher.currency,
        pos_discount_id=voucher.pos_discount_id,
    )


def settled(voucher: Voucher, now: datetime) -> Voucher:
    return replace(voucher, state=State.SETTLED, ended_at=now)


def released(voucher: Voucher, now: datetime) -> Voucher | None:
    """Let the points of a voucher come back, if its time and the grace are over."""
    if voucher.state is not State.OPEN or now < voucher.releases_at:
        return None
    return replace(voucher, state=State.RELEASED, ended_at=now)


def is_shown(voucher: Voucher, now: datetime) -> bool:
    """Say whether a till may still take it in."""
    return voucher.state is State.OPEN and now <= voucher.ends_at


def redeemed(
    voucher: Voucher, client: str, terminal_id: str, order_id: str | None, now: datetime
) -> Redemption:
    """Give the redemption that a settled voucher is: it has its name, and is a sale of its own."""
    return Redemption(
        id=RedemptionId(voucher.id),
        session_id=TillSessionId(voucher.id),
        account_id=voucher.account_id,
        customer_id=voucher.customer_id,
        reward_id=voucher.reward_id,
        state=Redeemed.COMMITTED,
        points=voucher.points,
        value=voucher.value,
        currency=voucher.currency,
        way=Proof.VOUCHER,
        client=client,
        location_id=voucher.location_id,
        terminal_id=terminal_id,
        order_id=order_id,
        reserved_at=voucher.taken_at,
        expires_at=voucher.releases_at,
        committed_at=now,
    )


def target_of(id: UUID) -> str:
    """Write a voucher as the ledger does."""
    return f"voucher:{id}"


TOLD = {
    Action.VOUCHER_TAKEN: EventKind.VOUCHER_TAKEN,
    Action.VOUCHER_RELEASED: EventKind.VOUCHER_RELEASED,
}


def news_of(kind: EventKind, voucher: Voucher, now: datetime) -> Event:
    return Event(
        kind=kind,
        id=EventId(new_id()),
        at=now,
        about=str(voucher.id),
        data={
            "voucher_id": str(voucher.id),
            "customer_id": str(voucher.customer_id),
            "account_id": str(voucher.account_id),
            "reward_id": str(voucher.reward_id),
            "location_id": str(voucher.location_id),
            "state": voucher.state,
            "points": voucher.points,
            "value": voucher.value,
            "currency": voucher.currency,
        },
    )
