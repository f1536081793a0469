"""What a test number is: a telephone number that somebody who works here has shown to be theirs.

It is for trying what is written to others, and for nothing else: nobody signs in by it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.staff.rules import StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumber:
    """As it is kept: whose it is, and by which code they show it. Each has one at most."""

    staff_id: StaffId
    contact_id: ContactId
    challenge_id: ChallengeId
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """As its owner sees it. `masked` is as much of it as others may see, too."""

    masked: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class NothingWaits:
    """There is no number that waits to be confirmed."""

    word: ClassVar = "nothing_waits"


def binding_of(staff_id: StaffId) -> str:
    """Say what a code is good for: the number of one person, and nothing else."""
    return f"own-number:{staff_id}"
