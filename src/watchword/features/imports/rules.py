"""What came of reading a file, and what keeps one from being taken in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from watchword.features.imports.columns import Column, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is. What was read and is neither kept nor refused was here before."""

    read: int = 0
    kept: int = 0
    known: int = 0
    refused: int = 0
    verified: int = 0

    def and_(self, other: "Progress") -> "Progress":
        return Progress(
            read=self.read + other.read,
            kept=self.kept + other.kept,
            known=self.known + other.known,
            refused=self.refused + other.refused,
            verified=self.verified + other.verified,
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
