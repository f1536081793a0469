"""What a recovery code is: 80 random bits, shown once, good once. We keep its digest."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType
from uuid import UUID

from watchword.features.organisations.rules import Organisation
from watchword.features.staff.rules import StaffId
from watchword.foundation.framing import framed
from watchword.foundation.secret import Secret

RecoveryCodeId = NewType("RecoveryCodeId", UUID)

CODES = 10
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Thirty-two, five bits each (Crockford): no i, l or o, which look like others, and no u."""
MISTAKEN = str.maketrans("ilo", "110")
LENGTH = 16
GROUP = 4
TYPED_AT_MOST = 64
GAPS = str.maketrans("", "", " -\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCode:
    id: RecoveryCodeId
    staff_id: StaffId
    fingerprint: bytes = field(repr=False)
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoSuchCode:
    """The three do not belong together: the organisation, the address and the code."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """So many wrong codes for this address came from one network that the next one has to wait.

    It is never shut for good: nobody guesses 80 bits, and a stranger could do that to anybody.
    """

    moment: datetime


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Nobody is let in from that network, whatever they know."""


@dataclass(frozen=True, slots=True)
class NotFresh:
    """Whoever asks showed who they are too long ago for this."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many codes nobody has used yet, of how many, and since when there are any."""

    left: int
    made: int
    since: datetime | None


def spell(letters: str) -> Secret:
    """Write a code so that it can be copied by hand: k4wd-7mq2-zr5x-a8tp."""
    return Secret("-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP)))


def read(typed: str) -> Secret | None:
    """Read a code as people type it; nothing, if it cannot be one."""
    if len(typed) > TYPED_AT_MOST:
        return None
    letters = typed.translate(GAPS).lower().translate(MISTAKEN)
    is_one = len(letters) == LENGTH and all(letter in LETTERS for letter in letters)
    return Secret(letters) if is_one else None


def fingerprint(organisation: Organisation, staff_id: StaffId, letters: Secret) -> bytes:
    """Give what we keep of a code. Another member's is another one, even with the same letters."""
    said = framed(
        "watchword/recovery-code/1", organisation.id.bytes, staff_id.bytes, letters.reveal()
    )
    return hashlib.sha256(said).digest()
