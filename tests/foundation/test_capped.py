"""Slow work in threads: so many at once, so many that wait, and nobody for too long."""

import asyncio
from collections.abc import AsyncIterator
from threading import Event

import pytest

from watchword.foundation.capped import Capped, Crowded


@pytest.fixture
async def narrow() -> AsyncIterator[Capped]:
    capped = Capped(at_once=1, waiting=1, patience=30, name="test")
    yield capped
    capped.close()


async def test_what_is_done_there_comes_back(narrow: Capped) -> None:
    async with narrow.place() as thread:
        assert await thread.run(divmod, 7, 2) == (3, 1)


async def test_a_fault_comes_back_and_frees_the_place(narrow: Capped) -> None:
    with pytest.raises(ZeroDivisionError):
        async with narrow.place() as thread:
            await thread.run(divmod, 1, 0)

    async with narrow.place() as thread:
        assert await thread.run(divmod, 7, 2) == (3, 1)


async def test_only_so_many_wait(narrow: Capped) -> None:
    async with narrow.place():
        second = asyncio.create_task(_come_and_go(narrow))
        await asyncio.sleep(0)
        with pytest.raises(Crowded):
            await _come_and_go(narrow)
    await second


async def test_nobody_waits_for_too_long() -> None:
    hasty = Capped(at_once=1, waiting=5, patience=0.01, name="test")
    async with hasty.place():
        with pytest.raises(Crowded):
            await _come_and_go(hasty)
    await _come_and_go(hasty)
    hasty.close()


async def test_whoever_goes_away_while_waiting_leaves_no_trace(narrow: Capped) -> None:
    async with narrow.place():
        waiting = asyncio.create_task(_come_and_go(narrow))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        again = asyncio.create_task(_come_and_go(narrow))
        await asyncio.sleep(0)
    await again


async def test_others_are_answered_while_a_thread_works(narrow: Capped) -> None:
    may_end = Event()

    async with narrow.place() as thread:
        working = asyncio.create_task(thread.run(may_end.wait, 30))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not working.done()
        may_end.set()
        assert await working


async def _come_and_go(capped: Capped) -> None:
    async with capped.place():
        await asyncio.sleep(0)
