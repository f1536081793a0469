"""How much there was within a span: counted in parts of it, so that no moment is kept.

A span is cut into six parts, and the part in which it begins counts as a whole. So a cap holds
in *any* span so long, and is at most a sixth stricter than it says.
"""

import struct
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchword.features.abuse.rules import BlockId
from watchword.foundation.clock import from_microseconds, to_microseconds

PARTS = 6
SECOND = 1_000_000  # microseconds
PACKED = struct.Struct(">QQ")
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Part:
    """How much there was in one part of time; `number` says which since 1970."""

    number: int
    amount: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A block stands on what is counted here, or has stood on it."""

    block_id: BlockId
    until: datetime
    spares_known: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted, the oldest part first: messages, or the micros that they cost."""

    parts: tuple[Part, ...] = ()
    mark: Mark | None = None
    cleared_at: datetime | None = None
    """When staff let it begin anew. What was counted until then was forgotten."""


FRESH = Tally()


def counted(tally: Tally, seconds: int, now: datetime, amount: int) -> Tally:
    """Add to a tally, and drop what no span that ends from now on will ask for."""
    kept, number = _within(tally, seconds, now), _number(seconds, now)
    # The clocks of two processes differ a little, and parts stand in order.
    if kept and kept[-1].number >= number:
        last = kept[-1]
        return replace(tally, parts=(*kept[:-1], Part(last.number, last.amount + amount)))
    return replace(tally, parts=(*kept, Part(number, amount)))


def count(tally: Tally, seconds: int, now: datetime) -> int:
    """Give how much there was within so many seconds before now."""
    return sum(part.amount for part in _within(tally, seconds, now))


def room_at(tally: Tally, seconds: int, now: datetime, amount: int) -> datetime:
    """Give the moment from which so much has gone out of the span, if nothing is added."""
    moment = now
    for part in _within(tally, seconds, now):
        if amount <= 0:
            break
        amount -= part.amount
        moment = from_microseconds((part.number + PARTS + 1) * _width(seconds))
    return moment


def begins(seconds: int, now: datetime) -> datetime:
    """Give when the oldest part of a span begins that ends now."""
    return from_microseconds((_number(seconds, now) - PARTS) * _width(seconds))


def returns_begin(tally: Tally, seconds: int, now: datetime) -> datetime:
    """Give from when a start must be for what it gives back to count: it must be counted itself."""
    since = begins(seconds, now)
    return since if tally.cleared_at is None else max(since, tally.cleared_at + INSTANT)


def part_begins(seconds: int, now: datetime) -> datetime:
    """Give when the part of time begins that now is in."""
    return from_microseconds(_number(seconds, now) * _width(seconds))


def packed(tally: Tally) -> bytes:
    return b"".join(PACKED.pack(part.number, part.amount) for part in tally.parts)


def unpacked(content: bytes) -> tuple[Part, ...]:
    return tuple(Part(*values) for values in PACKED.iter_unpack(content))


def _within(tally: Tally, seconds: int, now: datetime) -> tuple[Part, ...]:
    first = _number(seconds, now) - PARTS
    return tuple(part for part in tally.parts if part.number >= first)


def _number(seconds: int, now: datetime) -> int:
    return to_microseconds(now) // _width(seconds)


def _width(seconds: int) -> int:
    return seconds * SECOND // PARTS
