"""Files of customers that wait to be tried or taken in: one after another, batch by batch."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from watchword.foundation.roster import at_work_alone

EVERY = 1.0  # seconds

log = structlog.get_logger()


class ImportWorker:
    def __init__(
        self,
        advance: Callable[[Callable[[], bool]], Awaitable[bool]],
        every: float = EVERY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        """`advance` works at a file for as long as it may go on; it says whether there was one."""
        self._advance = advance
        self._every = every
        self._turns = turns
        self._is_stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._is_stopping.is_set():
            try:
                if await self._advance(self._goes_on):
                    continue
            except Exception as fault:  # noqa: BLE001 - whoever comes next goes on with the file
                log.warning("import.failed", fault=type(fault).__name__)
            self._turns()
            try:
                await asyncio.wait_for(self._is_stopping.wait(), self._every)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._is_stopping.set()

    def _goes_on(self) -> bool:
        self._turns()
        return not self._is_stopping.is_set()
