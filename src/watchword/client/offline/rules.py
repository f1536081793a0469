"""Whether a till takes a voucher in that it can ask nobody about. Pure: it looks at no clock."""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from watchword.client.offline.promises import Promise, Scanned, is_signed
from watchword.client.voucher_shapes import VoucherKit
from watchword.client.vouchers import TakenIn

TOLERANCE = timedelta(minutes=5)
"""So far clocks may be apart without anybody minding."""


class Why(StrEnum):
    """Why a till takes a voucher not."""

    NO_KIT = "no_kit"
    """It has not learned yet whose vouchers it takes: `learn` first."""
    KIT_TOO_OLD = "kit_too_old"
    CLOCK = "clock"
    """The clock of the till went back. `learn` sets it right."""
    UNREADABLE = "unreadable"
    FORGED = "forged"
    """Nobody whom the till knows has signed it; with a new kit, it may know them."""
    ELSEWHERE = "elsewhere"
    """It is for another location."""
    NOT_YET = "not_yet"
    OVER = "over"
    TAKEN_BEFORE = "taken_before"
    BASKET_TOO_SMALL = "basket_too_small"
    FULL = "full"
    """The till may take no more before it has settled."""


@dataclass(frozen=True, slots=True)
class Taken:
    """It counts: give the reward. `again`: it was taken in before, for the same order."""

    promise: Promise
    taken_at: datetime
    again: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Give nothing. `earlier` is what the till took in, where it was the same voucher."""

    why: Why
    promise: Promise | None = None
    earlier: TakenIn | None = None


Answer: TypeAlias = Taken | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a till remembers. `last`: the latest moment that it has seen; `count` and `value` are
    what it took in and has not settled; `earlier` is what it knows of this very voucher."""

    kit: VoucherKit | None = None
    last: datetime | None = None
    count: int = 0
    value: int = 0
    earlier: TakenIn | None = field(default=None, repr=False)


def judge(
    scanned: Scanned | None,
    memory: Memory,
    now: datetime,
    *,
    amount: int | None = None,
    order_id: str | None = None,
) -> Answer:
    """Say whether a till takes a voucher in; `amount` is what its customer buys, if that counts."""
    if scanned and memory.earlier and memory.earlier.voucher == scanned.text:
        # It was good when it was taken in, whatever has become of the kit and the clock since.
        return _told_before(scanned.promise, memory.earlier, order_id)
    if why := _unfit(memory, now):
        return Refused(why)
    kit = memory.kit
    if scanned is None or kit is None:
        return Refused(Why.UNREADABLE)
    promise = scanned.promise
    keys = {each.id: base64.b64decode(each.public) for each in kit.keys}
    if not is_signed(scanned, kit.organisation_id, keys):
        return Refused(Why.FORGED)
    if memory.earlier is not None:  # Another key has signed the same voucher.
        return _told_before(promise, memory.earlier, order_id)
    why = _unfit_for(promise, memory, kit, now, amount)
    return Taken(promise, now) if why is None else Refused(why, promise)


def _unfit(memory: Memory, now: datetime) -> Why | None:
    """Say why a till takes nothing at all."""
    if memory.kit is None or memory.last is None:
        return Why.NO_KIT
    if now < memory.last - TOLERANCE:
        return Why.CLOCK
    return Why.KIT_TOO_OLD if now >= memory.kit.ends_at else None


def _told_before(promise: Promise, earlier: TakenIn, order_id: str | None) -> Answer:
    """A till that died before it answered is asked again, for the same order."""
    if order_id is not None and earlier.order_id == order_id:
        return Taken(promise, earlier.taken_at, again=True)
    return Refused(Why.TAKEN_BEFORE, promise, earlier)


def _unfit_for(
    promise: Promise, memory: Memory, kit: VoucherKit, now: datetime, amount: int | None
) -> Why | None:
    reasons = (
        (promise.location_id != kit.location_id, Why.ELSEWHERE),
        (now < promise.starts_at - TOLERANCE, Why.NOT_YET),
        (now > promise.ends_at, Why.OVER),
        ((amount or 0) < promise.at_least, Why.BASKET_TOO_SMALL),
        (memory.count >= kit.count, Why.FULL),
        (memory.value + promise.value > kit.value, Why.FULL),
    )
    return next((why for is_so, why in reasons if is_so), None)
