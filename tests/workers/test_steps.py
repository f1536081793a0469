"""The worker that follows plans: it takes what is due, and nothing keeps it from the rest."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from tests.stores import BANK
from tests.workers.lanes import NEVER, OFTEN, a_while, until
from watchword.features.challenges.rules import ChallengeId, ChallengeRef
from watchword.features.challenges.steps.service import STEPS, Steps
from watchword.foundation.bells import LocalBells
from watchword.foundation.storage import StorageUnavailable
from watchword.workers.steps import StepTaker

NUMBER = "+491701234567"


def place(number: int) -> ChallengeRef:
    return BANK, ChallengeId(UUID(int=number))


@dataclass
class Scripted(Steps):
    """Steps that are due until they are taken or put off; some of them cannot be taken."""

    waiting: list[ChallengeRef] = field(default_factory=list)
    broken: set[ChallengeRef] = field(default_factory=set)
    looks: int = 0
    faults: list[Exception] = field(default_factory=list)
    taken: list[ChallengeRef] = field(default_factory=list)
    postponed: list[ChallengeRef] = field(default_factory=list)

    async def due(self, most: int) -> Sequence[ChallengeRef]:
        self.looks += 1
        if self.faults:
            raise self.faults.pop()
        return self.waiting[:most]

    async def next_due(self) -> float | None:
        return 0.0 if self.waiting else None

    async def take(self, place: ChallengeRef) -> None:
        if place in self.broken:
            raise ValueError(f"cannot reach {NUMBER}")
        self.waiting.remove(place)
        self.taken.append(place)

    async def postpone(self, place: ChallengeRef) -> None:
        self.waiting.remove(place)
        self.postponed.append(place)


@asynccontextmanager
async def at_work(
    steps: Scripted, bells: LocalBells, look_every: float = OFTEN
) -> AsyncIterator[None]:
    worker = StepTaker(steps=steps, bells=bells, look_every=look_every)
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await asyncio.wait_for(task, 60)


@pytest.fixture
def bells() -> LocalBells:
    return LocalBells()


async def test_what_is_due_is_taken_in_its_order(bells: LocalBells) -> None:
    steps = Scripted(waiting=[place(number) for number in range(250)])

    async with at_work(steps, bells):
        await until(lambda: len(steps.taken) == 250)

    assert steps.taken == [place(number) for number in range(250)]


async def test_a_bell_is_heard_without_waiting_for_the_next_look(bells: LocalBells) -> None:
    steps = Scripted()

    async with at_work(steps, bells, NEVER):
        await until(lambda: steps.looks == 1)
        steps.waiting.append(place(1))
        bells.ring(STEPS)
        await until(lambda: steps.taken == [place(1)])


async def test_what_no_bell_has_told_of_is_found_by_looking(bells: LocalBells) -> None:
    steps = Scripted()

    async with at_work(steps, bells):
        await until(lambda: steps.looks > 1)
        steps.waiting.append(place(1))
        await until(lambda: steps.taken == [place(1)])


async def test_a_step_that_fails_stops_neither_the_others_nor_is_tried_without_a_pause(
    bells: LocalBells,
) -> None:
    broken = {place(number) for number in range(150)}
    steps = Scripted(waiting=[*sorted(broken), place(999)], broken=broken)

    async with at_work(steps, bells, NEVER):
        await until(lambda: steps.taken == [place(999)])
        await a_while()

    assert {*steps.postponed} == broken
    assert len(steps.postponed) == len(broken)
    assert steps.looks <= 3


async def test_a_failure_is_named_and_not_quoted(bells: LocalBells) -> None:
    steps = Scripted(waiting=[place(1)], broken={place(1)})

    with capture_logs() as logs:
        async with at_work(steps, bells):
            await until(lambda: bool(steps.postponed))

    assert [(line["event"], line["challenge_id"], line["fault"]) for line in logs] == [
        ("step.failed", str(place(1)[1]), "ValueError")
    ]
    assert NUMBER not in repr(logs)


@pytest.mark.parametrize("fault", [StorageUnavailable("away"), ValueError("a mistake of ours")])
async def test_it_outlives_what_its_database_does(bells: LocalBells, fault: Exception) -> None:
    steps = Scripted(waiting=[place(1)], faults=[fault])

    async with at_work(steps, bells):
        await until(lambda: steps.taken == [place(1)])


async def test_it_does_not_spin_while_its_database_is_away(bells: LocalBells) -> None:
    steps = Scripted(faults=[StorageUnavailable("away") for _ in range(100)])
    worker = StepTaker(steps=steps, bells=bells, look_every=0.05)

    task = asyncio.create_task(worker.run())
    await a_while()
    worker.stop()
    await asyncio.wait_for(task, 60)

    assert steps.looks <= 6
