"""What a cashier is told when something does not go on."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Told:
    """Why, in a word; from when on it goes on, if time helps; and how many tries are left."""

    word: str
    moment: datetime | None = None
    left: int = 0
