"""What an organisation is. A test organisation never reaches anybody: it has the sandbox."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from watchword.foundation.gsm import septets, transliterate
from watchword.foundation.ids import OrganisationId

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
COUNTRY = re.compile(r"[A-Z]{2}")
LocationId = NewType("LocationId", UUID)
"""A site of an organisation: a shop, a branch."""

NAME_AT_MOST = 30
"""Characters as it is written, and septets as a text message has it. A longer name would push a
text message into a second segment."""


class Mode(StrEnum):
    TEST = "test"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """`country` (ISO 3166-1) reads phone numbers without a prefix; `locale` is its language."""

    id: OrganisationId
    slug: str
    name: str
    mode: Mode
    country: str
    locale: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Unacceptable:
    """What is wrong with a new organisation, and what would be right."""

    because: str


@dataclass(frozen=True, slots=True)
class SlugTaken:
    """There is an organisation of that short name."""

    slug: str


def find_fault(
    slug: str, name: str, country: str, locale: str, locales: Collection[str]
) -> Unacceptable | None:
    """Look for what is wrong; `locales` are those that there are words in."""
    if not SLUG.fullmatch(slug):
        return Unacceptable("The short name has a-z, 0-9 and hyphens, 40 at most: sonnenhof.")
    if fault := find_fault_of_name(name):
        return fault
    if not COUNTRY.fullmatch(country):
        return Unacceptable("The country is two capital letters of ISO 3166-1: DE, US.")
    if locale not in locales:
        return Unacceptable(f"There are words in: {', '.join(locales)}.")
    return None


def find_fault_of_name(name: str) -> Unacceptable | None:
    """Look for what is wrong with a name, and with what a text message makes of it."""
    if not name.strip() or len(name) > NAME_AT_MOST or not name.isprintable():
        return Unacceptable(f"The name has 1 to {NAME_AT_MOST} printable characters.")
    texted = transliterate(name)
    if not any(map(str.isalnum, texted)):
        return Unacceptable(
            "A text message can write nothing of the name. Spell it in Latin letters."
        )
    if (count := septets(texted)) > NAME_AT_MOST:
        return Unacceptable(
            f"In a text message the name takes {count} septets, and {NAME_AT_MOST} are the most: "
            f"it is written {texted}. Choose a shorter one."
        )
    return None
