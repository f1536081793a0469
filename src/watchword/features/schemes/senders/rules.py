"""Which sender an application has chosen for messages to a country. Watchword chooses who carries a
message by plans and routes of its own; so this is kept, told again, and not gone by."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from watchword.features.schemes.rules import SchemeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """`country`: of ISO 3166-1, or `all`. `service_sid`: the other product's name for it."""

    scheme_id: SchemeId
    country: str
    service_sid: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class CountryTaken:
    """There is a sender for the country."""

    word: ClassVar[str] = "country_taken"
