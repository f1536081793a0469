"""Who is at work in this process, and when each was last seen to turn to its work."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SILENT_AFTER = 60.0  # seconds; every worker looks around far more often, busy or not


@dataclass(frozen=True, slots=True)
class Attendance:
    """`silent_for`: seconds since its last turn."""

    is_there: bool
    silent_for: float

    @property
    def is_well(self) -> bool:
        return self.is_there and self.silent_for < SILENT_AFTER


class Roster:
    """A worker that has ended before it was sent home stays on the list, as one who is missing."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._seen_at: dict[str, float] = {}
        self._gone: set[str] = set()

    def joins(self, name: str) -> None:
        self._gone.discard(name)
        self.turns(name)

    def turns(self, name: str) -> None:
        """Note that a worker turns to its work once more."""
        self._seen_at[name] = self._seconds()

    def ends(self, name: str) -> None:
        """Note that a worker does nothing any more, though nobody has sent it home."""
        if name in self._seen_at:
            self._gone.add(name)

    def goes_home(self, name: str) -> None:
        self._seen_at.pop(name, None)
        self._gone.discard(name)

    def look(self) -> Mapping[str, Attendance]:
        now = self._seconds()
        return {
            name: Attendance(name not in self._gone, now - at) for name, at in self._seen_at.items()
        }

    @property
    def missing(self) -> list[str]:
        """Name those who are gone or silent."""
        return sorted(name for name, found in self.look().items() if not found.is_well)


def at_work_alone() -> None:
    """Tell nobody that one turns to its work: there is no roster."""
