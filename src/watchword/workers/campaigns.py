"""The worker of campaigns: it starts what is due, and fills up the outbox a little at a time."""

from collections.abc import Callable

import structlog

from watchword.features.campaigns.course.service import Course
from watchword.features.campaigns.service import CAMPAIGNS
from watchword.foundation.bells import Bells
from watchword.foundation.roster import at_work_alone

LOOK_EVERY = 1.0
"""Seconds after which somebody looks for what no bell has told of."""
BREATH = 0.05
"""Seconds between two turns, while something is to be done."""

log = structlog.get_logger()


class CampaignWorker:
    def __init__(
        self,
        *,
        course: Course,
        bells: Bells,
        look_every: float = LOOK_EVERY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        self._course = course
        self._ear = bells.listen(CAMPAIGNS)
        self._look_every = look_every
        self._turns = turns
        self._is_stopping = False

    async def run(self) -> None:
        """Work until `stop`; then let others have what is in hand."""
        while not self._is_stopping:
            try:
                did = await self._course.advance(self._goes_on)
            except Exception as fault:  # noqa: BLE001 - whoever comes next goes on with it
                log.warning("campaigns.failed", fault=type(fault).__name__)
                did = False
            await self._ear.wait(BREATH if did else self._look_every)
        await self._course.go_home()

    def stop(self) -> None:
        self._is_stopping = True
        self._ear.rung.set()

    def _goes_on(self) -> bool:
        self._turns()
        return not self._is_stopping
