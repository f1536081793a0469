"""What an organisation is. A test organisation never reaches anybody: it has the sandbox."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchword.foundation.ids import OrganisationId

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
COUNTRY = re.compile(r"[A-Z]{2}")
NAME_AT_MOST = 30
"""Characters. A longer name would push a text message into a second segment."""


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


def find_fault(slug: str, name: str, country: str) -> Unacceptable | None:
    if not SLUG.fullmatch(slug):
        return Unacceptable("The short name has a-z, 0-9 and hyphens, 40 at most: sonnenhof.")
    if not name.strip() or len(name) > NAME_AT_MOST or not name.isprintable():
        return Unacceptable(f"The name has 1 to {NAME_AT_MOST} printable characters.")
    if not COUNTRY.fullmatch(country):
        return Unacceptable("The country is two capital letters of ISO 3166-1: DE, US.")
    return None
