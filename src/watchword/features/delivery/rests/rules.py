"""What is known of a provider that is left alone for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TRIED_WITHIN = timedelta(minutes=2)
"""After so long past a rest, whoever wrote it down is gone, or nothing was there to be sent."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A provider failed so often in a row that it is left alone until that moment."""

    failures: int
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Say whether it rests, or is being tried with one message."""
        return now < self.until + TRIED_WITHIN
