"""Which PINs are so common that whoever guesses begins with them.

It is no list of somebody's, and none that ages: each rule says in a line what people choose, and
holds for any length. A PIN is refused if all of it is such a thing, not if it holds one. Of all
PINs of four digits the rules refuse more than a tenth; fewer hinder nobody who guesses.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

from watchword.features.pins.shapes import KEY_OF, is_repeat, is_run, longest_repeat

Step: TypeAlias = tuple[int, int]

FIRST_YEAR, LAST_YEAR = 1900, 2049
LEAP_YEAR = 2000
LOOKED_AT = 20_000
CUT_OFF_FROM = 2
"""So many digits of a part that comes again are no accident."""
SCATTER = 61_803_398_877
"""Shares no factor with 10, so each number is met once, and neighbours do not follow each other."""
COLUMNS = 3
PLACES = {"0": (1, 3)} | {str(key): ((key - 1) % 3, (key - 1) // 3) for key in range(1, 10)}
"""Where each key is on a telephone: its column and its row."""
NEAR: frozenset[Step] = frozenset({(0, 1), (1, 0), (0, -1), (-1, 0)})
DIAGONAL: frozenset[Step] = frozenset({(1, 1), (-1, -1), (1, -1), (-1, 1)})
CORNERS = ({*"1379"}, {*"2468"})
WORDS = (
    *("love", "life", "baby", "mama", "papa", "cash", "bank", "gold", "luck", "star", "king"),
    *("hope", "home", "lord", "jesus", "angel", "lucky", "happy", "money", "loved", "secret"),
    *("summer", "soccer", "spring", "winter", "family", "friend", "liebe", "geld", "konto"),
    *("geheim", "sommer", "schatz", "passwort", "password", "iloveyou", "sunshine", "princess"),
)
"""Of our own choice: what somebody types by its letters who is told to remember a number."""
NUMBERS = ("314159265358", "271828182845", "141421356237", "135791113151", "135790", "246810121416")
"""What many know by heart: pi, e, the root of two, and the odd and even numbers, counted up."""


class Common(StrEnum):
    """Why a PIN is common."""

    DATE = "date"
    YEAR = "year"
    RUN = "run"
    REPEAT = "repeat"
    PAIRS = "pairs"
    SHAPE = "shape"
    ROUND = "round"
    WORD = "word"
    NUMBER = "number"


def is_common(digits: str) -> bool:
    return any(rule(digits) for rule in RULES.values())


def why_common(digits: str) -> tuple[Common, ...]:
    """Name every rule that finds a PIN common."""
    return tuple(name for name, rule in RULES.items() if rule(digits))


def count_common(length: int) -> "Counts":
    """Count the PINs of a length that each rule refuses. One may be refused by several.

    Of more than four digits, we look at every so-and-so-many'th: the shares are near enough.
    """
    counts = dict.fromkeys(Common, 0)
    refused = 0
    looked_at = min(10**length, LOOKED_AT)
    for number in range(looked_at):
        found = why_common(f"{number * SCATTER % 10**length:0{length}d}")
        refused += bool(found)
        for name in found:
            counts[name] += 1
    return Counts(length=length, looked_at=looked_at, refused=refused, by_rule=counts)


def all_common(length: int) -> Iterator[str]:
    """Give the whole list of a length, in order."""
    every = (f"{number:0{length}d}" for number in range(10**length))
    return (digits for digits in every if is_common(digits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many PINs of a length are refused, of those that were looked at."""

    length: int
    looked_at: int
    refused: int
    by_rule: Mapping[Common, int]

    @property
    def share(self) -> float:
        return self.refused / self.looked_at


def is_date(digits: str) -> bool:
    """Say whether it is a day of the calendar, in one of the orders in which days are written.

    Of four digits, a day and a month: 2412, 1224. Of more, with a year of two digits or four, and
    of five or six also a month and a year. Days such as 1.2.85 would be half of all PINs of five.
    """
    return any(_is_day(digits, form) for form in FORMS.get(len(digits), ()))


def is_year(digits: str) -> bool:
    """Say whether it is a year people have lived in or will, or two of them: 1985, 19851987."""
    years = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    return all(len(year) == 4 and FIRST_YEAR <= int(year) <= LAST_YEAR for year in years)  # noqa: PLR2004


def is_running(digits: str) -> bool:
    """Say whether it counts up or down, in steps of one, two or three: 3456, 2468, 9630."""
    return any(is_run(digits, by) for by in (1, 2, 3)) or _is_run_in_halves(digits)


def is_repeated(digits: str) -> bool:
    """Say whether hardly anything but one digit is in it: 7777, 7770, 0777; or a part again and
    again: 123123, and 258025, where the second time is cut off."""
    nearly = is_repeat(digits) or longest_repeat(digits) >= len(digits) - 1
    return nearly or any(
        digits[size:] == digits[:-size] for size in range(2, len(digits) - CUT_OFF_FROM + 1)
    )


def is_paired(digits: str) -> bool:
    """Say whether it is made of pairs, mirrored, or of two digits alone: 1212, 1122, 1221."""
    doubled = len(digits) % 2 == 0 and all(
        digits[at] == digits[at + 1] for at in range(0, len(digits), 2)
    )
    return doubled or digits == digits[::-1] or (len(digits) > 4 and len({*digits}) <= 2)  # noqa: PLR2004


def is_shape(digits: str) -> bool:
    """Say whether fingers draw it on the keys: a line (2580, 1470), a corner (1478), a square
    (1245, 1397), its corners in any order (1379), two lines (147258), a zigzag (142536), or a way
    around (123698)."""
    return {*digits} in CORNERS or any(
        _is_shape(digits, [*_drawn(digits, under)]) for under in range(COLUMNS)
    )


def _is_shape(digits: str, drawn: list[Step]) -> bool:
    if (0, 0) in drawn:
        return False
    half = len(digits) // 2
    in_halves = len(digits) in (6, 8) and all(
        _is_line([*_drawn(part)]) for part in (digits[:half], digits[half:])
    )
    is_drawn = _is_line(drawn) or _is_corner(drawn) or _is_square(drawn) or _is_zigzag(drawn)
    return in_halves or is_drawn


def is_round(digits: str) -> bool:
    """Say whether half of it or more are zeros at its end: 4500, 120000."""
    return digits.endswith("0" * ((len(digits) + 1) // 2))


def is_word(digits: str) -> bool:
    return digits in TYPED_WORDS


def is_number(digits: str) -> bool:
    """Say whether it is how a number begins that many know: 3141, 314159, 246810."""
    return any(number.startswith(digits) for number in NUMBERS)


RULES: Mapping[Common, Callable[[str], bool]] = {
    Common.DATE: is_date,
    Common.YEAR: is_year,
    Common.RUN: is_running,
    Common.REPEAT: is_repeated,
    Common.PAIRS: is_paired,
    Common.SHAPE: is_shape,
    Common.ROUND: is_round,
    Common.WORD: is_word,
    Common.NUMBER: is_number,
}

FORMS: Mapping[int, tuple[str, ...]] = {
    4: ("DDMM", "MMDD"),
    5: ("MYYYY", "YYYYM"),
    6: ("DDMMYY", "MMDDYY", "YYMMDD", "MMYYYY", "YYYYMM", "DMYYYY", "MDYYYY"),
    7: ("DMMYYYY", "MDDYYYY", "DDMYYYY", "MMDYYYY"),
    8: ("DDMMYYYY", "MMDDYYYY", "YYYYMMDD", "YYYYDDMM"),
}

TYPED_WORDS = frozenset("".join(KEY_OF[letter] for letter in word) for word in WORDS) | {"292513"}
"""And one that many type for no reason that anybody has found."""


def _is_day(digits: str, form: str) -> bool:
    """Say whether there is such a day. A form without a year may mean the 29th of February; one
    without a day means the first."""
    is_long = "YYYY" in form
    year = _part(digits, form, "Y", if_none=0)
    if is_long and not FIRST_YEAR <= year <= LAST_YEAR:
        return False
    month, day = _part(digits, form, "M", if_none=1), _part(digits, form, "D", if_none=1)
    try:
        date(year if is_long else LEAP_YEAR + year, month, day)
    except ValueError:
        return False
    return True


def _part(digits: str, form: str, mark: str, *, if_none: int) -> int:
    chosen = "".join(digit for digit, part in zip(digits, form, strict=True) if part == mark)
    return int(chosen) if chosen else if_none


def _is_run_in_halves(digits: str) -> bool:
    """Say whether each half of a long one counts, or stands still: 123654, 111222, 123987."""
    half = len(digits) // 2
    return len(digits) in (6, 8) and all(
        is_run(part) or is_repeat(part) for part in (digits[:half], digits[half:])
    )


def _drawn(digits: str, under: int = 1) -> Iterator[Step]:
    """Give the ways from key to key. `under`: in which column a finger looks for the zero; it
    stands in the middle, and belongs to the other two as well."""
    places = PLACES | {"0": (under, 3)}
    for before, after in pairwise(digits):
        (left, top), (right, bottom) = places[before], places[after]
        yield right - left, bottom - top


def _is_line(steps: list[Step]) -> bool:
    """One direction, without a stop; also there and back again, as often as one likes."""
    return len({*steps}) == 1 and steps[0] in NEAR | DIAGONAL


def _is_corner(steps: list[Step]) -> bool:
    """From key to key beside it or across, with at most one turn; of a long one, two if none of
    them is across."""
    turns = sum(before != after for before, after in pairwise(steps))
    is_around = len(steps) > 3 and turns == 2 and {*steps} <= NEAR  # noqa: PLR2004
    return is_around or (turns <= 1 and {*steps} <= NEAR | DIAGONAL)


def _is_zigzag(steps: list[Step]) -> bool:
    """The same two ways in turn."""
    return len(steps) > 3 and len({*steps[::2]}) == len({*steps[1::2]}) == 1  # noqa: PLR2004


def _is_square(steps: list[Step]) -> bool:
    """Around four corners: the third way leads back as the first came."""
    if len(steps) != 3:  # noqa: PLR2004
        return False
    first, across, back = steps
    is_level = first[0] * across[0] + first[1] * across[1] == 0
    return is_level and back == (-first[0], -first[1])
