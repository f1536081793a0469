"""What cores write down, read: digits, names, dates and yes or no, however they spell them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

import phonenumbers

from watchword.features.cores.rules import ContactOnFile, Facts
from watchword.foundation.secret import Secret, secret_if_any

NOT_A_DIGIT: Final = re.compile(r"[^0-9]+")
DATE: Final = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
AMERICAN: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
AMOUNT: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2})0*)?")
SSN_DIGITS: Final = 9
TOLD_BY: Final = 4
"""Digits at the end of a telephone number that tell most from one another."""
NORTH_AMERICAN: Final = 11

YES, NO = {"true", "t", "yes", "y", "1"}, {"false", "f", "no", "n", "0"}

FACTS: Final = (
    *("given_name", "family_name", "birth_date", "ssn", "zip_code", "phones", "emails"),
    *("contacts_since", "former_phones", "former_emails", "mothers_maiden_name", "house_number"),
    *("driving_licence", "code_word", "member_number", "account_numbers", "card_numbers"),
    "last_deposit",
)
"""What a core may be told to have; `contacts_since` is of all telephones and addresses."""
LISTS: Final = {
    *("phones", "emails", "former_phones", "former_emails"),
    *("account_numbers", "card_numbers"),
}


def text_of(value: object) -> str | None:
    """Give what was written, if anything was."""
    if value is None or isinstance(value, dict | list | tuple):
        return None
    return str(value).strip() or None


def digits_of(value: object) -> str:
    return NOT_A_DIGIT.sub("", text_of(value) or "")


def ssn_of(value: object) -> str | None:
    digits = digits_of(value)
    return digits if len(digits) == SSN_DIGITS and digits.strip("0") else None


def is_same_number(one: str, other: str) -> bool:
    """Compare telephone numbers that may be written with or without their country: whole ones, for
    whoever types a part of one has none."""
    if digits_of(one)[-TOLD_BY:] != digits_of(other)[-TOLD_BY:]:
        return False  # Most are others, and this is quick.
    return not spellings_of(one).isdisjoint(spellings_of(other))


def spellings_of(number: str) -> frozenset[str]:
    """Give the digits by which a number may be written: with its country, which only a number with
    a plus says, and without it. What has eleven digits with a 1 before them is North American."""
    digits = digits_of(number)
    if not digits:
        return frozenset()
    if number.lstrip().startswith("+") or digits.startswith("00"):
        try:
            read = phonenumbers.parse(f"+{digits.removeprefix('00')}")
        except phonenumbers.NumberParseException:
            return frozenset({digits})
        national = phonenumbers.national_significant_number(read)
        region = phonenumbers.region_code_for_number(read)
        trunk = phonenumbers.ndd_prefix_for_region(region or "", strip_non_digits=True) or ""
        whole = f"{read.country_code}{national}"
        return frozenset({whole, f"00{whole}", national, f"{trunk}{national}"})
    if len(digits) == NORTH_AMERICAN and digits.startswith("1"):
        return frozenset({digits, digits[1:]})
    return frozenset({digits})


def date_of(value: object) -> date | None:
    """Read a day: as a date, as text in either usual way, or as a list of year, month and day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, list | tuple):
        value = "-".join(f"{part:02}" for part in value[:3] if isinstance(part, int))
    text = text_of(value) or ""
    if found := DATE.match(text):
        year, month, day = map(int, found.groups())
    elif found := AMERICAN.fullmatch(text):
        month, day, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moment_of(value: object) -> datetime | None:
    """Read a moment. Where only a day is written, it is its first one; without a zone, in UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, str):
        try:
            return moment_of(datetime.fromisoformat(value.strip()))
        except ValueError:
            pass
    day = date_of(value)
    return None if day is None else datetime.combine(day, time(), UTC)


def flag_of(value: object) -> bool | None:
    """Read yes or no; whatever is neither is unknown."""
    word = (text_of(value) or "").lower()
    return True if word in YES else False if word in NO else None


def amount_of(value: object) -> str | None:
    """Read an amount of money as a count of hundredths."""
    found = AMOUNT.fullmatch(text_of(value) or "")
    return found and str(int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")))


def facts_of(written: Mapping[str, object]) -> Facts:
    """Put together what a core knows of somebody, under the names of `FACTS`."""

    def one(name: str) -> Secret | None:
        return secret_if_any(text_of(written.get(name)))

    def several(name: str) -> Sequence[Secret]:
        return [Secret(text) for text in _texts(written.get(name))]

    since = moment_of(written.get("contacts_since"))
    return Facts(
        given_name=one("given_name"),
        family_name=one("family_name"),
        birth_date=date_of(written.get("birth_date")),
        ssn=secret_if_any(ssn_of(written.get("ssn"))),
        zip_code=one("zip_code"),
        phones=[ContactOnFile(value, since) for value in several("phones")],
        emails=[ContactOnFile(value, since) for value in several("emails")],
        former_phones=several("former_phones"),
        former_emails=several("former_emails"),
        mothers_maiden_name=one("mothers_maiden_name"),
        house_number=one("house_number"),
        driving_licence=one("driving_licence"),
        code_word=one("code_word"),
        member_number=one("member_number"),
        account_numbers=several("account_numbers"),
        card_numbers=several("card_numbers"),
        last_deposit=secret_if_any(amount_of(written.get("last_deposit"))),
    )


def _texts(value: object) -> Iterable[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [text for text in map(text_of, values) if text is not None]
