"""What an hour came to, by channel and provider; and what that is over a day, a week, a month.

A code counts in the hour in which it was asked for, whenever it is typed back. Each of the three,
sent, delivered and verified, is a part of the one before it: what was typed back has arrived,
whether or not anybody sent a receipt.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from typing import NewType, TypeAlias

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import FAILED, ProviderName, Receipt, State
from watchword.features.prices.rules import Money
from watchword.foundation.clock import EPOCH

Hour = NewType("Hour", int)
"""Hours since 1970, UTC."""

HOUR = timedelta(hours=1)
HOURS_OF_A_DAY = 24

HAS_LEFT = frozenset({State.SENT, State.UNKNOWN})
"""States of a message that may have reached somebody."""

HAS_ARRIVED = frozenset({Receipt.DELIVERED, Receipt.READ})


@dataclass(frozen=True, slots=True)
class Way:
    """How a code goes out. Of what nobody carried, the provider is not known: an empty name."""

    channel: Channel
    provider: ProviderName


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What went one way, or all of them together. `cost` is in millionths of the currency.

    `failed` are codes that surely did not arrive; `blocked`, messages that were not even begun.
    """

    sent: int = 0
    delivered: int = 0
    failed: int = 0
    verified: int = 0
    blocked: int = 0
    cost: int = 0

    def __add__(self, other: "Line") -> "Line":
        return Line(**{name: getattr(self, name) + getattr(other, name) for name in COUNTED})


COUNTED = tuple(field.name for field in fields(Line))
NOTHING = Line()

Lines: TypeAlias = Mapping[Way, Line]


def total(lines: Iterable[Line]) -> Line:
    return reduce(Line.__add__, lines, NOTHING)


@dataclass(frozen=True, slots=True)
class Trip:
    """One message of a code, and what became of it."""

    way: Way
    state: State
    receipt: Receipt | None


def counted(trips: Sequence[Trip], *, is_verified: bool) -> Lines:
    """Count one code: each way that it took; verified, by the last of them."""
    lines: dict[Way, Line] = {}
    last = trips[-1].way if trips else None
    for way in dict.fromkeys(trip.way for trip in trips):
        taken = [trip for trip in trips if trip.way == way]
        is_back = is_verified and way == last
        has_arrived = is_back or any(trip.receipt in HAS_ARRIVED for trip in taken)
        has_left = has_arrived or any(trip.state in HAS_LEFT for trip in taken)
        has_failed = not has_arrived and all(_in_vain(trip) for trip in taken)
        lines[way] = Line(
            sent=int(has_left),
            delivered=int(has_arrived),
            failed=int(has_failed),
            verified=int(is_back),
        )
    return lines


def _in_vain(trip: Trip) -> bool:
    return trip.receipt is Receipt.FAILED or trip.state in FAILED


def added(lines: Lines, more: Lines) -> dict[Way, Line]:
    return {way: lines.get(way, NOTHING) + more.get(way, NOTHING) for way in {**lines, **more}}


def hour_of(moment: datetime) -> Hour:
    return Hour((moment - EPOCH) // HOUR)


def begins(hour: int) -> datetime:
    return EPOCH + hour * HOUR


class Span(StrEnum):
    """Over how long a report reaches. Days are those of UTC, and today counts as one."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


@dataclass(frozen=True, slots=True)
class Window:
    """Parts of time of one length, each of so many hours; the last of them has not ended yet."""

    first: Hour
    hours_each: int
    parts: int

    @property
    def starts(self) -> tuple[datetime, ...]:
        return tuple(begins(self.first + part * self.hours_each) for part in range(self.parts))


DAYS = {Span.WEEK: 7, Span.MONTH: 30}


def window(span: Span, now: datetime) -> Window:
    if span is Span.DAY:
        return Window(Hour(hour_of(now) - HOURS_OF_A_DAY + 1), 1, HOURS_OF_A_DAY)
    today = hour_of(now) // HOURS_OF_A_DAY * HOURS_OF_A_DAY
    days = DAYS[span]
    return Window(Hour(today - (days - 1) * HOURS_OF_A_DAY), HOURS_OF_A_DAY, days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What went one way in one part of a window. Parts are counted from 0."""

    part: int
    way: Way
    line: Line
    currency: str | None


@dataclass(frozen=True, slots=True)
class Part:
    starts: datetime
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a span came to: by channel, by part of time, and what it cost in each currency."""

    span: Span
    channels: Mapping[Channel, Line]
    parts: tuple[Part, ...]
    costs: Mapping[Channel, tuple[Money, ...]]

    @property
    def line(self) -> Line:
        return total(self.channels.values())

    @property
    def cost(self) -> tuple[Money, ...]:
        return _together(money for costs in self.costs.values() for money in costs)

    @property
    def is_empty(self) -> bool:
        return self.line == NOTHING


def report(span: Span, frame: Window, sums: Sequence[Sum]) -> Report:
    channels = [channel for channel in Channel if any(each.way.channel is channel for each in sums)]
    of = {channel: [each for each in sums if each.way.channel is channel] for channel in channels}
    parts = [total(each.line for each in sums if each.part == part) for part in range(frame.parts)]
    return Report(
        span=span,
        channels={channel: total(each.line for each in of[channel]) for channel in channels},
        parts=tuple(map(Part, frame.starts, parts)),
        costs={channel: _together(_money(of[channel])) for channel in channels},
    )


def _money(sums: Iterable[Sum]) -> Iterable[Money]:
    return (Money(each.line.cost, each.currency) for each in sums if each.currency is not None)


def _together(money: Iterable[Money]) -> tuple[Money, ...]:
    """Add up what is in one currency; nobody knows what two come to."""
    sums: dict[str, int] = {}
    for each in money:
        sums[each.currency] = sums.get(each.currency, 0) + each.micros
    return tuple(Money(micros, currency) for currency, micros in sorted(sums.items()))
