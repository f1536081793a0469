"""Slow work in threads of its own: so many at once, so many that wait, and nobody for too long.

What it does must let go of the interpreter while it works, as slow hashes do; then the event loop
answers others meanwhile. Whoever finds it too crowded is told to try again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Crowded(Exception):
    """Too many wait already, or somebody has waited for too long."""


class Capped:
    """`at_once`: threads; `waiting`: so many may wait for one; `patience`: so many seconds each."""

    def __init__(self, *, at_once: int, waiting: int, patience: float, name: str) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._free = asyncio.Semaphore(at_once)
        self._most = waiting
        self._patience = patience
        self._waiting = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator["Place"]:
        """Wait for a thread, and have it for this block."""
        await self._wait()
        try:
            yield Place(self._threads)
        finally:
            self._free.release()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _wait(self) -> None:
        if self._free.locked() and self._waiting >= self._most:
            raise Crowded
        self._waiting += 1
        try:
            await asyncio.wait_for(self._free.acquire(), self._patience)
        except TimeoutError:
            raise Crowded from None
        finally:
            self._waiting -= 1


class Place:
    """A thread that is free for whoever holds it."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads

    async def run(self, work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Do something there. It goes on to its end even if nobody waits for it any more."""
        future = self._threads.submit(work, *args, **more)
        return await asyncio.wrap_future(future)
