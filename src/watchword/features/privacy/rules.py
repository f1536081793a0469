"""What may be done about a person, and how it can end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias

from watchword.features.audit.reasons import AT_MOST, names_somebody
from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.suppressions.rules import Suppression
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.privacy.mapping import Emptied, Stays, Table
from watchword.foundation.ids import Id

CONTACT = "contact:"


@dataclass(frozen=True, slots=True)
class BadReason:
    """A reason is missing, too long, or would itself be data about somebody."""

    word: ClassVar = "bad_reason"

    because: str


@dataclass(frozen=True, slots=True)
class StillStaff:
    """The person works here. First somebody has to disable them."""

    word: ClassVar = "still_staff"


@dataclass(frozen=True, slots=True)
class NothingKnown:
    """There is no such contact point here. Whether it opted out is known all the same."""

    word: ClassVar = "nothing_known"

    suppressions: Sequence[Suppression]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """A person is forgotten. `rows`: how many rows went or were emptied, by table."""

    word: ClassVar = "erased"

    at: datetime
    was_known: bool
    rows: Mapping[str, int]
    ended: int = 0
    is_opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Remaining:
    """What stays when a person is forgotten, and why."""

    what: str
    because: str


Erasure: TypeAlias = Erased | StillStaff | BadReason | NeedsSecondPerson


def find_fault(reason: str) -> BadReason | None:
    text = reason.strip()
    if not 1 <= len(text) <= AT_MOST or not text.isprintable():
        return BadReason(f"A reason has 1 to {AT_MOST} characters, on one line.")
    if names_somebody(text):
        return BadReason("A reason stays for good, so it names no address and no number.")
    return None


def subject_of(contact_id: ContactId) -> str:
    """Name a person where a second one has to agree: by a random id."""
    return f"{CONTACT}{contact_id}"


def contact_in(subject: str) -> ContactId | None:
    """Read from a subject who is meant; nothing, if it names nobody."""
    if not subject.startswith(CONTACT):
        return None
    return ContactId(Id(subject.removeprefix(CONTACT)))


def remaining(tables: Sequence[Table]) -> Sequence[Remaining]:
    """Say what stays when somebody is forgotten."""
    said = []
    for table in tables:
        match table.fate:
            case Stays(because):
                said.append(Remaining(table.holds, because))
            case Emptied():
                because = "as evidence of what was done, without anything that identifies"
                said.append(Remaining(table.holds, because))
            case _:
                continue
    return said


AGES_OUT: Sequence[Remaining] = (
    Remaining("answers to repeated requests, sealed", "they go within 24 hours"),
    Remaining("messages that a provider already has", "the provider keeps them by its own rules"),
    Remaining(
        "backups", "they go as you throw them away; after a restore, forget the person again"
    ),
)
"""What goes by itself, later."""
