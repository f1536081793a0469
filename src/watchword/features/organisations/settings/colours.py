"""Colours of a brand: read, and measured for contrast (WCAG 2.2, 1.4.3) on light and dark pages."""

import re
from dataclasses import dataclass

COLOUR = re.compile(r"#[0-9a-f]{6}")
WHITE, BLACK = "#ffffff", "#000000"
LIGHT_SHEET, DARK_SHEET = "#ffffff", "#1b1f25"
"""What colours stand on: the sheets of our pages, light and dark."""
READABLE = 4.5
STEPS = 64
DARKEST = 0.04045  # below it, sRGB is a straight line


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What a page needs to show whose it is: a mark, and its colours in both schemes."""

    mark: str
    colour: str
    ink: str
    colour_on_dark: str
    ink_on_dark: str


def luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the ratio, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def is_readable(colour: str, sheet: str) -> bool:
    return contrast(colour, sheet) >= READABLE


def nearest(colour: str, sheet: str) -> str:
    """Give the colour itself if it can be read on a sheet, else the nearest of its shades."""
    away = WHITE if sheet == DARK_SHEET else BLACK
    shades = (_mixed(colour, away, step / STEPS) for step in range(STEPS + 1))
    return next(shade for shade in shades if is_readable(shade, sheet))


def ink_on(colour: str) -> str:
    """Give the colour of letters on it: white or black, of which one can always be read."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))


def brand(mark: str, colour: str, colour_on_dark: str | None) -> Brand:
    """Put a brand together; without a colour for dark pages, a lighter shade of the other."""
    dark = colour_on_dark or nearest(colour, DARK_SHEET)
    return Brand(
        mark=mark,
        colour=colour,
        ink=ink_on(colour),
        colour_on_dark=dark,
        ink_on_dark=ink_on(dark),
    )


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= DARKEST else ((part + 0.055) / 1.055) ** 2.4


def _mixed(colour: str, with_: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(with_), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
