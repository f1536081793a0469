"""A TrueType file, read for two questions: how wide is a text, and which characters are missing.

What comes of it is a little wider than what is drawn, for pairs of letters move together there.
"""

import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

INVISIBLE = frozenset("\u200c\u200d\u200e\u200f\u00ad")
"""What has no picture of its own: joiners, marks of direction, places to break."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """Fills the `Face` port. `widths`: of each character, in points at a size of one point."""

    widths: Mapping[str, float]

    def width(self, text: str) -> float:
        return sum(self.widths.get(mark, 1.0) for mark in text)

    def lacks(self, text: str) -> Collection[str]:
        return {mark for mark in text if mark not in self.widths and mark not in INVISIBLE}


def read_typeface(content: bytes) -> Typeface:
    """Read the tables that map characters to pictures, and pictures to widths."""
    tables = {
        content[at : at + 4]: struct.unpack_from(">II", content, at + 8)
        for at in range(12, 12 + 16 * struct.unpack_from(">H", content, 4)[0], 16)
    }
    (per_em,) = struct.unpack_from(">H", content, tables[b"head"][0] + 18)
    (count,) = struct.unpack_from(">H", content, tables[b"hhea"][0] + 34)
    at = tables[b"hmtx"][0]
    advances = [struct.unpack_from(">H", content, at + 4 * each)[0] for each in range(count)]
    return Typeface(
        {
            chr(mark): advances[min(picture, count - 1)] / per_em
            for mark, picture in _pictures(content, tables[b"cmap"][0])
            if picture
        }
    )


def _pictures(content: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Give each character with the number of its picture, from the widest table there is."""
    (count,) = struct.unpack_from(">H", content, start + 2)
    found = {}
    for number in range(count):
        (offset,) = struct.unpack_from(">I", content, start + 4 + 8 * number + 4)
        (form,) = struct.unpack_from(">H", content, start + offset)
        found[form] = start + offset
    yield from _of_groups(content, found[12]) if 12 in found else _of_segments(content, found[4])  # noqa: PLR2004 - the numbers of their forms


def _of_groups(content: bytes, at: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", content, at + 12)
    for number in range(count):
        first, last, picture = struct.unpack_from(">III", content, at + 16 + 12 * number)
        for mark in range(first, last + 1):
            yield mark, picture + mark - first


def _of_segments(content: bytes, at: int) -> Iterator[tuple[int, int]]:
    (double,) = struct.unpack_from(">H", content, at + 6)
    ends, starts = at + 14, at + 16 + double
    deltas, offsets = starts + double, starts + 2 * double
    for each in range(0, double, 2):
        (last,) = struct.unpack_from(">H", content, ends + each)
        (first,) = struct.unpack_from(">H", content, starts + each)
        (delta,) = struct.unpack_from(">H", content, deltas + each)
        (offset,) = struct.unpack_from(">H", content, offsets + each)
        for mark in range(first, min(last, 0xFFFE) + 1):
            picture = mark + delta
            if offset:
                where = offsets + each + offset + 2 * (mark - first)
                (picture,) = struct.unpack_from(">H", content, where)
                picture = picture + delta if picture else 0
            yield mark, picture & 0xFFFF
