"""What a reward is, and who may take one.

Money is counted in the smallest unit of its currency. A reward without locations may be had
everywhere; one with locations only there, and so not in a shop on the web.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.organisations.rules import LocationId

RewardId = NewType("RewardId", UUID)

NAME_AT_MOST = 60
LOCALES_AT_MOST = 20
REWARDS_AT_MOST = 500
"""That are not over, in one organisation: a till shows all that may be had there."""
POINTS_AT_MOST = 10_000_000
VALUE_AT_MOST = 1_000_000_000
STOCK_AT_MOST = 10_000_000
LOCATIONS_AT_MOST = 200
CURRENCY = re.compile(r"[A-Z]{3}")
LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
DISCOUNT = re.compile(r"[\x21-\x7e]{1,64}")


class RewardState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    """For good; it is kept, because redemptions name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What somebody offers for points. `pos_discount_id` is what a till knows it by; `at_least`
    is the smallest basket; without a `stock`, they are not counted."""

    names: Mapping[str, str]
    points: int
    value: int
    currency: str
    pos_discount_id: str | None = None
    locations: frozenset[LocationId] = frozenset()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    stock: int | None = None
    at_least: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """`taken` counts those that were taken and not put back, since `counted_since`."""

    word: ClassVar = "reward"

    id: RewardId
    names: Mapping[str, str]
    points: int
    value: int
    currency: str
    pos_discount_id: str | None = None
    locations: frozenset[LocationId] = frozenset()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    stock: int | None = None
    taken: int = 0
    counted_since: datetime | None = field(default=None, repr=False)
    at_least: int = 0
    state: RewardState = RewardState.ACTIVE
    version: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def left(self) -> int | None:
        """How many there are still; nothing, if they are not counted."""
        return None if self.stock is None else max(0, self.stock - self.taken)

    def name_in(self, locale: str) -> str:
        return name_among(self.names, locale)


class WhyNot(StrEnum):
    """Why somebody cannot take a reward. The first that is true is said."""

    NOT_OFFERED = "not_offered"
    """It is paused or over, or its time has not come or is over."""
    NOT_HERE = "not_here"
    BLOCKED = "blocked"
    """The customer may collect, and not redeem."""
    NONE_LEFT = "none_left"
    BASKET_TOO_SMALL = "basket_too_small"
    TOO_FEW_POINTS = "too_few_points"


@dataclass(frozen=True, slots=True)
class MayTake:
    """It may be had."""


@dataclass(frozen=True, slots=True)
class MayNotTake:
    word: ClassVar = "may_not_take"

    why: WhyNot


@dataclass(frozen=True, slots=True)
class BadOffer:
    """A field says what cannot be."""

    word: ClassVar = "bad_offer"

    field: str
    because: str


@dataclass(frozen=True, slots=True)
class TooManyRewards:
    word: ClassVar = "too_many_rewards"

    at_most: int = REWARDS_AT_MOST


@dataclass(frozen=True, slots=True)
class RewardOutOfDate:
    """Somebody has changed it since; it is in this version by now."""

    word: ClassVar = "out_of_date"

    version: int


@dataclass(frozen=True, slots=True)
class RewardEnded:
    """It is over for good, and does not change any more."""

    word: ClassVar = "ended"


Refused: TypeAlias = BadOffer | TooManyRewards | RewardOutOfDate | RewardEnded


def name_among(names: Mapping[str, str], locale: str) -> str:
    """Give the name in a language, in the nearest that there is, or in the first."""
    nearest = names.get(locale) or names.get(locale.partition("-")[0])
    return nearest or next(iter(names.values()))


def may_take(
    reward: Reward,
    balance: int,
    location: LocationId | None,
    basket: int | None,
    *,
    now: datetime,
    blocked: bool,
) -> MayTake | MayNotTake:
    """Say whether somebody may take a reward. `basket` is what they buy, if that is known yet;
    `location` is where they are, or nothing on the web."""
    reasons = (
        (not is_offered(reward, now), WhyNot.NOT_OFFERED),
        (not is_for(reward, location), WhyNot.NOT_HERE),
        (blocked, WhyNot.BLOCKED),
        (reward.left == 0, WhyNot.NONE_LEFT),
        (basket is not None and basket < reward.at_least, WhyNot.BASKET_TOO_SMALL),
        (balance < reward.points, WhyNot.TOO_FEW_POINTS),
    )
    why = next((why for is_so, why in reasons if is_so), None)
    return MayTake() if why is None else MayNotTake(why)


def is_offered(reward: Reward, now: datetime) -> bool:
    has_begun = reward.starts_at is None or reward.starts_at <= now
    goes_on = reward.ends_at is None or now < reward.ends_at
    return reward.state is RewardState.ACTIVE and has_begun and goes_on


def is_for(reward: Reward, location: LocationId | None) -> bool:
    return not reward.locations or location in reward.locations


def find_fault(offer: Offer) -> BadOffer | None:  # noqa: PLR0911 - one for each fault
    """Look for what cannot be in an offer."""
    if fault := _find_fault_of_names(offer.names):
        return fault
    for name, number, most in (
        ("points", offer.points, POINTS_AT_MOST),
        ("value", offer.value, VALUE_AT_MOST),
        ("at_least", offer.at_least, VALUE_AT_MOST),
        ("stock", offer.stock or 0, STOCK_AT_MOST),
    ):
        if not 0 <= number <= most:
            return BadOffer(name, f"It is between 0 and {most}.")
    if not CURRENCY.fullmatch(offer.currency):
        return BadOffer("currency", "A currency has three capital letters, as ISO 4217 has it.")
    if offer.pos_discount_id is not None and not DISCOUNT.fullmatch(offer.pos_discount_id):
        return BadOffer("pos_discount_id", "It has 1 to 64 printable ASCII characters, no space.")
    if len(offer.locations) > LOCATIONS_AT_MOST:
        return BadOffer("locations", f"A reward names {LOCATIONS_AT_MOST} locations at most.")
    if offer.starts_at and offer.ends_at and offer.ends_at <= offer.starts_at:
        return BadOffer("ends_at", "It ends before it begins.")
    return None


def _find_fault_of_names(names: Mapping[str, str]) -> BadOffer | None:
    if not 1 <= len(names) <= LOCALES_AT_MOST:
        return BadOffer("names", f"A reward has a name in 1 to {LOCALES_AT_MOST} languages.")
    if not all(map(LOCALE.fullmatch, names)):
        return BadOffer("names", "A language is written like de or de-AT.")
    if not all(map(_is_name, names.values())):
        return BadOffer("names", f"A name has 1 to {NAME_AT_MOST} printable characters.")
    return None


def _is_name(name: str) -> bool:
    return bool(name.strip()) and len(name) <= NAME_AT_MOST and name.isprintable()


def made(id: RewardId, offer: Offer, now: datetime) -> Reward:
    return Reward(
        id=id,
        **_terms(offer),  # type: ignore[arg-type]
        counted_since=None if offer.stock is None else now,
        created_at=now,
        updated_at=now,
    )


def changed(
    reward: Reward, offer: Offer, state: RewardState, version: int, now: datetime
) -> Reward | RewardOutOfDate | RewardEnded:
    """Change a reward as somebody saw it: in that `version`, or not at all."""
    if reward.state is RewardState.ENDED:
        return RewardEnded()
    if reward.version != version:
        return RewardOutOfDate(reward.version)
    is_counted, was_counted = offer.stock is not None, reward.stock is not None
    after = replace(
        reward,
        **_terms(offer),  # type: ignore[arg-type]
        state=state,
        version=reward.version + 1,
        updated_at=now,
    )
    if is_counted == was_counted:
        return after
    return replace(after, taken=0, counted_since=now if is_counted else None)


def taken(reward: Reward) -> Reward:
    """Count one that somebody takes."""
    return reward if reward.stock is None else replace(reward, taken=reward.taken + 1)


def put_back(reward: Reward, taken_at: datetime) -> Reward:
    """Count one that comes back, unless it was taken when nobody counted."""
    if reward.counted_since is None or taken_at < reward.counted_since:
        return reward
    return replace(reward, taken=max(0, reward.taken - 1))


def offer_of(reward: Reward) -> Offer:
    return Offer(**{name: getattr(reward, name) for name in Offer.__slots__})


def _terms(offer: Offer) -> dict[str, object]:
    return {name: getattr(offer, name) for name in Offer.__slots__}
