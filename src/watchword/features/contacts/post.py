"""What a postal address is, and how one is read.

It is written on an envelope as it was typed, and known again whatever its spaces and the case of
its letters. That the house stands, nobody but the post can say.
"""

import unicodedata
from dataclasses import dataclass

from watchword.features.contacts.rules import (
    HIDDEN,
    Contact,
    ContactKind,
    Reading,
    Unreachable,
)
from watchword.features.contacts.rules import reread as reread_number_or_email
from watchword.foundation.secret import Secret

LINE_AT_MOST = 80
CITY_AT_MOST = 60
POSTAL_CODE_AT_MOST = 12
SHOWN_OF_POSTAL_CODE = 2
SMALL_WORD = 3
GAP = " "
NEW_LINE = "\n"
ONE_LINE = ", "
LINES = 5
DIGITS = frozenset("0123456789")

COUNTRIES = frozenset(
    # ISO 3166-1, as of 2024
    [
        "AD",
        "AE",
        "AF",
        "AG",
        "AI",
        "AL",
        "AM",
        "AO",
        "AQ",
        "AR",
        "AS",
        "AT",
        "AU",
        "AW",
        "AX",
        "AZ",
        "BA",
        "BB",
        "BD",
        "BE",
        "BF",
        "BG",
        "BH",
        "BI",
        "BJ",
        "BL",
        "BM",
        "BN",
        "BO",
        "BQ",
        "BR",
        "BS",
        "BT",
        "BV",
        "BW",
        "BY",
        "BZ",
        "CA",
        "CC",
        "CD",
        "CF",
        "CG",
        "CH",
        "CI",
        "CK",
        "CL",
        "CM",
        "CN",
        "CO",
        "CR",
        "CU",
        "CV",
        "CW",
        "CX",
        "CY",
        "CZ",
        "DE",
        "DJ",
        "DK",
        "DM",
        "DO",
        "DZ",
        "EC",
        "EE",
        "EG",
        "EH",
        "ER",
        "ES",
        "ET",
        "FI",
        "FJ",
        "FK",
        "FM",
        "FO",
        "FR",
        "GA",
        "GB",
        "GD",
        "GE",
        "GF",
        "GG",
        "GH",
        "GI",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GR",
        "GS",
        "GT",
        "GU",
        "GW",
        "GY",
        "HK",
        "HM",
        "HN",
        "HR",
        "HT",
        "HU",
        "ID",
        "IE",
        "IL",
        "IM",
        "IN",
        "IO",
        "IQ",
        "IR",
        "IS",
        "IT",
        "JE",
        "JM",
        "JO",
        "JP",
        "KE",
        "KG",
        "KH",
        "KI",
        "KM",
        "KN",
        "KP",
        "KR",
        "KW",
        "KY",
        "KZ",
        "LA",
        "LB",
        "LC",
        "LI",
        "LK",
        "LR",
        "LS",
        "LT",
        "LU",
        "LV",
        "LY",
        "MA",
        "MC",
        "MD",
        "ME",
        "MF",
        "MG",
        "MH",
        "MK",
        "ML",
        "MM",
        "MN",
        "MO",
        "MP",
        "MQ",
        "MR",
        "MS",
        "MT",
        "MU",
        "MV",
        "MW",
        "MX",
        "MY",
        "MZ",
        "NA",
        "NC",
        "NE",
        "NF",
        "NG",
        "NI",
        "NL",
        "NO",
        "NP",
        "NR",
        "NU",
        "NZ",
        "OM",
        "PA",
        "PE",
        "PF",
        "PG",
        "PH",
        "PK",
        "PL",
        "PM",
        "PN",
        "PR",
        "PS",
        "PT",
        "PW",
        "PY",
        "QA",
        "RE",
        "RO",
        "RS",
        "RU",
        "RW",
        "SA",
        "SB",
        "SC",
        "SD",
        "SE",
        "SG",
        "SH",
        "SI",
        "SJ",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SR",
        "SS",
        "ST",
        "SV",
        "SX",
        "SY",
        "SZ",
        "TC",
        "TD",
        "TF",
        "TG",
        "TH",
        "TJ",
        "TK",
        "TL",
        "TM",
        "TN",
        "TO",
        "TR",
        "TT",
        "TV",
        "TW",
        "TZ",
        "UA",
        "UG",
        "UM",
        "US",
        "UY",
        "UZ",
        "VA",
        "VC",
        "VE",
        "VG",
        "VI",
        "VN",
        "VU",
        "WF",
        "WS",
        "YE",
        "YT",
        "ZA",
        "ZM",
        "ZW",
    ]
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter goes. Some countries have no postal codes."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str

    def __repr__(self) -> str:
        return "Place(…)"


def read_post(place: Place) -> Reading:
    """Read a postal address, strictly: what cannot be printed on an envelope is none."""
    tidy = Place(*map(_tidy, _fields(place)))
    if fault := _fault_of(tidy):
        return Unreachable(fault)
    fields = _fields(tidy)
    return Contact(
        ContactKind.POST,
        address=Secret(NEW_LINE.join(fields)),
        canonical=Secret(NEW_LINE.join(map(known_as, fields))),
        masked=_masked(tidy),
        country=tidy.country,
    )


def reread(kind: ContactKind, address: str) -> Contact:
    """Read any address that was read before. What is none any more stays what it was."""
    if kind is not ContactKind.POST:
        return reread_number_or_email(kind, address)
    place = place_of(address)
    read = None if place is None else read_post(place)
    if isinstance(read, Contact):
        return read
    return Contact(kind, Secret(address), Secret(address), HIDDEN)


def place_of(address: str) -> Place | None:
    """Take an address apart that `read_post` has put together."""
    fields = address.split(NEW_LINE)
    return Place(*fields) if len(fields) == LINES else None


def envelope(place: Place) -> tuple[str, ...]:
    """Give the lines as they stand on an envelope."""
    town = f"{place.postal_code} {place.city}".strip()
    return place.name, place.street, town, place.country


def in_one_line(address: str) -> str:
    """Write an address that was read as people write it in one line; any other stays as it is."""
    place = place_of(address)
    return address if place is None else ONE_LINE.join(envelope(place))


def read_line(typed: str) -> Reading:
    """Read an address that was written in one line."""
    parts = [part.strip() for part in typed.split(ONE_LINE.strip())]
    if len(parts) < LINES - 1:
        return Unreachable("A postal address is written as Name, Street 1, 12345 Town, DE.")
    name, *street, town, country = parts
    words = town.split(GAP)
    # Whatever has a digit in it is of the postal code: SW1A 1AA London, 80331 Bad Tölz.
    coded = next((at for at, word in enumerate(words) if DIGITS.isdisjoint(word)), len(words))
    postal_code, city = GAP.join(words[:coded]), GAP.join(words[coded:])
    return read_post(Place(name, ONE_LINE.join(street), postal_code, city, country))


def _fields(place: Place) -> tuple[str, str, str, str, str]:
    return place.name, place.street, place.postal_code, place.city, place.country


def _tidy(typed: str) -> str:
    """Drop spaces that nobody sees. A line break is none of them: it would make a further line."""
    return GAP.join(part for part in typed.split(GAP) if part)


def known_as(field: str) -> str:
    """Give what a part of an address is known by, however it was typed."""
    return GAP.join(unicodedata.normalize("NFKC", field).casefold().split())


def _fault_of(place: Place) -> str | None:
    named = (
        ("name", place.name, LINE_AT_MOST),
        ("street", place.street, LINE_AT_MOST),
        ("city", place.city, CITY_AT_MOST),
    )
    for what, field, most in named:
        if not 1 <= len(field) <= most or not field.isprintable():
            return f"The {what} has 1 to {most} characters that can be printed."
    if len(place.postal_code) > POSTAL_CODE_AT_MOST or not place.postal_code.isprintable():
        return f"The postal code has {POSTAL_CODE_AT_MOST} characters at most."
    if place.country not in COUNTRIES:
        return "The country is two capital letters of ISO 3166-1: DE, US."
    return None


def _masked(place: Place) -> str:
    """Show the town, and of the rest as little as tells one's own address from another.

    It is the same however it was typed, as that of a mailbox is.
    """
    name, code, city = map(known_as, (place.name, place.postal_code, place.city))
    shown = min(SHOWN_OF_POSTAL_CODE, len(code) // 2)
    code = f"{code[:shown].upper()}{HIDDEN[:3]} " if code else ""
    # Frankfurt am Main, Bad Tölz
    words = (w if at and len(w) <= SMALL_WORD else w.title() for at, w in enumerate(city.split()))
    return f"{name[:1].upper()}{HIDDEN[:3]} · {code}{GAP.join(words)}"
