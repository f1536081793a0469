"""What a contact point is, and how one is read.

A phone number has one spelling, E.164, however it was typed. An e-mail address is sent to
exactly as it was typed, and known again whatever the case of its letters: otherwise
`Ann@…` and `ann@…` would each have a budget of guesses for one mailbox.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, NewType, TypeAlias
from uuid import UUID

import phonenumbers
from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from msgspec import Struct
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
)

from watchword.features.contacts.homes import read_at_home
from watchword.foundation.remembered import Briefly
from watchword.foundation.secret import Secret

ContactId = NewType("ContactId", UUID)

TYPED_PHONE = re.compile(r"\+?[0-9 ()./-]{3,32}")
NOT_FOR_CODES = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.PERSONAL_NUMBER: "a personal number",
    PhoneNumberType.UAN: "a company number",
    PhoneNumberType.PAGER: "a pager",
    PhoneNumberType.VOICEMAIL: "a voicemail number",
    PhoneNumberType.TOLL_FREE: "a toll-free number",
}
NO_COUNTRY = "001"
HIDDEN = "•••••"
BLOCK_DIGITS = 4
"""Numbers are handed out in blocks, of which these last digits tell one from another."""
SHOWN_AT_MOST = 4  # digits
START_DIGITS = 7  # with the plus
DIGITS_AT_MOST = 15  # as E.164 has it; some countries' own plans allow more
EMAIL_AT_MOST = 254
PLAIN_NAME = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*", re.ASCII | re.IGNORECASE)
"""What nobody objects to before the @, as long as it has 64 letters at most."""
PLAIN_AT_MOST = 64


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    POST = "post"


class PhoneLine(StrEnum):
    """What a phone number leads to. In some countries a number does not tell: `either`."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    EITHER = "either"
    VOIP = "voip"
    OTHER = "other"


LINES = {
    PhoneNumberType.MOBILE: PhoneLine.MOBILE,
    PhoneNumberType.FIXED_LINE: PhoneLine.LANDLINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneLine.EITHER,
    PhoneNumberType.VOIP: PhoneLine.VOIP,
}


@dataclass(frozen=True, slots=True)
class Contact:
    """`address` is where messages go; `canonical` is what the contact point is known by."""

    kind: ContactKind
    address: Secret
    canonical: Secret
    masked: str
    """Enough of the address for its owner to know it, and too little for anybody else."""
    country: str | None = None
    """Where it belongs (ISO 3166-1); nothing for e-mail, which belongs nowhere."""
    line: PhoneLine | None = None
    dial_code: str | None = None

    @property
    def number_start(self) -> str | None:
        """Give the beginning of a phone number: its country, and often its network.

        It is kept in the clear, so it never shows more than half of what tells people apart.
        """
        if self.kind is not ContactKind.PHONE or self.dial_code is None:
            return None
        number = self.canonical.reveal()
        national = len(number) - len(self.dial_code)
        return number[: min(START_DIGITS, len(self.dial_code) + national // 2)]

    @property
    def prefix(self) -> Secret | None:
        """Give the block of numbers that a phone number is one of."""
        if self.kind is not ContactKind.PHONE:
            return None
        return Secret(self.canonical.reveal()[:-BLOCK_DIGITS])


FORGOTTEN = Contact(ContactKind.POST, Secret(""), Secret(""), HIDDEN)
"""Stands for a contact point of which nothing is known any more, and to which nothing leads."""


class NewContact(Struct, frozen=True, gc=False):
    """A contact point that was sealed before anybody has looked whether it is here already.

    An import makes many of them, and not always in the process that keeps them: so it is flat.
    """

    id: ContactId
    person_id: str
    kind: ContactKind
    blind_index: bytes
    sealed_value: bytes
    data_version: int
    wrapped: bytes

    def __repr__(self) -> str:
        return f"NewContact({self.id})"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """What is wrong with an address, without quoting it."""

    because: str


Reading: TypeAlias = Contact | Unreachable


def stand_in(name: str, country: str) -> Contact:
    """Give what takes the place of a contact point where there is none.

    Budgets need something that is the same each time, and nothing is ever sent there.
    """
    named = Secret(name)
    return Contact(ContactKind.PHONE, named, named, HIDDEN, country=country, line=PhoneLine.MOBILE)


@Briefly
def read_phone(typed: str, country: str) -> Reading:
    """Read a phone number; `country` (ISO 3166-1) is where one without a prefix belongs."""
    # The parser knows extensions, letters and the digits of all scripts. We send to none of them.
    if not TYPED_PHONE.fullmatch(typed):
        return Unreachable("A phone number has digits, spaces and + - ( ) . / alone.")
    home = read_at_home(typed, country)
    if home is not None and len(home.dial_code) + len(home.national) - 1 <= DIGITS_AT_MOST:
        return _phone(home.dial_code, home.national, country, home.kind)
    try:
        number = phonenumbers.parse(typed, country)
    except NumberParseException:
        return Unreachable("This is no phone number. Write it as +49 170 1234567.")
    region = phonenumbers.region_code_for_number(number)
    kind = phonenumbers.number_type(number)
    if fault := _fault_of(number, kind):
        return Unreachable(fault)
    prefix = f"+{number.country_code}"
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return _phone(prefix, e164.removeprefix(prefix), region, kind)


def _phone(prefix: str, national: str, region: str | None, kind: int) -> Contact:
    e164 = prefix + national
    # Some islands have numbers of four digits; half of a number is the most that is shown.
    shown = min(SHOWN_AT_MOST, len(national) // 2)
    masked = f"{prefix}{HIDDEN}{e164[-shown:]}"
    return Contact(
        ContactKind.PHONE,
        Secret(e164),
        Secret(e164),
        masked,
        country=region,
        line=LINES.get(kind, PhoneLine.OTHER),
        dial_code=prefix,
    )


def dial_code_of(country: str) -> str | None:
    """Give what numbers of a country begin with; some countries share it."""
    code = phonenumbers.country_code_for_region(country)
    return f"+{code}" if code else None


def countries_of(dial_code: str) -> tuple[str, ...]:
    """Give the countries whose numbers begin with a dial code, of digits alone."""
    known = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return next((known[code] for code in known if str(code) == dial_code), ())


def _fault_of(number: PhoneNumber, kind: int) -> str | None:
    digits = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    # Where a longer number reaches the same telephone, each tail would have a budget of its own.
    if not phonenumbers.is_possible_number(number) or len(digits) > DIGITS_AT_MOST:
        return "This phone number is too short or too long."
    if kind in NOT_FOR_CODES:
        return f"This is {NOT_FOR_CODES[kind]}. Codes are not sent there."
    if phonenumbers.region_code_for_country_code(number.country_code or 0) == NO_COUNTRY:
        return "This is a number of no country, such as a satellite telephone's."
    if kind == PhoneNumberType.UNKNOWN:
        return "This phone number is not in use in its country."
    return None


@Briefly
def read_email(typed: str) -> Reading:
    """Read an e-mail address, strictly, and without asking the network about it."""
    if len(typed) > EMAIL_AT_MOST:
        return Unreachable("This e-mail address is too long.")
    name, _, domain = typed.rpartition("@")
    known = (
        _known_domain(domain) if len(name) <= PLAIN_AT_MOST and PLAIN_NAME.fullmatch(name) else None
    )
    if known is None:
        checked = _checked(typed)
        if checked is None:
            return Unreachable("This is no e-mail address that we can send to: name@example.org.")
        local, known = checked.local_part, _written(checked)
    else:
        local = name
    canonical = f"{local}@{known.canonical}".lower()
    # However it is typed, all see the same of it: a mask of what is kept must not tell from one of
    # what was typed just now, or whoever types it otherwise would see that it was kept before.
    masked = f"{canonical[:1]}{HIDDEN[:3]}@{known.readable}"
    return Contact(ContactKind.EMAIL, Secret(typed), Secret(canonical), masked)


class _Domain(NamedTuple):
    """How the name system knows a domain, and how people read it."""

    canonical: str
    readable: str


@lru_cache(maxsize=1000)
def _known_domain(domain: str) -> _Domain | None:
    """Give how a domain is written, if there can be addresses in it: the same few come again and
    again, and what is wrong with an address is then wrong with its name alone."""
    checked = _checked(f"name@{domain}")
    return None if checked is None else _written(checked)


def _written(checked: ValidatedEmail) -> _Domain:
    canonical = checked.ascii_domain or ""
    return _Domain(canonical, checked.domain or canonical)


def _checked(typed: str) -> ValidatedEmail | None:
    try:
        return validate_email(
            typed,
            check_deliverability=False,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_display_name=False,
        )
    except EmailNotValidError:
        return None


def forget_readings() -> None:
    """Let go of all addresses that were read a moment ago."""
    read_phone.forget()
    read_email.forget()
    _known_domain.cache_clear()


def reread(kind: ContactKind, address: str) -> Contact:
    """Read an address that was read before. What is no address any more stays what it was."""
    read = read_email(address) if kind is ContactKind.EMAIL else read_phone(address, "")
    if isinstance(read, Contact):
        return read
    return Contact(kind, Secret(address), Secret(address), HIDDEN)
