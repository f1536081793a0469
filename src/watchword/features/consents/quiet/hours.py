"""In which hours advertising may be sent, by country. Data; where a line stands in no law, ours is.

A code that somebody asks for has no such hours (47 CFR 64.1200(c)(1) is about solicitations).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time

EVERY_DAY = frozenset(range(7))
MONDAY_TO_SATURDAY = frozenset(range(6))


@dataclass(frozen=True, slots=True)
class Hours:
    """From when until when, by the clock of whoever is written to; `days` as `weekday()` counts."""

    opens: time
    closes: time
    days: Collection[int] = EVERY_DAY


USUAL = Hours(time(8), time(21))
"""47 CFR 64.1200(c)(1): not before 8 in the morning, and not after 9 at night."""

STRICTER: Mapping[str, Hours] = {
    # The usage of the French operators' charter for advertising by text message.
    "FR": Hours(time(8), time(20), MONDAY_TO_SATURDAY),
}
"""By country (ISO 3166-1) of the number; an operator may give a table of their own."""
