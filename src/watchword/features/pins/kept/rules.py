"""What is known of a PIN beside the PIN: who set it, since when, and how many wrong ones came.

Wrong ones in a row are counted across calls, and a try counts before it is judged: so nobody gains
by trying many at once. The right one forgets them; only staff unlock, or time, where it may.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, NewType, TypeAlias
from uuid import UUID

from watchword.features.customers.rules import CustomerId
from watchword.features.pins.rules import PREVIOUS_AT_MOST

Subject = NewType("Subject", str)
"""Whose PIN it is: a customer of ours, or a member of a core, known by a digest."""
EarlierId = NewType("EarlierId", UUID)

KEPT_AT_MOST = PREVIOUS_AT_MOST
TELEPHONE: Final = "telephone"
"""Who acts in calls, where nobody of the staff does: a machine by this name."""
CUSTOMER = "customer:"


class Origin(StrEnum):
    """Who chose a PIN."""

    CUSTOMER = "customer"
    """They did, or took one that we made for them in the same call."""
    STAFF = "staff"
    """It was given out, and is to be changed."""
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRecord:
    """`sealed_hash`: nothing, if the PIN rests in a core. `established_at`: when the customer first
    chose one."""

    subject: Subject
    customer_id: CustomerId | None = None
    sealed_hash: bytes | None = field(default=None, repr=False)
    origin: Origin | None = None
    must_change: bool = False
    wrong_in_a_row: int = 0
    locked_at: datetime | None = None
    established_at: datetime | None = None
    changed_at: datetime | None = None
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Locking:
    """After how many wrong ones in a row somebody is locked; PCI DSS 8.3.4 asks for ten at most.

    `reopens`: after so long they may try again; without it, only staff let them.
    """

    after: int = 10
    reopens: timedelta | None = None

    def still_locked(self, locked_at: datetime, now: datetime) -> bool:
        return self.reopens is None or now < locked_at + self.reopens


@dataclass(frozen=True, slots=True)
class Crowd:
    """Too many PINs are being computed; it was not looked at, and not counted."""

    word: ClassVar = "crowded"


@dataclass(frozen=True, slots=True)
class UsedBefore:
    """It is one of the last ones."""

    word: ClassVar = "used_before"


@dataclass(frozen=True, slots=True)
class Changed:
    """The PIN has changed since it was looked at; nothing was written."""

    word: ClassVar = "changed"


@dataclass(frozen=True, slots=True)
class NotLocked:
    word: ClassVar = "not_locked"


@dataclass(frozen=True, slots=True)
class NoPin:
    """There is none."""

    word: ClassVar = "no_pin"


Kept: TypeAlias = PinRecord | UsedBefore | Changed | Crowd


def of_customer(id: CustomerId) -> Subject:
    return Subject(f"{CUSTOMER}{id}")


def of_member(digest: bytes) -> Subject:
    """Give whom a core means, by a digest that tells nothing without our key."""
    return Subject(f"member:{digest.hex()}")


def is_customer(subject: Subject) -> bool:
    return subject.startswith(CUSTOMER)


def new_record(subject: Subject, customer_id: CustomerId | None, now: datetime) -> PinRecord:
    return PinRecord(subject=subject, customer_id=customer_id, created_at=now, seen_at=now)


def is_locked(record: PinRecord, locking: Locking, now: datetime) -> bool:
    if record.locked_at is None:
        return record.wrong_in_a_row >= locking.after
    return locking.still_locked(record.locked_at, now)


def tried(record: PinRecord, locking: Locking, now: datetime) -> PinRecord:
    """Count a try that is about to be judged. Whoever's lock has run out begins anew."""
    wrong = 1 if record.locked_at is not None else record.wrong_in_a_row + 1
    locked_at = now if wrong >= locking.after else None
    return replace(record, wrong_in_a_row=wrong, locked_at=locked_at, seen_at=now)


def righted(record: PinRecord, now: datetime) -> PinRecord:
    """Forget what was wrong, for it was right after all."""
    return replace(record, wrong_in_a_row=0, locked_at=None, seen_at=now)


def set_anew(record: PinRecord, sealed: bytes | None, origin: Origin, now: datetime) -> PinRecord:
    """Put another PIN in the place of the one before. It unlocks nobody."""
    is_own = origin is Origin.CUSTOMER
    return replace(
        record,
        sealed_hash=sealed,
        origin=origin,
        must_change=not is_own,
        established_at=record.established_at or (now if is_own else None),
        changed_at=now,
        seen_at=now,
    )


def mark_of(record: PinRecord | None) -> str:
    """Give what a PIN that was set is known by, and that tells nothing of it."""
    sealed = None if record is None else record.sealed_hash
    return "" if sealed is None else hashlib.sha256(sealed).hexdigest()


def left(record: PinRecord, locking: Locking) -> int:
    return max(0, locking.after - record.wrong_in_a_row)
