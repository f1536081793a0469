"""A line to an SMSC: bound again whenever it is lost, after pauses that grow."""

import asyncio
from asyncio import Task
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from watchword.features.delivery.rules import ProviderName
from watchword.providers.channels.network import word_for
from watchword.providers.channels.sms.smpp_link import Link, LinkLost

PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds
LONG_ENOUGH: Final = 30.0  # seconds; a link that held so long was a good one

log = structlog.get_logger()


class NotBound(Exception):
    """There is no link now. Surely nothing was sent."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Down:
    """The line is lost, and is not tried again before a moment of the loop's clock."""

    reason: str
    until: float


class Line:
    """Held by one task, from when it is first needed until it is closed."""

    def __init__(
        self,
        name: ProviderName,
        connect: Callable[[], Awaitable[Link]],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._name = name
        self._connect = connect
        self._pauses = pauses
        self._state: Link | Down | None = None
        self._changed = asyncio.Event()
        self._holding: Task[None] | None = None
        self._is_closed = False

    def hold(self) -> Task[None]:
        """Begin to hold the line, if nobody does."""
        if self._holding is None:
            self._holding = asyncio.get_running_loop().create_task(self._hold())
        return self._holding

    async def link(self) -> Link:
        """Give the link; wait for it while it is being made, but not through a pause."""
        if self._is_closed:
            raise NotBound("no connection")
        self.hold()
        while self._state is None:
            await self._changed.wait()
        if isinstance(self._state, Down):
            left = self._state.until - asyncio.get_running_loop().time()
            raise NotBound(self._state.reason, timedelta(seconds=max(left, 0.0)))
        return self._state

    async def close(self) -> None:
        self._is_closed = True
        if self._holding is not None:
            self._holding.cancel()
            await asyncio.wait([self._holding])
        if isinstance(self._state, Link):
            await self._state.close()
        self._change(Down("no connection", float("inf")))

    async def _hold(self) -> None:
        failures, clock = 0, asyncio.get_running_loop().time
        while not self._is_closed:
            link = await self._bind()
            if isinstance(link, Link):
                self._change(link)
                log.info("link.bound", provider=self._name)
                began = clock()
                reason = await link.lost()
                log.warning("link.lost", provider=self._name, reason=reason)
                failures = 0 if clock() - began >= LONG_ENOUGH else failures + 1
            else:
                reason = link
                log.warning("link.not_bound", provider=self._name, reason=reason)
                failures += 1
            if failures:
                pause = self._pauses[min(failures, len(self._pauses)) - 1]
                self._change(Down(reason, clock() + pause))
                await asyncio.sleep(pause)
            self._change(None)

    async def _bind(self) -> Link | str:
        """Give a link, or why there is none."""
        try:
            return await self._connect()
        except LinkLost as fault:
            return fault.reason
        except Exception as fault:  # noqa: BLE001 - whatever it is, the next attempt may go well
            return word_for(fault)

    def _change(self, state: Link | Down | None) -> None:
        self._state = state
        self._changed.set()
        self._changed.clear()
