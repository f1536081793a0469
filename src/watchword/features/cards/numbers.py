"""Card numbers: how one is read however it is printed, and how a new one is made.

A new number is an EAN-13 of the kind that shops give to what is theirs (it begins with 29), so that
every till reads it as a barcode, and a slip is told from a number.
"""

import re
from collections.abc import Callable

from watchword.features.cards.verdicts import BadNumber
from watchword.foundation.secret import Secret

AT_LEAST, AT_MOST = 4, 32
PREFIX, DRAWN = "29", 10
WRITTEN = re.compile(rf"[0-9A-Z]{{{AT_LEAST},{AT_MOST}}}")
GAPS = str.maketrans("", "", " -./_\u00a0\u2011\u2013")
LAST = 4
DIGITS = frozenset("0123456789")
FAULT = f"A card number has {AT_LEAST} to {AT_MOST} letters and digits, without umlauts."


def read_number(typed: str) -> Secret | BadNumber:
    """Read a card number. Leading zeros are part of it; gaps and small letters are not."""
    marks = typed[: 4 * AT_MOST].strip().translate(GAPS).upper()
    return Secret(marks) if WRITTEN.fullmatch(marks) else BadNumber(FAULT)


def draw_number(draw: Callable[[int], int]) -> Secret:
    digits = f"{PREFIX}{draw(10**DRAWN):0{DRAWN}d}"
    return Secret(digits + check_digit(digits))


def check_digit(digits: str) -> str:
    """Work out the last digit of an EAN-13 from the twelve before."""
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-weighed % 10)


def is_slip(number: Secret) -> bool:
    """Say whether a number looks like one of ours and cannot be one, whether it is known or not."""
    marks = number.reveal()
    is_ours = len(marks) == len(PREFIX) + DRAWN + 1 and marks.startswith(PREFIX)
    return is_ours and set(marks) <= DIGITS and check_digit(marks[:-1]) != marks[-1]


def last_four(number: Secret) -> str:
    """Give what lists show: never more than half of a short number."""
    marks = number.reveal()
    return marks[-min(LAST, len(marks) // 2) :]
