"""Patience with a transaction: how long it may stay open while others wait for it."""

import asyncio
from asyncio import Task
from typing import Any

from watchword.foundation.storage.faults import HeldTooLong


class Patience:
    """Interrupts blocks that stay open too long; one that itself never waits runs to its end.

    All have the same time, so whichever is the oldest runs out first, and one timer is enough.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: dict[Watch, float] = {}  # the oldest comes first
        self._is_timing = False

    def watch(self) -> "Watch":
        """Watch a block of the current task until its watch ends."""
        watch = Watch(self._ends)
        self._ends[watch] = end = asyncio.get_running_loop().time() + self._seconds
        if not self._is_timing:
            self._look_at(end)
        return watch

    def fault(self) -> HeldTooLong:
        return HeldTooLong(self._seconds)

    def _look_at(self, moment: float) -> None:
        self._is_timing = True
        asyncio.get_running_loop().call_at(moment, self._look)

    def _look(self) -> None:
        self._is_timing = False
        now = asyncio.get_running_loop().time()
        for watch, end in [*self._ends.items()]:
            if end > now:
                self._look_at(end)
                return
            watch.interrupt()


class Watch:
    """One block that is watched, in the task that opened it."""

    def __init__(self, ends: "dict[Watch, float]") -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("A transaction is opened in a task.")
        self._task: Task[Any] = task
        self._cancelled_before = task.cancelling()
        self._ends = ends
        self._is_interrupted = False

    def interrupt(self) -> None:
        del self._ends[self]
        self._is_interrupted = True
        self._task.cancel()

    def end(self, fault: BaseException | None) -> bool:
        """Say whether the block ends because of us, and not for a cancellation of somebody else."""
        if not self._is_interrupted:
            del self._ends[self]
            return False
        others = self._task.uncancel() > self._cancelled_before
        return isinstance(fault, asyncio.CancelledError) and not others
