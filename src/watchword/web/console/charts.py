"""Bars, as plain shapes: what of a whole went out, and what came back, part by part of a span.

No library makes them, for those we know write colours and sizes into the picture, and that our
pages forbid. A bar is two rectangles; its colours are the style sheet's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchword.features.figures.rules import Part

HEIGHT, GAP = 100.0, 0.25  # of the picture; of the room that a bar has
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a span. `sent` and `verified` are heights in the picture."""

    starts: datetime
    x: float
    width: float
    sent: float
    verified: float

    @property
    def sent_y(self) -> float:
        return round(HEIGHT - self.sent, 2)

    @property
    def verified_y(self) -> float:
        return round(HEIGHT - self.verified, 2)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side; `top` is what the whole height stands for."""

    bars: Sequence[Bar]
    top: int

    @property
    def ends(self) -> tuple[datetime, datetime, datetime]:
        """Give what is written below it: the first, the middle and the last."""
        return self.bars[0].starts, self.bars[len(self.bars) // 2].starts, self.bars[-1].starts


def chart(parts: Sequence[Part]) -> Chart:
    top = round_up(max((part.line.sent for part in parts), default=0))
    width = 1 - GAP
    return Chart(
        [
            Bar(
                starts=part.starts,
                x=place + GAP / 2,
                width=width,
                sent=_height(part.line.sent, top),
                verified=_height(part.line.verified, top),
            )
            for place, part in enumerate(parts)
        ],
        top,
    )


def round_up(most: int) -> int:
    """Give the next number that one likes to read: 1, 2, 5, 10, 20, 50 …"""
    size = 1
    while True:
        for step in STEPS:
            if most <= step * size:
                return step * size
        size *= 10


def _height(count: int, top: int) -> float:
    return round(HEIGHT * min(count / top, 1), 2)


@dataclass(frozen=True, slots=True)
class Column:
    """One count of several, as a bar that stands; `height` of the picture."""

    x: float
    width: float
    height: float
    count: int

    @property
    def y(self) -> float:
        return round(HEIGHT - self.height, 2)


@dataclass(frozen=True, slots=True)
class Columns:
    """Counts side by side; `top` is what the whole height stands for."""

    bars: Sequence[Column]
    top: int


def columns(counts: Sequence[int]) -> Columns:
    top = round_up(max(counts, default=0))
    return Columns(
        [
            Column(x=place + GAP / 2, width=1 - GAP, height=_height(count, top), count=count)
            for place, count in enumerate(counts)
        ],
        top,
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar that is made of several, from its upper end."""

    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Stack:
    """A bar of pieces, the first of them at the bottom."""

    x: float
    width: float
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Stacks:
    """Bars of pieces side by side; `top` is what the whole height stands for."""

    bars: Sequence[Stack]
    top: int


def stacks(parts: Sequence[Sequence[int]]) -> Stacks:
    top = round_up(max(map(sum, parts), default=0))
    return Stacks(
        [
            Stack(x=place + GAP / 2, width=1 - GAP, pieces=_pieces(counts, top))
            for place, counts in enumerate(parts)
        ],
        top,
    )


def _pieces(counts: Sequence[int], top: int) -> Sequence[Piece]:
    below = [sum(counts[: place + 1]) for place in range(len(counts))]
    return [
        Piece(round(HEIGHT - _height(upper, top), 2), _height(count, top))
        for upper, count in zip(below, counts, strict=True)
    ]
