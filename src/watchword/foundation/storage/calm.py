"""Calm moments: who has time writes in them, and keeps nobody waiting who has none.

Of somebody's code several blocks are written, one soon after the other. Who has time begins between
two codes, and not between two blocks of one. That holds within a process, where one loop, one
interpreter and on SQLite one connection serve both.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

CALM_AFTER = 0.002
"""Seconds after which whoever has written does not go on with the same thing, as a rule."""
PATIENT_FOR = 0.05
"""Seconds that whoever has time waits, and then begins all the same."""


class Calm:
    """Knows whether somebody writes who waits for it."""

    def __init__(
        self, *, patient_for: float = PATIENT_FOR, seconds: Callable[[], float] = monotonic
    ) -> None:
        """`seconds`: a steady clock."""
        self._patient_for = patient_for
        self._seconds = seconds
        self._under_way = 0
        self._ended_at = float("-inf")

    def begins(self) -> None:
        """Hear that somebody begins a block that they wait for."""
        self._under_way += 1

    def ends(self) -> None:
        self._under_way -= 1
        self._ended_at = self._seconds()

    async def comes(self) -> None:
        """Wait for a calm moment, and no longer than we are patient."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patient_for):
                while left := self._left():  # noqa: ASYNC110 - an event for each block costs more
                    await asyncio.sleep(left)

    def _left(self) -> float:
        """Give the seconds until it may be calm."""
        if self._under_way:
            return CALM_AFTER
        return max(CALM_AFTER - (self._seconds() - self._ended_at), 0.0)
