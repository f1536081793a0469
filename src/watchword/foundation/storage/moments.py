"""What time it is in the database, which all processes share and none of them owns."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from watchword.foundation.clock import from_microseconds

Now: TypeAlias = Callable[[], datetime]

STALE_AFTER = 10.0  # seconds until the time of a server is asked for again


class LocalTime:
    """The time of this machine, which is where an SQLite file lives. It never runs backwards."""

    def __init__(
        self,
        nanoseconds: Callable[[], int] = time.time_ns,
        steady: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._nanoseconds = nanoseconds
        self._steady = steady
        self._latest = 0
        self._latest_at = steady()

    def now(self) -> datetime:
        # A clock that is set back must not bring a dead code back to life, nor stop the time.
        steady = self._steady()
        passed = steady - self._latest_at
        self._latest, self._latest_at = max(self._nanoseconds(), self._latest + passed), steady
        return from_microseconds(self._latest // 1000)


class ServerTime:
    """The time of a database server, carried on by our own steady clock between two askings."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._server = 0
        self._asked_at = float("-inf")
        self._latest = 0

    @property
    def is_stale(self) -> bool:
        return self._seconds() - self._asked_at > STALE_AFTER

    async def ask(self, microseconds: Callable[[], Awaitable[int]]) -> None:
        before = self._seconds()
        self._server = await microseconds()
        # It was said somewhere between. Taking the start puts us ahead by the trip at most, so
        # that a code ends early rather than late.
        self._asked_at = before

    def now(self) -> datetime:
        since = int((self._seconds() - self._asked_at) * 1_000_000)
        self._latest = max(self._latest, self._server + since)
        return from_microseconds(self._latest)
