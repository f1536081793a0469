"""How quickly a campaign leaves, learnt from how many of it are still in the outbox."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """What was in the outbox at a moment, with what was put there in the same turn.

    `seen_at`: seconds of a steady clock. Whoever takes a campaign over learns it anew.
    """

    seen_at: float
    in_outbox: int

    def left(self, waiting: int, now: float) -> float:
        """Say how many leave in a second, now that so many still wait."""
        passed = now - self.seen_at
        return max(self.in_outbox - waiting, 0) / passed if passed > 0 else 0.0
