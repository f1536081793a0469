"""The press: draws the letters of batches that were released, some at a time."""

import asyncio
from collections.abc import Callable

import structlog

from watchword.features.letters.batches.service import PRESS, Batches
from watchword.foundation.bells import Bells
from watchword.foundation.roster import at_work_alone

LOOK_EVERY = 5.0  # seconds

log = structlog.get_logger()


class Press:
    def __init__(
        self,
        *,
        batches: Batches,
        bells: Bells,
        look_every: float = LOOK_EVERY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        self._batches = batches
        self._ear = bells.listen(PRESS)
        self._look_every = look_every
        self._turns = turns
        self._is_stopping = False

    async def run(self) -> None:
        """Work until `stop`. What was begun is gone on with, by whoever is there."""
        while not self._is_stopping:
            self._turns()
            try:
                count = await self._batches.draw_some()
            except Exception as fault:  # noqa: BLE001 - the database may be away for a moment
                log.warning("press.failed", fault=type(fault).__name__)
                await asyncio.sleep(self._look_every)
            else:
                if not count:
                    await self._ear.wait(self._look_every)

    def stop(self) -> None:
        self._is_stopping = True
        self._ear.rung.set()
