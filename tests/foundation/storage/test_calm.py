"""Who has time begins in a calm moment, and after a while in any."""

import asyncio
from dataclasses import dataclass

import pytest

from watchword.foundation.storage import Storage
from watchword.foundation.storage.calm import CALM_AFTER, Calm

AN_HOUR = 3600.0


@dataclass
class Clock:
    """A steady clock that goes on when it is told to."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def calm(clock: Clock) -> Calm:
    return Calm(patient_for=AN_HOUR, seconds=clock)


async def a_while() -> None:
    await asyncio.sleep(5 * CALM_AFTER)


async def test_where_nobody_writes_it_is_calm(calm: Calm) -> None:
    await calm.comes()


async def test_it_is_not_calm_while_anybody_writes(calm: Calm, clock: Clock) -> None:
    calm.begins()
    calm.begins()
    calm.ends()
    waiting = asyncio.create_task(calm.comes())
    clock.seconds += AN_HOUR

    await a_while()
    is_calm_before = waiting.done()
    calm.ends()
    clock.seconds += 2 * CALM_AFTER
    await waiting

    assert not is_calm_before


async def test_whoever_has_just_written_may_go_on(calm: Calm, clock: Clock) -> None:
    calm.begins()
    calm.ends()
    waiting = asyncio.create_task(calm.comes())

    await a_while()
    is_calm_before = waiting.done()
    clock.seconds += 2 * CALM_AFTER
    await waiting

    assert not is_calm_before


async def test_nobody_is_patient_for_ever() -> None:
    calm = Calm(patient_for=CALM_AFTER)
    calm.begins()

    await calm.comes()


async def test_what_is_kept_soon_begins_between_two_codes_and_not_in_one(storage: Storage) -> None:
    written = list[str]()
    has_begun = asyncio.Event()

    async def send_a_code() -> None:
        for block in ("asked for", "sent"):
            async with storage.begin():
                has_begun.set()
                await asyncio.sleep(0)
                written.append(block)

    async def count_somebody() -> None:
        await has_begun.wait()
        async with storage.soon():
            written.append("counted")

    await asyncio.gather(count_somebody(), send_a_code())

    assert written == ["asked for", "sent", "counted"]
