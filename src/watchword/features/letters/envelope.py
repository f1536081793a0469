"""How an address stands in the window of an envelope, and what does not fit into it.

Lengths are in millimetres from the top left corner of A4. The window is that of DIN 5008, form B; a
service that prints for us may have another one, and is asked for it beforehand.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from watchword.features.contacts.post import Place

POINT = 25.4 / 72
SIZES = (10.0, 9.5, 9.0, 8.5, 8.0)
"""In points. Less than eight is read by no sorting machine."""


class Face(Protocol):
    """The type in which letters are set."""

    def width(self, text: str) -> float:
        """Give how wide a text is, set at one point, in points."""

    def lacks(self, text: str) -> Collection[str]:
        """Give the characters that it cannot draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Where an address stands: its first line at the top, and nothing else beside it."""

    left: float
    top: float
    width: float
    height: float
    lines: int
    line_height: float


FORM_B = Zone(left=25, top=62.7, width=78, height=27.3, lines=6, line_height=4.55)
"""The address zone of DIN 5008 form B, 5 mm in from the edge of its window."""


OF_SERVICES = Zone(left=25, top=62.7, width=78, height=22.8, lines=5, line_height=4.55)
"""What print services read, 60 to 85.5 mm from the top: narrower than the standard by a line."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """An address as it is drawn: its lines, and the size of its letters in points."""

    lines: tuple[str, ...]
    size: float


@dataclass(frozen=True, slots=True)
class DoesNotFit:
    """The address cannot stand in the window. `because` is a sentence about nobody."""

    word: ClassVar = "does_not_fit"

    because: str


def addressed(
    place: Place, country_name: str | None, face: Face, zone: Zone = FORM_B
) -> Addressed | DoesNotFit:
    """Set an address into a window, as large as it fits; or say why it does not.

    `country_name` is its last line, where the letter goes abroad. Whether a street has a number
    nobody checks: some have none.
    """
    lines = [*_lines(place, country_name)]
    if missing := sorted({mark for line in lines for mark in face.lacks(line)}):
        named = ", ".join(f"U+{ord(mark):04X}" for mark in missing[:3])
        return DoesNotFit(f"Our type cannot draw these characters of the address: {named}.")
    room = 0.0
    for size in SIZES:
        room = zone.width / (size * POINT)
        broken = [part for line in lines for part in _broken(line, room, face)]
        if len(broken) <= zone.lines and all(face.width(part) <= room for part in broken):
            return Addressed(tuple(broken), size)
    if any(face.width(word) > room for line in lines for word in line.split()):
        return DoesNotFit("A word of the address is wider than the window of the envelope.")
    return DoesNotFit(f"The address needs more than the {zone.lines} lines of the window.")


def _lines(place: Place, country_name: str | None) -> Iterator[str]:
    yield place.name
    yield place.street
    yield f"{place.postal_code} {place.city}".strip()
    if country_name:
        yield country_name.upper()


def _broken(line: str, room: float, face: Face) -> Iterator[str]:
    """Break a line between words where it is too wide. Its parts are as even as they come."""
    words: list[str] = []
    for word in line.split():
        if words and face.width(" ".join([*words, word])) > room:
            yield " ".join(words)
            words = []
        words.append(word)
    yield " ".join(words)


def holds(zone: Zone, window: tuple[float, float, float, float], lines: Sequence[str]) -> bool:
    """Say whether what stands in one zone lies within a window: left, top, right, bottom."""
    left, top, right, bottom = window
    lowest = zone.top + len(lines) * zone.line_height
    return (
        left <= zone.left and top <= zone.top and zone.left + zone.width <= right
    ) and lowest <= bottom
