"""The worker that follows plans: what has not arrived in time goes out by the next step."""

import asyncio
from collections.abc import Callable

import structlog

from watchword.features.challenges.rules import ChallengeRef
from watchword.features.challenges.steps.service import STEPS, Steps
from watchword.foundation.bells import Bells
from watchword.foundation.roster import at_work_alone
from watchword.foundation.watching import NOBODY, Act, Onlooker

LOOK_EVERY = 1.0  # seconds; what no bell has told of is found by looking
AT_ONCE = 100

log = structlog.get_logger()


class StepTaker:
    def __init__(
        self,
        *,
        steps: Steps,
        bells: Bells,
        look_every: float = LOOK_EVERY,
        watch: Onlooker = NOBODY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        self._steps = steps
        self._ear = bells.listen(STEPS)
        self._look_every = look_every
        self._watch = watch
        self._turns = turns
        self._is_stopping = False

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._is_stopping:
            try:
                due_in = await self._turn()
            except Exception as fault:  # noqa: BLE001 - whatever it is, others wait behind it
                log.warning("steps.failed", fault=type(fault).__name__)
                await asyncio.sleep(self._look_every)
            else:
                await self._ear.wait(due_in)

    def stop(self) -> None:
        self._is_stopping = True
        self._ear.rung.set()

    async def _turn(self) -> float:
        """Take the steps that are due, and say how long to wait for the next one."""
        self._turns()
        due = await self._steps.due(AT_ONCE)
        for place in due:
            await self._take(place)
        due_in = await self._steps.next_due()
        return self._look_every if due_in is None else min(due_in, self._look_every)

    async def _take(self, place: ChallengeRef) -> None:
        try:
            with self._watch.over(Act.STEP):
                await self._steps.take(place)
        except Exception as fault:  # noqa: BLE001 - the next challenge has nothing to do with it
            log.warning("step.failed", challenge_id=str(place[1]), fault=type(fault).__name__)
            # Something is ours to mend. Meanwhile nobody is kept waiting behind it.
            await self._steps.postpone(place)
