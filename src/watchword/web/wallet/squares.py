"""A voucher as a square of modules, drawn in as few strokes as it can be: it is kept on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import segno

BORDER = 4
"""Modules of white around it, as the standard wants."""
REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class Square:
    """A path of strokes, each a module high, and how many modules there are on a side."""

    path: str
    size: int


@lru_cache(REMEMBERED)
def square_of(token: str) -> Square:
    """Draw what a till scans. It is asked for each time the page is opened, so it is remembered."""
    drawn = segno.make(token, error="m", micro=False).matrix_iter(border=BORDER)
    rows = [[*row] for row in drawn]
    path = "".join(f"M0 {down}.5{_strokes(row)}" for down, row in enumerate(rows) if any(row))
    return Square(path, len(rows))


def _strokes(row: Sequence[int]) -> str:
    steps = list[str]()
    for is_dark, modules in groupby(row):
        length = len([*modules])
        steps.append(f"h{length}" if is_dark else f"m{length} 0")
    if not row[-1]:
        steps.pop()
    return "".join(steps)
