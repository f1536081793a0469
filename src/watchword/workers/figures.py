"""The worker that counts: what hours came to, one after the other, with breaks between them."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from watchword.foundation.roster import at_work_alone

LOOK_EVERY = 15.0  # seconds
BREATH = 0.01  # seconds between two hours, for others have work to do
IDLES_AT_MOST = 30.0  # seconds; whoever is silent for longer is looked for

log = structlog.get_logger()


class Counts(Protocol):
    async def turn(self) -> bool:
        """Count a bit; say whether there was anything to count."""
        ...


class Counter:
    def __init__(
        self,
        *,
        counting: Counts,
        idles: int = 0,
        look_every: float = LOOK_EVERY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        """`turns` is told whenever we look around. `idles`: so many times as long as it has worked
        it rests afterwards, where what it counts is in no hurry."""
        self._counting = counting
        self._idles = idles
        self._look_every = look_every
        self._turns = turns
        self._is_stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._is_stopping.is_set():
            self._turns()
            began = time.monotonic()
            try:
                is_more = await self._counting.turn()
                worked = min(self._idles * (time.monotonic() - began), IDLES_AT_MOST)
                rest = BREATH + worked if is_more else self._look_every
            except Exception as fault:  # noqa: BLE001 - nobody waits for figures; later is soon enough
                log.warning("figures.failed", fault=type(fault).__name__)
                rest = self._look_every
            try:
                await asyncio.wait_for(self._is_stopping.wait(), rest)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._is_stopping.set()
