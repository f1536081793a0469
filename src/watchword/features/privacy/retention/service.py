"""What happens to what is too old: it is dropped by itself, a little at a time."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import structlog

from watchword.features.contacts.rules import forget_readings
from watchword.features.privacy.keeping import Periods
from watchword.features.privacy.retention.rules import SWEEPS, Run, Sweep
from watchword.features.privacy.retention.store import RetentionSweep
from watchword.foundation.clock import EPOCH
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage

log = structlog.get_logger()


class Retention:
    def __init__(self, *, storage: Storage, periods: Periods) -> None:
        """`periods`: how long each class is kept."""
        self._storage = storage
        self._periods = periods
        self._next = dict.fromkeys((sweep.name for sweep in SWEEPS), EPOCH)
        self._found: Counter[str] = Counter()
        self._is_log_full = True

    async def sweep(self, most: int) -> int:
        """Drop what is due, and give the most that was found of one kind."""
        now = self._storage.now()
        due = [sweep for sweep in SWEEPS if self._next[sweep.name] <= now]
        # Others may have dropped something too: a command, say, that ended while we were reading.
        self._is_log_full |= bool(due)
        found = [await self._clear(sweep, now, most) for sweep in due]
        return max(found, default=0)

    async def tidy(self, most: int) -> int:
        """Let nothing of what was dropped stand elsewhere: in the log of the database, in memory.

        It is asked for as often as the sweep, in every process that works.
        """
        forget_readings()
        if self._is_log_full:
            self._is_log_full = not await self._storage.empty_log()
        return 0

    async def runs(self) -> Sequence[Run]:
        """Give when each sweep last came to its end, in whichever process that was."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await RetentionSweep(transaction).runs()

    async def _clear(self, sweep: Sweep, now: datetime, most: int) -> int:
        before = now - self._periods[sweep.term.keep]
        async with self._storage.reading(EVERYWHERE) as transaction:
            rows = await RetentionSweep(transaction).find(sweep, before, most)
        self._found[sweep.name] += len(rows)
        is_last = len(rows) < most
        async with self._storage.begin(EVERYWHERE) as transaction:
            store = RetentionSweep(transaction)
            if sweep.term.takes_the_person:
                await store.clear_contacts(sweep, before, rows)
            elif rows:
                await store.clear(sweep, before, rows)
            if is_last:
                await store.note(Run(name=sweep.name, ran_at=now, found=self._found[sweep.name]))
        if is_last:
            self._end(sweep, now)
        return len(rows)

    def _end(self, sweep: Sweep, now: datetime) -> None:
        self._next[sweep.name] = now + sweep.every
        if found := self._found.pop(sweep.name, 0):
            log.info("retention.swept", term=sweep.name, count=found)
