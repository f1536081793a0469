"""The worker that counts: what hours came to, one after the other, with breaks between them."""

import asyncio
from collections.abc import Callable

import structlog

from watchword.features.figures.counting.service import Counting
from watchword.foundation.roster import at_work_alone

LOOK_EVERY = 15.0  # seconds
BREATH = 0.01  # seconds between two hours, for others have work to do

log = structlog.get_logger()


class Counter:
    def __init__(
        self,
        *,
        counting: Counting,
        look_every: float = LOOK_EVERY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        """`turns` is told whenever we look around."""
        self._counting = counting
        self._look_every = look_every
        self._turns = turns
        self._is_stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._is_stopping.is_set():
            self._turns()
            try:
                rest = BREATH if await self._counting.turn() else self._look_every
            except Exception as fault:  # noqa: BLE001 - nobody waits for figures; later is soon enough
                log.warning("figures.failed", fault=type(fault).__name__)
                rest = self._look_every
            try:
                await asyncio.wait_for(self._is_stopping.wait(), rest)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._is_stopping.set()
