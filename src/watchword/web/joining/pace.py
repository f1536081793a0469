"""How long an answer takes: never as long as the work did, which would tell what was found."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from math import ceil

BEAT = 0.4
"""Seconds. Answers leave on whole beats; the work takes a small part of one."""


class Pace:
    def __init__(
        self,
        beat: float = BEAT,
        *,
        clock: Callable[[], float] = time.monotonic,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._beat = beat
        self._clock = clock
        self._rest = rest

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Do something, and be done on a beat, whatever it was and however it ended."""
        began = self.began()
        try:
            yield
        finally:
            await self.rest_since(began)

    def began(self) -> float:
        """Give the moment, for whoever sees only at the end whether to be done on a beat."""
        return self._clock()

    async def rest_since(self, began: float) -> None:
        if self._beat > 0:
            took = self._clock() - began
            await self._rest(ceil(took / self._beat) * self._beat - took)
