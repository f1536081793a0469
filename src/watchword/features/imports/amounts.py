"""How dates, whole numbers, sums of money, yes and no are read, as Germans and others write them.

What can be meant in two ways is not guessed: it is told to whoever has the file.
"""

import re
from datetime import UTC, date, datetime, time

HOUR = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
"""Programs write one behind a day; nobody is born at one for us."""
ZONE = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})"
ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?:[T ]{HOUR}{ZONE}?)?")
GERMAN = re.compile(rf"([0-9]{{1,2}})\. ?([0-9]{{1,2}})\. ?([0-9]{{4}})(?:,? {HOUR})?")
SLASHED = re.compile(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}})(?: {HOUR})?")
CLOCK = re.compile(rf"([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}}))?[.0-9]*({ZONE})?$")
NO_DATES = frozenset({"0000-00-00", "00.00.0000", "00/00/0000"})
"""What databases write where they know none."""
WHOLE = re.compile(r"[0-9]{1,15}|[0-9]{1,3}(?:[.,' \u00a0][0-9]{3}){1,4}")
SUM = re.compile(
    r"(?P<whole>[0-9]{1,12}|[0-9]{1,3}(?P<gap>[.,' \u00a0])[0-9]{3}(?:(?P=gap)[0-9]{3}){0,3})"
    r"(?:(?P<mark>[.,])(?P<part>[0-9]{1,2}|[0-9]{2}0+))?"
)
UNCLEAR = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
"""1.234 is a thousand to one reader and little more than one to the other."""
AROUND = " \t\u00a0€$"
YES = frozenset(["ja", "j", "yes", "y", "true", "wahr", "1", "x"])
NO = frozenset(["nein", "n", "no", "false", "falsch", "0", "-", ""])
"""A column may have words of its own beside them."""
NOT_DIGITS = re.compile(r"[^0-9]")
CURRENCIES = ("EUR", "USD", "CHF", "GBP")


def read_date(typed: str) -> date | None:
    """Read a date: 1980-05-17, 17.05.1980, or with strokes where only one meaning is possible."""
    said = typed.strip()
    if found := ISO.fullmatch(said):
        year, month, day = map(int, found.groups())
    elif found := GERMAN.fullmatch(said):
        day, month, year = map(int, found.groups())
    elif found := SLASHED.fullmatch(said):
        first, second, year = map(int, found.groups())
        months = {each for each in (first, second) if each <= 12}  # noqa: PLR2004 - of a year
        if len(months) != 1:
            return None
        [month] = months
        day = second if first == month else first
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_moment(typed: str) -> datetime | None:
    """Read a date with or without an hour. A day begins at midnight; where no zone is said, it is
    that of UTC."""
    day, clock = read_date(typed), CLOCK.search(typed.strip())
    if day is None:
        return None
    hour, minute, second, zone = ("0", "0", "0", "Z") if clock is None else clock.groups()
    try:
        said = time(int(hour), int(minute), int(second or 0))
        home = datetime.strptime(zone or "Z", "%z").tzinfo
        return datetime.combine(day, said, home).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def has_two_readings(typed: str) -> bool:
    """Say whether a date may be meant in two ways: 05/06 is in May to some, to others in June."""
    found = SLASHED.fullmatch(typed.strip())
    if found is None:
        return False
    first, second, _ = map(int, found.groups())
    return first != second and max(first, second) <= 12 and min(first, second) > 0  # noqa: PLR2004


def is_no_date(typed: str) -> bool:
    """Say whether somebody's program has written down that it knows no date."""
    return typed.strip()[:10] in NO_DATES


def read_points(typed: str) -> int | None:
    said = typed.strip(AROUND)
    return int(NOT_DIGITS.sub("", said)) if WHOLE.fullmatch(said) else None


def read_sum(typed: str) -> int | None:
    """Read a sum of money in its smallest unit: 1.234,56 and 1,234.56 are 123456."""
    said = typed.strip(AROUND)
    for currency in CURRENCIES:
        said = said.removeprefix(currency).removesuffix(currency).strip(AROUND)
    found = SUM.fullmatch(said)
    if found is None or UNCLEAR.fullmatch(said) or found["gap"] == found["mark"] is not None:
        return None
    whole = int(NOT_DIGITS.sub("", found["whole"]))
    return whole * 100 + int(((found["part"] or "") + "00")[:2])
