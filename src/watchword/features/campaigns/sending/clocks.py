"""By which clocks somebody is written to, found quickly: a campaign asks for a million of them.

Most countries have one clock, and then the beginning of a number says all. Elsewhere numbers that
were handed out in one block have the same.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.tzdata import TIMEZONE_DATA

from watchword.features.consents.quiet.hours import USUAL, Hours
from watchword.features.consents.quiet.rules import hours_of, zones_of
from watchword.features.contacts.rules import BLOCK_DIGITS, HIDDEN, Contact, ContactKind
from watchword.foundation.secret import Secret

DIAL_CODES = range(1, 4)  # digits
BLOCKS_KNOWN = 32_768


@dataclass(frozen=True, slots=True)
class Clocks:
    """It has to be a good hour by all of them."""

    zones: tuple[ZoneInfo, ...]
    hours: Hours


def clocks_of(kind: ContactKind, address: str, organisation_zone: str, country: str) -> Clocks:
    """Give the clocks of a contact point; those of the organisation, where it has none."""
    if kind is not ContactKind.PHONE:
        return _at_home(organisation_zone, country)
    dial_code = _dial_code(address)
    if dial_code is not None and _has_one_clock(dial_code):
        return _of_country(dial_code, address, organisation_zone)
    return _of_block(address[:-BLOCK_DIGITS], address[-BLOCK_DIGITS:], organisation_zone)


@lru_cache(maxsize=256)
def _at_home(organisation_zone: str, country: str) -> Clocks:
    return Clocks(zones_of(None, organisation_zone), hours_of(country))


def _dial_code(address: str) -> str | None:
    return next(
        (
            address[1 : 1 + digits]
            for digits in DIAL_CODES
            if int(address[1 : 1 + digits] or 0) in COUNTRY_CODE_TO_REGION_CODE
        ),
        None,
    )


@cache  # there are some two hundred
def _has_one_clock(dial_code: str) -> bool:
    zones = {zones for start, zones in TIMEZONE_DATA.items() if start.startswith(dial_code)}
    one_country = len(COUNTRY_CODE_TO_REGION_CODE[int(dial_code)]) == 1
    return one_country and len(zones) == 1 and len(next(iter(zones))) == 1


_countries: dict[tuple[str, str], Clocks] = {}


def _of_country(dial_code: str, address: str, organisation_zone: str) -> Clocks:
    found = _countries.get((dial_code, organisation_zone))
    if found is None:
        found = _countries[dial_code, organisation_zone] = _looked_up(address, organisation_zone)
    return found


_blocks: dict[tuple[str, str], Clocks] = {}


def _of_block(block: str, rest: str, organisation_zone: str) -> Clocks:
    found = _blocks.get((block, organisation_zone))
    if found is None:
        if len(_blocks) >= BLOCKS_KNOWN:
            _blocks.clear()
        found = _blocks[block, organisation_zone] = _looked_up(block + rest, organisation_zone)
    return found


def _looked_up(address: str, organisation_zone: str) -> Clocks:
    secret = Secret(address)
    number = Contact(ContactKind.PHONE, secret, secret, HIDDEN)
    country = phonenumbers.region_code_for_number(phonenumbers.parse(address))
    hours = USUAL if country is None else hours_of(country)
    return Clocks(zones_of(number, organisation_zone), hours)
