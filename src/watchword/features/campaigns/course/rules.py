"""How quickly a campaign leaves, learnt from how many of it are still in the outbox."""

from dataclasses import dataclass
from typing import Final

STILL_LEAVES_FOR: Final = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Pace:
    """What was in the outbox at a moment, with what was put there in the same turn.

    `seen_at`: seconds of a steady clock. Whoever takes a campaign over learns it anew.
    """

    seen_at: float
    in_outbox: int
    left_at: float = float("-inf")
    """When something of it was seen to have left; at first, when it was begun with."""

    def left(self, waiting: int, now: float) -> float:
        """Say how many leave in a second, now that so many still wait."""
        passed = now - self.seen_at
        return max(self.in_outbox - waiting, 0) / passed if passed > 0 else 0.0

    @property
    def is_leaving(self) -> bool:
        """Say whether the outbox may soon be empty, so that somebody should look again at once."""
        return self.in_outbox > 0 and self.seen_at - self.left_at < STILL_LEAVES_FOR
