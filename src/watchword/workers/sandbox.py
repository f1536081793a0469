"""The worker of the sandbox: lets happen what scenario addresses have in store."""

import asyncio

import structlog

from watchword.features.challenges.denials_service import Denials
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Receipt
from watchword.features.delivery.service import Deliveries
from watchword.features.sandbox.rules import Due, What
from watchword.features.sandbox.service import STAGE, Sandbox, bell_of
from watchword.foundation.bells import Bells

LOOK_EVERY = 1.0  # seconds
AT_ONCE = 100

log = structlog.get_logger()


class Stage:
    def __init__(
        self,
        *,
        sandbox: Sandbox,
        deliveries: Deliveries,
        denials: Denials,
        bells: Bells,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._sandbox = sandbox
        self._deliveries = deliveries
        self._denials = denials
        self._bells = bells
        self._ear = bells.listen(STAGE)
        self._look_every = look_every
        self._is_stopping = False

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._is_stopping:
            try:
                wait = await self._turn()
            except Exception as fault:  # noqa: BLE001 - the next happening has nothing to do with it
                log.warning("stage.failed", fault=type(fault).__name__)
                await asyncio.sleep(self._look_every)
            else:
                await self._ear.wait(wait)

    def stop(self) -> None:
        self._is_stopping = True
        self._ear.rung.set()

    async def _turn(self) -> float:
        for due in await self._sandbox.take_due(AT_ONCE):
            await self._let_happen(due)
            self._bells.ring(bell_of(due.organisation_id))
        due_in = await self._sandbox.next_due()
        return self._look_every if due_in is None else min(due_in, self._look_every)

    async def _let_happen(self, due: Due) -> None:
        if due.what is What.DENIED:
            carried = await self._deliveries.carried(SANDBOX, due.message_id)
            if carried is not None:
                await self._denials.deny_at(carried.organisation_id, carried.about)
            return
        report = Report(receipt=Receipt(due.what), message_id=due.message_id, reason="played")
        await self._deliveries.receive(SANDBOX, [report])
