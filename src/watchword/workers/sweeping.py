"""What is done from time to time: codes run out, old answers and sandbox messages are dropped."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from watchword.foundation.roster import at_work_alone

EVERY = 5.0  # seconds
AT_ONCE = 500  # rows; more would keep others waiting

log = structlog.get_logger()


class Sweeper:
    def __init__(
        self,
        chores: Sequence[Callable[[int], Awaitable[int]]],
        every: float = EVERY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        """Each chore is told how much to do at most, and says how much it was."""
        self._chores = chores
        self._every = every
        self._turns = turns
        self._is_stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._is_stopping.is_set():
            for chore in self._chores:
                try:
                    self._turns()
                    while await chore(AT_ONCE) == AT_ONCE and not self._is_stopping.is_set():
                        self._turns()
                except Exception as fault:  # noqa: BLE001 - the next chore has nothing to do with it
                    log.warning("chore.failed", fault=type(fault).__name__)
            try:
                await asyncio.wait_for(self._is_stopping.wait(), self._every)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._is_stopping.set()
