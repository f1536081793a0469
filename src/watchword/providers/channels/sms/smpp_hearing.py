"""Receipts on their way from an SMSC to the core, held for a moment.

A receipt can be faster than the answer to its message, and is nothing to the core as long as the
reference of that is not written down.
"""

import asyncio
from asyncio import Task
from collections import deque
from contextlib import suppress
from typing import Final

import structlog

from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Report
from watchword.providers.channels.sms.smpp_receipts import PartedTexts

MOST_WAITING: Final = 10_000
AT_ONCE: Final = 100
PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds; after a fault of ours
CLOSE_WITHIN: Final = 2.0

log = structlog.get_logger()


class Hearing:
    """Keeps so many receipts at most. What is not taken stays with the SMSC, which comes again."""

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        pause: float,
        most: int = MOST_WAITING,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self.parted = PartedTexts()
        self._surroundings = surroundings
        self._pause = pause
        self._most = most
        self._pauses = pauses
        self._waiting: deque[tuple[float, Report]] = deque()
        self._due: list[Report] = []
        self._telling: Task[None] | None = None

    def take(self, report: Report) -> bool:
        """Keep a report until it is due; say whether there was room for it."""
        if len(self._waiting) >= self._most:
            return False
        loop = asyncio.get_running_loop()
        self._waiting.append((loop.time() + self._pause, report))
        if self._telling is None or self._telling.done():
            self._telling = loop.create_task(self._tell())
        return True

    async def close(self) -> None:
        """Tell what is still waiting, as far as that can be done soon."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait([self._telling])
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN):
                while self._waiting or self._due:
                    self._collect(float("inf"))
                    if not await self._told():
                        return

    async def _tell(self) -> None:
        faults = 0
        while self._waiting or self._due:
            now = asyncio.get_running_loop().time()
            if not self._due and self._waiting[0][0] > now:
                await asyncio.sleep(self._waiting[0][0] - now)
                continue
            self._collect(now)
            if await self._told():
                faults = 0
                continue
            await asyncio.sleep(self._pauses[min(faults, len(self._pauses) - 1)])
            faults += 1

    def _collect(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now and len(self._due) < AT_ONCE:
            _, report = self._waiting.popleft()
            joined = self.parted.join(report)
            if joined is not None:
                self._due.append(joined)

    async def _told(self) -> bool:
        if not self._due:
            return True
        try:
            await self._surroundings.hear(self._due)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the receipts are kept
            log.warning(
                "receipts.not_heard",
                provider=self._surroundings.name,
                count=len(self._due),
                fault=type(fault).__name__,
            )
            return False
        self._due = []
        return True
