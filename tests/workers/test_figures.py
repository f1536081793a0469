"""The worker that counts: it goes on, whatever happens, and goes home when it is asked to."""

import asyncio
from typing import Any

from watchword.workers.figures import Counter

PATIENCE, BUSY = 60.0, "busy"


class Counted:
    """Counts its turns; does what it is told in each."""

    def __init__(self, *turns: str | Exception) -> None:
        self.turns = [*turns]
        self.taken = 0
        self.is_done = asyncio.Event()

    async def turn(self) -> bool:
        self.taken += 1
        if not self.turns:
            self.is_done.set()
            return False
        turn = self.turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn == BUSY


async def work(counted: Counted, look_every: float) -> None:
    counting: Any = counted
    counter = Counter(counting=counting, look_every=look_every)
    task = asyncio.create_task(counter.run())
    async with asyncio.timeout(PATIENCE):
        await counted.is_done.wait()
        counter.stop()
        await task


async def test_it_goes_on_at_once_while_there_is_something_to_count() -> None:
    counted = Counted(BUSY, BUSY, BUSY)

    await work(counted, look_every=60.0)

    assert counted.taken == 4


async def test_a_fault_does_not_end_it() -> None:
    counted = Counted(OSError("away"), BUSY)

    await work(counted, look_every=0.01)

    assert counted.taken >= 3


async def test_it_does_not_sleep_when_it_is_sent_home() -> None:
    counted = Counted()

    await work(counted, look_every=3600.0)

    assert counted.taken == 1
