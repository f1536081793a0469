"""What a customer holds, as it is written into a row."""

from dataclasses import dataclass, field
from datetime import datetime

from watchword.features.cards.means import Means
from watchword.features.cards.rules import CardId, CardState


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
