"""Which questions about somebody a core does not answer at the moment.

While a core judges no PIN of a member, nobody's is judged: their guesses are taken back alike. It
is seen by questions about members alone, for about nobody a core is not asked.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from watchword.features.calls.pauses.service import PLACES_AT_MOST, Place

LIFE: Final = 300.0
"""Seconds. The next answer about somebody ends an outage before. It is long beside the half minute
that a guess takes by telephone; whoever guesses meanwhile at nobody learns nothing by it."""


class Outages:
    """Kept in memory, as pauses are. `clock`: in seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = OrderedDict[Place, float]()

    def keep(self, place: Place, *, is_away: bool) -> None:
        """Keep how the last question about somebody ended."""
        self._since.pop(place, None)
        if is_away:
            self._since[place] = self._clock()
        while len(self._since) > PLACES_AT_MOST:
            self._since.popitem(last=False)

    def lasts(self, place: Place) -> bool:
        since = self._since.get(place)
        return since is not None and self._clock() < since + LIFE
