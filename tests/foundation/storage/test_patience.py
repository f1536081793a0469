"""Patience with blocks that stay open: each has its own time, though one timer serves all."""

import asyncio
from asyncio import CancelledError, Task

from watchword.foundation.storage.patience import Patience

SOON, LATE = 0.5, 60.0  # seconds


async def outcome(patience: Patience, seconds: float) -> str:
    """Watch a block for so long, and tell how it ended."""
    watch = patience.watch()
    try:
        await asyncio.sleep(seconds)
    except CancelledError as fault:
        return "interrupted" if watch.end(fault) else "cancelled"
    return "interrupted" if watch.end(None) else "ended"


async def test_a_block_that_waits_too_long_is_interrupted() -> None:
    assert await outcome(Patience(SOON), LATE) == "interrupted"


async def test_each_block_has_its_own_time() -> None:
    patience = Patience(SOON)

    early = asyncio.create_task(outcome(patience, SOON / 5))
    stuck = asyncio.create_task(outcome(patience, LATE))
    await asyncio.sleep(SOON * 4 / 5)
    young = asyncio.create_task(outcome(patience, SOON * 2 / 5))

    assert [await early, await stuck, await young] == ["ended", "interrupted", "ended"]


async def test_after_a_quiet_time_it_watches_again() -> None:
    patience = Patience(SOON)

    assert await outcome(patience, 0) == "ended"
    await asyncio.sleep(2 * SOON)
    assert await outcome(patience, LATE) == "interrupted"


async def test_a_cancellation_by_somebody_else_stays_one() -> None:
    block: Task[str] = asyncio.create_task(outcome(Patience(LATE), LATE))
    await asyncio.sleep(0)

    block.cancel()

    assert await block == "cancelled"


async def test_whoever_is_interrupted_is_not_cancelled_afterwards() -> None:
    async def body() -> int:
        await outcome(Patience(SOON), LATE)
        await asyncio.sleep(0)
        task = asyncio.current_task()
        return task.cancelling() if task else 1

    assert await asyncio.create_task(body()) == 0
