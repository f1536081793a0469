"""What an exception from proof is, how many there may be, and what a customer may say to it.

It is good for one sale, raises nobody's assurance, and looks like what it is in every report.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType
from uuid import UUID

from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import Exceptions
from watchword.features.redemptions.rules import Redemption, RedemptionId
from watchword.features.rewards.rules import RewardId
from watchword.features.tills.rules import TillSessionId

UseId = NewType("UseId", UUID)

DAY = timedelta(days=1)
"""Caps hold for any day that ends now, not from midnight on: nobody waits for the stroke of it."""


class Kind(StrEnum):
    MASTER_PIN = "master_pin"
    """Staff entered the master PIN of their location."""
    DIRECT = "direct"
    """An integration needs no code, because an owner has said so."""
    LOOK = "look"
    """Staff looked at the code in a customer's wallet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One exception. `staff` is who made it, as the ledger names them; `value` is what it was worth
    in the smallest unit of the currency: nothing, until a reward is chosen."""

    id: UseId
    kind: Kind
    session_id: TillSessionId | None = None
    redemption_id: RedemptionId | None = None
    reward_id: RewardId | None = None
    customer_id: CustomerId | None
    location_id: LocationId | None = None
    terminal_id: str | None = None
    staff: str
    value: int = 0
    currency: str = ""
    at: datetime
    told: bool = False
    """Whether the customer could be told. Whoever was not cannot object."""
    disputed_at: datetime | None = None


class Cap(StrEnum):
    """What exceptions are counted by."""

    STAFF = "staff"
    TERMINAL = "terminal"
    CUSTOMER = "customer"
    VALUE = "value"
    """What one of them may be worth."""
    DAY = "day"
    """What all of a location may be worth in a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What there was within a day, before the one that is asked for."""

    by_staff: int = 0
    by_terminal: int = 0
    by_customer: int = 0
    value: int = 0


@dataclass(frozen=True, slots=True)
class CapReached:
    """There were as many exceptions as there may be, or they would be worth too much."""

    word: ClassVar = "cap_reached"

    cap: Cap
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptional:
    """An exception as it is asked for."""

    kind: Kind
    session_id: TillSessionId | None
    customer_id: CustomerId | None
    location_id: LocationId | None
    terminal_id: str | None
    staff: str
    reason: str | None = field(default=None, repr=False)
    reward_id: RewardId | None = None
    reward_name: Mapping[str, str] = field(default_factory=dict, repr=False)
    value: int = 0
    currency: str = ""


def capped(tally: Tally, settings: Exceptions, value: int) -> CapReached | None:
    """Say which cap stands in the way of one more use of the master PIN."""
    counted = (
        (Cap.STAFF, tally.by_staff, settings.uses_by_staff),
        (Cap.TERMINAL, tally.by_terminal, settings.uses_by_terminal),
        (Cap.CUSTOMER, tally.by_customer, settings.uses_by_customer),
    )
    for cap, found, at_most in counted:
        if found >= at_most:
            return CapReached(cap, at_most)
    return worth_too_much(tally.value, settings, value)


def worth_too_much(so_far: int, settings: Exceptions, value: int) -> CapReached | None:
    """Say whether one is worth too much: by itself, or with those of the day."""
    if value > settings.value_once:
        return CapReached(Cap.VALUE, settings.value_once)
    if value and so_far + value > settings.value_a_day:
        return CapReached(Cap.DAY, settings.value_a_day)
    return None


def disputed(use: Use, now: datetime) -> Use | None:
    """Note that a customer says not to have been there; nothing, if they have said so before."""
    return None if use.disputed_at is not None else replace(use, disputed_at=now)


def facts_of(use: Use | Exceptional) -> Iterator[tuple[str, str | int]]:
    """Give what the ledger and whoever listens are told of a use: ids and numbers."""
    yield "kind", use.kind
    for name in ("session_id", "redemption_id", "reward_id", "customer_id", "location_id"):
        if (id := getattr(use, name, None)) is not None:
            yield name, str(id)
    if use.terminal_id is not None:
        yield "terminal_id", use.terminal_id
    yield "staff", use.staff
    if use.currency:
        yield "value", use.value
        yield "currency", use.currency


def bound(use: Use, redemption: Redemption) -> Use:
    """Say for what an exception is used, and of whom, if that was to be chosen yet."""
    return replace(
        use,
        redemption_id=redemption.id,
        reward_id=redemption.reward_id,
        customer_id=use.customer_id or redemption.customer_id,
        value=redemption.value,
        currency=redemption.currency,
    )
