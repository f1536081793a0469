"""How often somebody may fail to show who they are, over all calls and telephones.

The count stands with what they were looked up by, known or not: so that nobody learns from it
whether there is such a member, and who calls from many telephones gains nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

IN_A_ROW = 10
"""PCI DSS 8.3.4 asks for ten at most, by whatever way they come."""
FORGOTTEN_AFTER = timedelta(days=30)
"""What is not locked, and has not failed again, is let go of."""


@dataclass(frozen=True, slots=True)
class Count:
    """What has failed in a row. `locked_at`: from then on everything fails."""

    in_a_row: int = 0
    last_at: datetime | None = None
    locked_at: datetime | None = None

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


@dataclass(frozen=True, slots=True)
class Strictness:
    """How many failures in a row lock, and after how long somebody may try again by themselves;
    without `reopens`, only staff let them."""

    most: int = IN_A_ROW
    reopens: timedelta | None = None


def as_of(count: Count, now: datetime, strictness: Strictness) -> Count:
    """Give what of a count still holds."""
    reopens = strictness.reopens
    if count.locked_at is None or reopens is None or now < count.locked_at + reopens:
        return count
    return Count()


def failed(count: Count, now: datetime, most: int = IN_A_ROW) -> Count:
    in_a_row = count.in_a_row + 1
    locked_at = now if count.locked_at is None and in_a_row >= most else count.locked_at
    return replace(count, in_a_row=in_a_row, last_at=now, locked_at=locked_at)


def is_forgiven(count: Count) -> bool:
    """Say whether what has failed is forgotten when it was them after all; of what was too much
    only staff undo that, with a reason."""
    return count.in_a_row > 0 and not count.is_locked
