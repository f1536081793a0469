"""What becomes of a voucher that a till took in without a line, once it tells us.

Whether its points move is decided by whether they are still put by, never by the clock of a till:
so a clock that is wrong costs the customer nothing. What a till says of the time is set right by
what its clock says now, and whatever lies outside the voucher's own time is marked as late.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from watchword.features.organisations.rules import LocationId
from watchword.features.tills.terminals.rules import Terminal, TerminalId
from watchword.features.vouchers.rules import State, Voucher, VoucherId
from watchword.features.vouchers.tokens import Written
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.foundation.ids import new_id
from watchword.foundation.secret import Secret

UseId = NewType("UseId", UUID)

TAKEN_IN_AT_MOST = 20
"""In one bundle: more of them would be too long for a request."""
TOLERANCE = timedelta(minutes=5)
"""So far clocks of tills may be off before anybody is told."""
CLOCK_OFF_AT_MOST = timedelta(days=3650)


class Verdict(StrEnum):
    """What becomes of a voucher that a till took in. All but the first are losses."""

    SETTLED = "settled"
    DOUBLE = "double"
    """Another till took it in, too, and told us before; or the same one, for another order."""
    EXPIRED = "expired"
    """Its points were back with the customer when the till told us, or not where they belong."""
    ELSEWHERE = "elsewhere"
    """It was for another location."""
    UNKNOWN = "unknown"
    """We have signed it, and know nothing of it: a backup was restored that is older."""
    FORGED = "forged"
    """We have never signed it."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A voucher that a till took in; `taken_at` is by its own clock."""

    voucher: Secret
    taken_at: datetime
    order_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a till told us, once for each order. `loss` is what was handed out for nothing, as far
    as we know; `clock_off` how far its clock was ahead of ours."""

    id: UseId
    voucher_id: VoucherId | None
    terminal_id: TerminalId
    location_id: LocationId
    digest: bytes
    order_id: str | None
    verdict: Verdict
    loss: int
    currency: str
    is_late: bool
    clock_off: timedelta
    taken_at: datetime
    settled_at: datetime

    @property
    def has_wrong_clock(self) -> bool:
        return abs(self.clock_off) > TOLERANCE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of what was taken in; `again`: the same till had told us of it before, for the
    same order."""

    use: Use
    again: bool = False


def judge(  # noqa: PLR0911 - one for each verdict
    written: Written | None,
    found: Voucher | None,
    digest: bytes,
    location_id: LocationId,
    *,
    is_signed: bool,
) -> Verdict:
    """Say what becomes of a voucher; `found` is what we hold under its name, `is_signed` whether a
    key of ours has signed it. A key that was given up signs nothing; what it had signed is known
    by its digest."""
    if written is None:
        return Verdict.FORGED
    if found is None:
        return Verdict.UNKNOWN if is_signed else Verdict.FORGED
    if found.digest != digest:
        return Verdict.FORGED
    if found.location_id != location_id:
        return Verdict.ELSEWHERE
    match found.state:
        case State.OPEN:
            return Verdict.SETTLED
        case State.SETTLED:
            return Verdict.DOUBLE
        case State.RELEASED:
            return Verdict.EXPIRED


def clock_off(sent_at: datetime, now: datetime) -> timedelta:
    """Say how far the clock of a till is ahead of ours, within bounds that can be kept."""
    return max(-CLOCK_OFF_AT_MOST, min(sent_at - now, CLOCK_OFF_AT_MOST))


def used(
    terminal: Terminal,
    written: Written | None,
    digest: bytes,
    order_id: str | None,
    verdict: Verdict,
    *,
    off: timedelta,
    age: timedelta,
    now: datetime,
) -> Use:
    """Write down what a till told us, by our own clock: it was so long ago, by that of the till."""
    taken_at = now - max(timedelta(), min(age, CLOCK_OFF_AT_MOST))
    promise = None if written is None or verdict is Verdict.FORGED else written.promise
    is_early = promise is not None and taken_at < promise.starts_at - TOLERANCE
    is_over = promise is not None and taken_at > promise.ends_at + TOLERANCE
    return Use(
        id=UseId(new_id()),
        voucher_id=None if promise is None else VoucherId(promise.id),
        terminal_id=terminal.id,
        location_id=terminal.location_id,
        digest=digest,
        order_id=order_id or None,
        verdict=verdict,
        loss=0 if promise is None or verdict is Verdict.SETTLED else promise.value,
        currency="" if promise is None else promise.currency,
        is_late=is_early or is_over,
        clock_off=off,
        taken_at=taken_at,
        settled_at=now,
    )


def news_of(use: Use, other: TerminalId | None) -> Event:
    """Tell of a loss; `other` is the till that settled the voucher."""
    return Event(
        kind=EventKind.VOUCHER_LOST,
        id=EventId(new_id()),
        at=use.settled_at,
        about=str(use.id),
        data={
            "use_id": str(use.id),
            "voucher_id": None if use.voucher_id is None else str(use.voucher_id),
            "verdict": use.verdict,
            "terminal_id": str(use.terminal_id),
            "other_terminal_id": None if other is None else str(other),
            "location_id": str(use.location_id),
            "loss": use.loss,
            "currency": use.currency,
        },
    )
