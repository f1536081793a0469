"""What is done from time to time, and what happens when a part of it cannot be done."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from tests.workers.lanes import until
from watchword.foundation.storage import StorageUnavailable
from watchword.workers.sweeping import AT_ONCE, Sweeper

OFTEN, NEVER = 0.01, 60.0  # seconds
NUMBER = "+491701234567"


def chore(
    done: list[str], name: str, fault: Exception | None = None, *, left: int = 1
) -> Callable[[int], Awaitable[int]]:
    """Make a chore that has so much to do, and leaves what is too much for one time."""
    rest = left

    async def work(most: int) -> int:
        nonlocal rest
        done.append(name)
        if fault is not None:
            raise fault
        now, rest = min(rest, most), max(rest - most, 0)
        return now

    return work


async def swept(done: list[str], sweeper: Sweeper, count: int) -> None:
    """Let it work until so many chores were begun."""
    running = asyncio.create_task(sweeper.run())
    await until(lambda: len(done) >= count)
    sweeper.stop()
    await running


async def test_chores_are_done_at_once_and_again_and_again() -> None:
    done: list[str] = []

    await swept(done, Sweeper([chore(done, "a"), chore(done, "b")], OFTEN), 6)

    assert done[:6] == ["a", "b"] * 3


async def test_a_chore_with_much_to_do_does_it_piece_by_piece_and_before_the_next() -> None:
    done: list[str] = []
    chores = [chore(done, "much", left=2 * AT_ONCE + 1), chore(done, "little")]

    await swept(done, Sweeper(chores, NEVER), 4)

    assert done == ["much", "much", "much", "little"]


@pytest.mark.parametrize("fault", [StorageUnavailable("away"), ValueError("a mistake of ours")])
async def test_a_chore_that_fails_stops_neither_the_others_nor_itself(fault: Exception) -> None:
    done: list[str] = []
    chores = [chore(done, "a"), chore(done, "fails", fault), chore(done, "b")]

    await swept(done, Sweeper(chores, OFTEN), 6)

    assert done[:6] == ["a", "fails", "b"] * 2


async def test_a_failure_is_named_and_not_quoted() -> None:
    done: list[str] = []
    failing = chore(done, "fails", StorageUnavailable(f"cannot forget {NUMBER}"))

    with capture_logs() as logs:
        await swept(done, Sweeper([failing], NEVER), 1)

    assert [(line["event"], line["fault"]) for line in logs] == [
        ("chore.failed", "StorageUnavailable")
    ]
    assert NUMBER not in repr(logs)


async def test_it_stops_at_once_and_not_at_the_next_round() -> None:
    done: list[str] = []

    await asyncio.wait_for(swept(done, Sweeper([chore(done, "a")], NEVER), 1), 60)

    assert done == ["a"]
