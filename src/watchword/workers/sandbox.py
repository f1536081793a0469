"""The worker of the sandbox: lets happen what scenario addresses have in store."""

import asyncio
from collections.abc import Callable

import structlog

from watchword.features.challenges.denials.service import Denials
from watchword.features.challenges.messages import challenge_of
from watchword.features.challenges.returns.service import Returns
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Receipt
from watchword.features.delivery.service import Deliveries
from watchword.features.sandbox.rules import Due, What
from watchword.features.sandbox.service import STAGE, Sandbox, bell_of
from watchword.foundation.bells import Bells
from watchword.foundation.roster import at_work_alone

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
        returns: Returns,
        bells: Bells,
        look_every: float = LOOK_EVERY,
        turns: Callable[[], None] = at_work_alone,
    ) -> None:
        self._sandbox = sandbox
        self._deliveries = deliveries
        self._denials = denials
        self._returns = returns
        self._bells = bells
        self._ear = bells.listen(STAGE)
        self._look_every = look_every
        self._turns = turns
        self._is_stopping = False

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._is_stopping:
            self._turns()
            try:
                await self.play_due()
                wait = await self._until_due()
            except Exception as fault:  # noqa: BLE001 - the database may be away for a moment
                log.warning("stage.failed", fault=type(fault).__name__)
                await asyncio.sleep(self._look_every)
            else:
                await self._ear.wait(wait)

    def stop(self) -> None:
        self._is_stopping = True
        self._ear.rung.set()

    async def play_due(self) -> int:
        """Let happen what is due, and count it. What fails is tried again after its lease."""
        taken = await self._sandbox.take_due(AT_ONCE)
        for due in taken:
            try:
                await self._let_happen(due)
                await self._sandbox.happened(due)
            except Exception as fault:  # noqa: BLE001 - the next one has nothing to do with it
                log.warning("stage.failed", fault=type(fault).__name__, what=due.what)
            self._bells.ring(bell_of(due.organisation_id))
        return len(taken)

    async def _until_due(self) -> float:
        due_in = await self._sandbox.next_due()
        return self._look_every if due_in is None else min(due_in, self._look_every)

    async def _let_happen(self, due: Due) -> None:
        """Do it in such a way that doing it twice does no harm: whoever dies has it done again."""
        match due.what:
            case What.DENIED:
                await self._deny(due)
            case What.RETURNED:
                await self._report(due, Receipt.FAILED, "returned")
                await self._take_back(due)
            case _:
                await self._report(due, Receipt(due.what), "played")

    async def _report(self, due: Due, receipt: Receipt, reason: str) -> None:
        report = Report(receipt=receipt, message_id=due.message_id, reason=reason)
        await self._deliveries.receive(SANDBOX, [report])

    async def _deny(self, due: Due) -> None:
        carried = await self._deliveries.carried(SANDBOX, due.message_id)
        id = None if carried is None else challenge_of(carried.about)
        if carried is not None and id is not None:
            await self._denials.deny_at(carried.organisation_id, id)

    async def _take_back(self, due: Due) -> None:
        carried = await self._deliveries.carried(SANDBOX, due.message_id)
        if carried is not None:
            await self._returns.take_back(carried.organisation_id, carried.about)
