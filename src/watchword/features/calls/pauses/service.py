"""What is waited for: the answer, and the moment at which all such answers are given."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

from watchword.features.calls.pauses.rules import due, measured
from watchword.features.cores.rules import CoreName
from watchword.foundation.ids import OrganisationId

PLACES_AT_MOST = 5_000

Answered = TypeVar("Answered")


class Place(NamedTuple):
    """What is measured by itself: one kind of question to one core of one organisation."""

    organisation_id: OrganisationId
    core: CoreName
    asked: str


class Pauses:
    """Kept in memory: after a restart it begins anew. `clock`, `sleep`: in seconds."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._took = OrderedDict[Place, Sequence[float]]()

    async def even(
        self,
        place: Place,
        work: Awaitable[Answered],
        is_known: Callable[[Answered], bool],
        *,
        is_near: bool,
    ) -> Answered:
        """Give an answer when all such answers are given. Only those about somebody are measured:
        whoever asks about nobody by the thousand makes nobody's wait shorter."""
        began, wait = self._clock(), due(self._took.get(place, ()), is_near=is_near)
        answer = await work
        took = self._clock() - began
        if is_known(answer):
            self._keep(place, took)
        if took < wait:
            await self._sleep(wait - took)
        return answer

    def _keep(self, place: Place, took: float) -> None:
        self._took[place] = measured(self._took.pop(place, ()), took)
        while len(self._took) > PLACES_AT_MOST:
            self._took.popitem(last=False)
