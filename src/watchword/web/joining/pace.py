"""How long an answer takes: never as long as the work did, which would tell what was found."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil

BEAT = 0.4
"""Seconds. Answers leave on whole beats; the work takes a small part of one."""


class Pace:
    def __init__(self, beat: float = BEAT) -> None:
        self._beat = beat

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Do something, and be done on a beat, whatever it was and however it ended."""
        began = time.monotonic()
        try:
            yield
        finally:
            if self._beat > 0:
                took = time.monotonic() - began
                await asyncio.sleep(ceil(took / self._beat) * self._beat - took)
