"""How often somebody may fail to show who they are, over all calls and telephones.

What is counted is the member who was found, however they were looked up and spelt. Where nobody was
found it is the number itself, so that nobody learns from a lock whether there is such a member. Who
calls from many telephones gains nothing.

A guess counts before it is judged, and is taken back if it was right: of many that are under way at
once no more are judged than would be one after another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.cores.rules import CoreName, FindBy, MemberRef
from watchword.features.pins.kept.rules import Locking
from watchword.foundation.secret import Secret

DIGITS = "0123456789"

FORGOTTEN_AFTER = timedelta(days=30)
"""What is not locked, and has not failed again, is let go of."""
LOCKS_END_AFTER = timedelta(days=365)
"""Also where only staff unlock: a lock of a number that is nobody's would else stay for good, and
as nobody is to see which those are, one of a member ends then, too."""


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
class Sought:
    """What somebody was looked up by, and to whom in which core that has led."""

    by: FindBy
    value: Secret = field(repr=False)
    core: CoreName
    found: Sequence[MemberRef] = field(default=(), repr=False)


def names_of(sought: Sought, country: str) -> Sequence[str]:
    """Name what is counted, in the order in which everybody holds it: each account once, and where
    there is none the number, which has one name however it is spelt."""
    if sought.found:
        return sorted({f"account:{sought.core}:{each.account.reveal()}" for each in sought.found})
    return [f"{sought.by}:{plain(sought.by, sought.value, country).reveal()}"]


def looked_for(by: FindBy, value: Secret, country: str) -> Secret:
    """Give what a core is asked for: a telephone with its country, and else what was typed."""
    read = read_phone(value.reveal(), country) if by is FindBy.PHONE else None
    return read.canonical if isinstance(read, Contact) else value


def plain(by: FindBy, value: Secret, country: str) -> Secret:
    """Give the one spelling of a number that was typed; `country` is where telephones are that are
    typed without one. Zeros before a number are no other number: many a core reads them so."""
    typed = looked_for(by, value, country).reveal()
    return Secret("".join(each for each in typed if each in DIGITS).lstrip("0"))


def as_of(count: Count, now: datetime, locking: Locking) -> Count:
    """Give what of a count still holds."""
    if count.locked_at is None or locking.still_locked(count.locked_at, now):
        return count
    return Count()


def failed(count: Count, now: datetime, most: int) -> Count:
    in_a_row = count.in_a_row + 1
    locked_at = now if count.locked_at is None and in_a_row >= most else count.locked_at
    return replace(count, in_a_row=in_a_row, last_at=now, locked_at=locked_at)


def is_forgiven(count: Count) -> bool:
    """Say whether what has failed is forgotten when it was them after all; of what was too much
    only staff undo that, with a reason."""
    return count.in_a_row > 0 and not count.is_locked


def taken_back(count: Count, most: int) -> Count:
    """Undo one guess that counted before it was judged, and the lock if it was that one."""
    in_a_row = max(0, count.in_a_row - 1)
    locked_at = count.locked_at if in_a_row >= most else None
    return replace(count, in_a_row=in_a_row, locked_at=locked_at)
