"""What a lane has claimed before there was room for it with its provider."""

from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic

from watchword.features.delivery.room import KEPT_AHEAD, most_ahead
from watchword.features.delivery.rules import Priority, Queued

PACE_OVER = 0.1  # seconds


class Ahead:
    """Codes first. How much is taken ahead follows how quickly messages have left."""

    def __init__(self, concurrency: int, seconds: Callable[[], float] = monotonic) -> None:
        self._concurrency = concurrency
        self._seconds = seconds
        self._waiting = deque[tuple[Queued, float]]()
        self._left = 0
        self._since = seconds()
        self._most = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def most(self) -> int:
        return self._most

    def has_left(self) -> None:
        """Note that one that nobody waits for has left."""
        self._left += 1

    def reckon(self) -> None:
        """See how quickly they leave."""
        passed = self._seconds() - self._since
        if passed >= PACE_OVER:
            self._most = most_ahead(self._concurrency, self._left / passed)
            self._left, self._since = 0, self._since + passed

    def put(self, claimed: Sequence[Queued]) -> None:
        now = self._seconds()
        codes = [each for each in claimed if each.priority is not Priority.BULK]
        self._waiting.extend((each, now) for each in claimed if each.priority is Priority.BULK)
        self._waiting.extendleft((each, now) for each in reversed(codes))

    def take(self, *, is_room_for_bulk: bool) -> Queued | None:
        """Give what goes next to the provider."""
        if not self._waiting:
            return None
        if self._waiting[0][0].priority is Priority.BULK and not is_room_for_bulk:
            return None
        return self._waiting.popleft()[0]

    def give_back(self, *, everything: bool) -> Sequence[Queued]:
        """Let go of what has waited for too long, or of everything."""
        oldest = self._seconds() - KEPT_AHEAD
        given = [each for each, since in self._waiting if everything or since < oldest]
        kept = [(each, at) for each, at in self._waiting if not everything and at >= oldest]
        self._waiting = deque(kept)
        return given
