"""What came of reading a file, and what keeps one from being taken in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from watchword.features.imports.columns import Column, Plan

CELL_AT_MOST = 1000
"""Characters. So many may have what everybody agreed to, too, for a cell may say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is. What was read and is neither kept nor refused was here before."""

    read: int = 0
    kept: int = 0
    known: int = 0
    refused: int = 0
    verified: int = 0
    agreed: int = 0
    """Consents that are new in the book."""

    def and_(self, other: "Progress") -> "Progress":
        return Progress(
            read=self.read + other.read,
            kept=self.kept + other.kept,
            known=self.known + other.known,
            refused=self.refused + other.refused,
            verified=self.verified + other.verified,
            agreed=self.agreed + other.agreed,
        )


NOTHING_YET = Progress()


@dataclass(frozen=True, slots=True)
class Sight:
    """What a file shows at its beginning: headings, what they seem to mean, and some rows."""

    headings: Sequence[str]
    plan: Plan
    rows: Sequence[Sequence[str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoTable:
    """There is nothing in the file that could be a table."""

    word: ClassVar = "no_table"


@dataclass(frozen=True, slots=True)
class NoNames:
    """No column has family names; nobody can be known without."""

    word: ClassVar = "no_names"

    missing: Sequence[Column] = (Column.FAMILY_NAME,)


@dataclass(frozen=True, slots=True)
class NoMoment:
    """The file says who agreed to offers, and no column says when."""

    word: ClassVar = "no_moment"


@dataclass(frozen=True, slots=True)
class NoWording:
    """The file says who agreed to offers, and neither it nor anybody says to what."""

    word: ClassVar = "no_wording"


@dataclass(frozen=True, slots=True)
class BadWording:
    """What is said for a whole file cannot be what people were shown."""

    word: ClassVar = "bad_wording"

    at_most: int = CELL_AT_MOST


Unready: TypeAlias = NoNames | NoMoment | NoWording | BadWording


def find_fault(plan: Plan) -> Unready | None:
    """Say what a file cannot be begun with."""
    if plan.missing:
        return NoNames(plan.missing)
    if not plan.says_agreed:
        return None
    if Column.CONSENT_AT not in plan.columns:
        return NoMoment()
    wording = plan.wording.strip()
    if not wording and Column.CONSENT_TEXT not in plan.columns:
        return NoWording()
    is_legible = all(letter.isprintable() or letter in "\r\n\t" for letter in wording)
    return None if is_legible and len(wording) <= CELL_AT_MOST else BadWording()
