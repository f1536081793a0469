"""What would be right, and how what was typed is read: one pair of functions for each question.

Both sides become strings that are compared as they are, so leading zeros count where they do and
nowhere else. What is not on file has no right answer.
"""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import phonenumbers

from watchword.features.activation.keypad import beginnings_of, typings_of
from watchword.features.cores.rules import Facts
from watchword.features.pins.derived import LAST, digits_of, is_digits, ssn_of, zip_of
from watchword.foundation.secret import Secret

DATE_DIGITS = 8
NUMBER = re.compile("[0-9]+")
AMOUNT = re.compile(r"(?P<whole>[0-9]{0,9})(?:\*(?P<cents>[0-9]{0,2}))?")
FIVE_AND_FOUR = 9


class DateOrder(StrEnum):
    """In which order a date is asked for."""

    MONTH_FIRST = "MMDDYYYY"
    DAY_FIRST = "DDMMYYYY"


def order_of(language: str) -> DateOrder:
    """Give the order in which a language is asked: English as in America, others the day first."""
    is_english = language.partition("-")[0] == "en"
    return DateOrder.MONTH_FIRST if is_english else DateOrder.DAY_FIRST


def exact(secrets: Iterable[Secret | None]) -> frozenset[str]:
    """Give digits as they are on file."""
    written = (digits_of(each.reveal()) for each in secrets if each is not None)
    return frozenset(filter(None, written))


def without_zeros(values: Iterable[str]) -> frozenset[str]:
    """Give numbers of which nobody types the zeros in front."""
    return frozenset(value.lstrip("0") for value in values) - {""}


def ssn(facts: Facts) -> frozenset[str]:
    found = ssn_of(facts)
    return frozenset() if found is None else frozenset({found})


def last_of(values: Iterable[str], digits: int = LAST) -> frozenset[str]:
    return frozenset(value[-digits:] for value in values if len(value) >= digits)


def birth_date(facts: Facts) -> frozenset[str]:
    return frozenset() if facts.birth_date is None else frozenset({facts.birth_date.isoformat()})


def read_date(typed: str, order: DateOrder) -> frozenset[str]:
    """Read eight digits as a day of the calendar; nothing, if there was no such day."""
    if len(typed) != DATE_DIGITS or not is_digits(typed):
        return frozenset()
    first, second, year = int(typed[:2]), int(typed[2:4]), int(typed[4:])
    month, day = (first, second) if order is DateOrder.MONTH_FIRST else (second, first)
    try:
        return frozenset({date(year, month, day).isoformat()})
    except ValueError:
        return frozenset()


def zip_code(facts: Facts) -> frozenset[str]:
    """Give five digits, and nine if they are on file; of a foreign postcode its digits, if it has
    nothing else."""
    if found := zip_of(facts):
        return frozenset({found.five, found.five + (found.four or "")})
    written = "" if facts.zip_code is None else facts.zip_code.reveal().strip()
    return frozenset({written}) if is_digits(written) else frozenset()


def read_zip(typed: str, facts: Facts) -> frozenset[str]:
    """Read a zip. Of nine digits the last four count only if we have such."""
    found = zip_of(facts)
    if len(typed) == FIVE_AND_FOUR and found and found.four is None:
        return frozenset({typed[: len(found.five)]})
    return frozenset({typed})


def name(secret: Secret | None) -> frozenset[str]:
    return frozenset() if secret is None else typings_of(secret.reveal())


def beginnings(secret: Secret | None, letters: int) -> frozenset[str]:
    return frozenset() if secret is None else beginnings_of(secret.reveal(), letters)


def house_number(facts: Facts) -> frozenset[str]:
    """Give the number without its letter, and with it: 12a is 12 or 122. 12-14 is 12, 14 and
    both."""
    if facts.house_number is None:
        return frozenset()
    written = facts.house_number.reveal()
    return frozenset({*NUMBER.findall(written), digits_of(written)} - {""}) | typings_of(written)


def phones(facts: Facts, country: str) -> frozenset[str]:
    return frozenset(read for each in facts.phones for read in _phone(each.value.reveal(), country))


def read_phone(typed: str, country: str) -> frozenset[str]:
    """Read a number as it is dialled at home, or with the code of its country in front."""
    return frozenset({*_phone(typed, country), *_phone(f"+{typed}", country)})


def _phone(written: str, country: str) -> Iterable[str]:
    try:
        parsed = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return ()
    return (f"+{parsed.country_code} {parsed.national_number}",)


def last_deposit(facts: Facts) -> frozenset[str]:
    return without_zeros(exact([facts.last_deposit]))


def read_amount(typed: str) -> frozenset[str]:
    """Read an amount in which `*` is the point: 12*5 is twelve and a half, and 12 is twelve."""
    match = AMOUNT.fullmatch(typed)
    if match is None or not digits_of(typed):
        return frozenset()
    cents = (match["cents"] or "").ljust(2, "0")
    return without_zeros([match["whole"] + cents])


def licence(facts: Facts, last: int | None, *, whole: bool) -> frozenset[str]:
    """Give a licence as it is typed: with its letters, or its digits alone, or the last of them."""
    if facts.driving_licence is None:
        return frozenset()
    written = facts.driving_licence.reveal()
    if whole:
        return typings_of(written.replace("-", ""))
    digits = exact([facts.driving_licence])
    return digits if last is None else last_of(digits, last)
