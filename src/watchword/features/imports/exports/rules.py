"""What a customer holds, as it is written into a row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from watchword.features.cards.means import Means
from watchword.features.cards.rules import CardId, CardState
from watchword.features.imports.columns import AGREED, AGREED_HOW, Column

WRITTEN = tuple(column for column in Column if column not in AGREED | AGREED_HOW)
"""The columns of a file that goes out. Who agreed does not: the book has more lines than a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a customer holds: an account, and perhaps a card on it."""

    points: int
    turnover: int
    bonus: int
    card_id: CardId | None = None
    sealed_number: bytes | None = field(default=None, repr=False)
    state: CardState | None = None
    method: Means | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of a table in somebody's language: its headings, and whether a card is verified.

    Files with them can be taken in again: our own columns are known by each of them.
    """

    headings: Sequence[str] = WRITTEN
    yes: str = "yes"
    no: str = "no"


PLAIN = Spoken()
