"""What others know of a customer, and so would try first: numbers, dates, and parts of them.

A PIN is such a value if one of the two stands in the other, and what they share has four digits.
So the rule is the same for short PINs and long ones.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

from watchword.features.cores.rules import Facts
from watchword.foundation.secret import Secret

DIGITS = "0123456789"
SHARED = 4
"""So many digits in common are no accident."""
LAST = 4
SSN_DIGITS = 9
ZIP = re.compile("([0-9]{5})(?:[- ]*([0-9]{4}))?")


@dataclass(frozen=True, slots=True)
class Zip:
    """A zip code of the United States, with the four digits behind it, if they are on file."""

    five: str = field(repr=False)
    four: str | None = field(default=None, repr=False)


def digits_of(written: str) -> str:
    """Give the digits of what is on file, however it is written. Other scripts have none here."""
    return "".join(mark for mark in written if mark in DIGITS)


def is_digits(written: str) -> bool:
    return bool(written) and set(written) <= set(DIGITS)


def is_part(pin: str, value: str) -> bool:
    """Say whether a PIN is a part of a value, or a value a part of the PIN; also backwards."""
    return any(
        (len(pin) >= SHARED and pin in way) or (len(value) >= SHARED and way in pin)
        for way in (value, value[::-1])
    )


def ssn_of(facts: Facts) -> str | None:
    """Give the nine digits, or nothing if there are not so many."""
    digits = "" if facts.ssn is None else digits_of(facts.ssn.reveal())
    return digits if len(digits) == SSN_DIGITS else None


def zip_of(facts: Facts) -> Zip | None:
    """Give a zip of five digits, or of nine; a postcode of elsewhere is none."""
    match = ZIP.fullmatch("" if facts.zip_code is None else facts.zip_code.reveal().strip())
    return None if match is None else Zip(*match.groups())


def is_ssn(pin: str, facts: Facts) -> bool:
    ssn = ssn_of(facts)
    return ssn is not None and (ssn in pin or ssn[::-1] in pin)


def is_part_of_ssn(pin: str, facts: Facts) -> bool:
    ssn = ssn_of(facts)
    return ssn is not None and (is_part(pin, ssn) or is_part(pin, ssn[-LAST:]))


def is_number(pin: str, numbers: Iterable[Secret | None]) -> bool:
    """Say whether a PIN is one of these numbers, a part of it, or such a number with its zeros."""
    return any(is_part(pin, each) or pin == each.zfill(len(pin)) for each in _written(numbers))


def is_birth_date(pin: str, birth_date: date | None) -> bool:
    return birth_date is not None and any(is_part(pin, form) for form in dates_of(birth_date))


def is_zip(pin: str, facts: Facts) -> bool:
    """Say whether a PIN is a zip or its beginning or end, or the digits of a foreign postcode."""
    parts = {*_written([facts.zip_code])}
    if found := zip_of(facts):
        parts |= {found.five, found.five[:LAST], found.five[-LAST:]}
    return any(is_part(pin, part) for part in parts)


def is_phone(pin: str, facts: Facts) -> bool:
    numbers = _written(each.value for each in facts.phones)
    return any(is_part(pin, part) for each in numbers for part in (each, each[-LAST:]))


def dates_of(day: date) -> frozenset[str]:
    """Give a date in all forms that people type: in any order, long or short, whole or not."""
    ways = (
        {f"{day.day:02}", f"{day.day}"},
        {f"{day.month:02}", f"{day.month}"},
        {f"{day.year:04}", f"{day.year % 100:02}"},
    )
    forms = {f"{day.year:04}"}
    for count in (2, 3):
        for chosen in permutations(ways, count):
            forms |= {*_joined(chosen)}
    return frozenset(form for form in forms if len(form) >= SHARED)


def _joined(ways: Iterable[Iterable[str]]) -> Iterator[str]:
    first, *rest = ways
    ends = [*_joined(rest)] if rest else [""]
    return (begun + end for begun in first for end in ends)


def _written(numbers: Iterable[Secret | None]) -> Iterator[str]:
    for number in numbers:
        digits = "" if number is None else digits_of(number.reveal())
        if digits:
            yield digits
