"""The worker that seals: entries get their places, checkpoints are signed, and taken elsewhere."""

import asyncio
from collections.abc import Callable
from time import monotonic

import structlog

from watchword.features.ledger.ports import NotCopied
from watchword.features.ledger.sealing.service import AT_ONCE, COPIES_AT_ONCE, Sealing
from watchword.foundation.ids import OrganisationId
from watchword.foundation.roster import at_work_alone

LOOK_EVERY = 2.0  # seconds
COPY_AGAIN_AFTER = 30.0  # seconds, where the second place has failed

log = structlog.get_logger()


class LedgerKeeper:
    def __init__(
        self,
        *,
        sealing: Sealing,
        look_every: float = LOOK_EVERY,
        copy_again_after: float = COPY_AGAIN_AFTER,
        turns: Callable[[], None] = at_work_alone,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._sealing = sealing
        self._look_every = look_every
        self._copy_again_after = copy_again_after
        self._turns = turns
        self._seconds = seconds
        self._no_copies_before = float("-inf")
        self._is_stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._is_stopping.is_set():
            await self.turn()
            try:
                await asyncio.wait_for(self._is_stopping.wait(), self._look_every)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._is_stopping.set()

    async def turn(self) -> None:
        """Do what is waiting now. What fails is logged, and found again the next time."""
        self._turns()
        try:
            for whose in await self._sealing.waiting():
                await self._seal(whose)
            if self._seconds() >= self._no_copies_before:
                await self._copy()
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is tried again
            log.warning("ledger.failed", fault=type(fault).__name__)

    async def _seal(self, whose: OrganisationId) -> None:
        try:
            while await self._sealing.seal(whose) == AT_ONCE and not self._is_stopping.is_set():
                continue
        except Exception as fault:  # noqa: BLE001 - the next ledger has nothing to do with it
            log.warning("ledger.not_sealed", organisation_id=str(whose), fault=type(fault).__name__)

    async def _copy(self) -> None:
        for whose in await self._sealing.uncopied():
            try:
                while await self._sealing.copy(whose) == COPIES_AT_ONCE:
                    continue
            except NotCopied as fault:
                log.warning("ledger.not_copied", organisation_id=str(whose), reason=str(fault))
                self._no_copies_before = self._seconds() + self._copy_again_after
                return
