"""The number of a card as bars (Code 128, ISO/IEC 15417): every scanner at a till reads them.

Pairs of digits take one sign (set C), everything else one for each letter (set B).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

PATTERNS = """
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212
    112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131
    311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321
    112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
    313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111
    314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114
    122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
    124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
    114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112
"""
WIDTHS: Final[Sequence[str]] = PATTERNS.split()
"""Of each sign: how wide its bars and gaps are, in turns, beginning with a bar."""

START_B, START_C, STOP = 104, 105, 106
DIGITS = frozenset("0123456789")
FIRST = 32  # the sign with the value 0 in set B is a space
MODULUS = 103
QUIET = 10
"""Modules of white on both sides, without which scanners do not begin."""
HEIGHT = 40
REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Bars:
    """A path of bars, and how wide and high it is, with white around it."""

    path: str
    width: int
    height: int = HEIGHT


def signs_of(number: str) -> Sequence[int]:
    """Give the values of all signs: the start, the number, its check and the stop."""
    if DIGITS.issuperset(number) and len(number) % 2 == 0:
        values = [START_C, *(int(number[at : at + 2]) for at in range(0, len(number), 2))]
    else:
        values = [START_B, *(ord(letter) - FIRST for letter in number)]
    check = sum(value * max(place, 1) for place, value in enumerate(values)) % MODULUS
    return [*values, check, STOP]


def bars_of(number: str) -> Bars:
    """Draw the number of a card."""
    steps, at = list[str](), QUIET
    for value in signs_of(number):
        path, width = _drawn(value)
        steps.append(f"M{at} 0{path}")
        at += width
    return Bars("".join(steps), at + QUIET)


@lru_cache(REMEMBERED)
def _drawn(value: int) -> tuple[str, int]:
    """Draw one sign where the pen is; give how wide it is."""
    steps, widths = list[str](), [int(width) for width in WIDTHS[value]]
    for place, width in enumerate(widths):
        is_bar = place % 2 == 0
        steps.append(f"h{width}v{HEIGHT}h-{width}zm{width} 0" if is_bar else f"m{width} 0")
    return "".join(steps), sum(widths)


def grouped(number: str) -> str:
    """Write a number as it stands on a card: in fours."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
