"""Tables that spreadsheets open: a cell that they would take for a formula stays a word."""

from collections.abc import Sequence

STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - they are meant
APOSTROPHE = "'"
NUL, SHOWN = "\0", "\N{SYMBOL FOR NULL}"
BEGIN = "\ufeff"
"""By this mark spreadsheets see that it is UTF-8."""


def cell(text: str) -> str:
    """Write a cell, always in quotes; what would begin a formula gets an apostrophe before it."""
    safe = APOSTROPHE + text if text.lstrip(" ").startswith(STARTS) else text
    return '"' + safe.replace(NUL, SHOWN).replace('"', '""') + '"'


def row(cells: Sequence[str]) -> str:
    return ",".join(map(cell, cells)) + "\r\n"
