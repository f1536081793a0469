"""Which files are taken as pictures: decided by their first bytes, before anybody opens them.

A small file can unfold to gigabytes, be two things at once, or be a film. What a file says of
itself is read by the few lines below, which follow the lengths in it and unpack nothing. Only what
is one still picture of a sane size goes on to be drawn anew.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, NamedTuple

MEDIA_TYPE = "image/webp"
"""Of what we draw, whatever came in."""
BYTES_AT_MOST = 8 * 1024 * 1024
PIXELS_AT_MOST = 40_000_000
"""As many as a good camera makes; unpacked they take 160 MB for a moment."""
SIDE_AT_MOST = 16_000
WIDTHS = (390, 780, 1170)
"""A telephone, and the same with two and three dots for each of its points."""
PRINT_AT_MOST = 1024 * 1024
PARTS_AT_MOST = 10_000

PNG, JPEG, RIFF, WEBP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"WEBP"
FRAME_HEADS = frozenset({*range(0xC0, 0xD0)}) - {0xC4, 0xC8, 0xCC}
"""The markers of JPEG that tell of a size."""
BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD8)})
SCAN, END = 0xDA, 0xD9
BEHIND_DOTS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
MARK = 0xFF
KEY_FRAME = b"\x9d\x01\x2a"
LOSSLESS, LOSSLESS_HEAD = 0x2F, 5
ANIMATED = 0x02


class PictureKind(StrEnum):
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"


class WhyNoPicture(StrEnum):
    TOO_MANY_BYTES = "too_many_bytes"
    NOT_A_PICTURE = "not_a_picture"
    """It is neither PNG nor JPEG nor WebP, or it is damaged."""
    TAIL = "tail"
    """The file goes on behind the picture: whatever stands there is no part of it."""
    TOO_LARGE = "too_large"
    """It has more dots than we unpack."""
    MOVES = "moves"
    CROWDED = "crowded"
    """So many are drawn at the moment that this one would have to wait for too long."""


class Measure(NamedTuple):
    """In dots."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file says of itself."""

    kind: PictureKind
    measure: Measure


@dataclass(frozen=True, slots=True)
class NoPicture:
    word: ClassVar = "no_picture"

    why: WhyNoPicture


@dataclass(frozen=True, slots=True)
class Print:
    """A picture as it was drawn anew, in one size."""

    width: int
    height: int
    content: bytes = field(repr=False)

    @property
    def measure(self) -> Measure:
        return Measure(self.width, self.height)


class _Odd(Exception):
    """A file does not go on as it began."""


class _Tail(Exception):
    """A file goes on behind its end."""


def look_at(content: bytes) -> Seen | NoPicture:
    """Decide whether a file may be opened, without opening it."""
    if len(content) > BYTES_AT_MOST:
        return NoPicture(WhyNoPicture.TOO_MANY_BYTES)
    try:
        seen, moves = _read(content)
    except _Tail:
        return NoPicture(WhyNoPicture.TAIL)
    except (_Odd, struct.error, IndexError):
        return NoPicture(WhyNoPicture.NOT_A_PICTURE)
    width, height = seen.measure
    if width < 1 or height < 1:
        return NoPicture(WhyNoPicture.NOT_A_PICTURE)
    if width * height > PIXELS_AT_MOST or max(width, height) > SIDE_AT_MOST:
        return NoPicture(WhyNoPicture.TOO_LARGE)
    return NoPicture(WhyNoPicture.MOVES) if moves else seen


def are_sane(prints: tuple[Print, ...], seen: Seen) -> bool:
    """Say whether what came back from the drawing is what was asked for."""
    return bool(prints) and all(
        0 < each.width <= max(WIDTHS)
        and 0 < each.height <= SIDE_AT_MOST
        and 0 < len(each.content) <= PRINT_AT_MOST
        and each.content[:4] == RIFF
        and each.content[8:12] == WEBP
        and each.width <= max(seen.measure)  # a camera that was held upright turns it
        for each in prints
    )


def _read(content: bytes) -> tuple[Seen, bool]:
    """Give what a file is, and whether it moves."""
    if content.startswith(PNG):
        return _read_png(content)
    if content.startswith(JPEG):
        return Seen(PictureKind.JPEG, _measure_of_jpeg(content)), False
    if content[:4] == RIFF and content[8:12] == WEBP:
        return _read_webp(content)
    raise _Odd


def _read_png(content: bytes) -> tuple[Seen, bool]:
    names = [name for name, _, _ in _png_parts(content)]
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or names.count(b"IHDR") != 1:
        raise _Odd
    measure = Measure(*struct.unpack_from(">II", content, len(PNG) + 8))
    return Seen(PictureKind.PNG, measure), b"acTL" in names


def _png_parts(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Go through the chunks to the last byte: nothing stands behind the end."""
    at = len(PNG)
    for _ in range(PARTS_AT_MOST):
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 8 + length + 4
        if end > len(content):
            raise _Odd
        yield name, at + 8, length
        if name == b"IEND":
            _ends_at(end, content)
            return
        at = end
    raise _Odd


def _measure_of_jpeg(content: bytes) -> Measure:
    """Go through the segments and scans to the last byte. Some telephones put a film or a second
    picture behind the end: that is said, and not dropped in silence."""
    at, found, has_scan = 2, list[Measure](), False
    for _ in range(PARTS_AT_MOST):
        while content[at] == MARK and content[at + 1] == MARK:
            at += 1
        mark, kind = content[at], content[at + 1]
        if mark != MARK or kind == 0x00:
            raise _Odd
        if kind == END:
            break
        if kind in BARE_MARKERS:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        if kind in FRAME_HEADS:
            height, width = struct.unpack_from(">HH", content, at + 5)
            found.append(Measure(width, height))
        at += 2 + length
        if kind == SCAN:
            at, has_scan = _behind_scan(content, at), True
    else:
        raise _Odd
    if len(found) != 1 or not has_scan:
        raise _Odd
    _ends_at(at + 2, content)
    return found[0]


def _behind_scan(content: bytes, at: int) -> int:
    """Give where the dots of a scan end: at the next marker that is none of theirs."""
    found = BEHIND_DOTS.search(content, at)
    if found is None:
        raise _Odd
    return found.start()


def _ends_at(end: int, content: bytes) -> None:
    if end < len(content):
        raise _Tail


def _read_webp(content: bytes) -> tuple[Seen, bool]:
    (length,) = struct.unpack_from("<I", content, 4)
    _ends_at(length + 8, content)
    if length + 8 > len(content):
        raise _Odd
    measures, moves = list[Measure](), False
    for name, at, size in _webp_parts(content):
        if name == b"VP8X":
            moves = moves or bool(content[at] & ANIMATED)
            measures.append(_canvas(content, at))
        elif name in (b"ANIM", b"ANMF"):
            moves = True
        elif name == b"VP8 ":
            measures.append(_lossy(content, at))
        elif name == b"VP8L":
            measures.append(_lossless(content, at, size))
    if not measures:
        raise _Odd
    widest = Measure(max(w for w, _ in measures), max(h for _, h in measures))
    return Seen(PictureKind.WEBP, widest), moves


def _webp_parts(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    for _ in range(PARTS_AT_MOST):
        if at == len(content):
            return
        name, size = struct.unpack_from("<4sI", content, at)
        end = at + 8 + size + size % 2
        if end > len(content):
            raise _Odd
        yield name, at + 8, size
        at = end
    raise _Odd


def _canvas(content: bytes, at: int) -> Measure:
    width = int.from_bytes(content[at + 4 : at + 7], "little") + 1
    height = int.from_bytes(content[at + 7 : at + 10], "little") + 1
    return Measure(width, height)


def _lossy(content: bytes, at: int) -> Measure:
    if content[at + 3 : at + 6] != KEY_FRAME:
        raise _Odd
    width, height = struct.unpack_from("<HH", content, at + 6)
    return Measure(width & 0x3FFF, height & 0x3FFF)


def _lossless(content: bytes, at: int, size: int) -> Measure:
    if size < LOSSLESS_HEAD or content[at] != LOSSLESS:
        raise _Odd
    (bits,) = struct.unpack_from("<I", content, at + 1)
    return Measure((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
