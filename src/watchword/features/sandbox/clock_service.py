"""The clock of a test organisation: time passes for it at once, and for nobody else.

Nothing is told another time. What the organisation has is made older instead, so that it is to it
as if the time had passed: codes run out, waits end, plans go on, and limits are free again.
"""

from datetime import timedelta

import structlog

from watchword.features.challenges.steps_service import STEPS
from watchword.features.challenges.store import ChallengeStore
from watchword.features.clients.rules import Caller
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.service import bell_of as outbox_bell_of
from watchword.features.delivery.store import MessageStore
from watchword.features.limits.store import BudgetStore
from watchword.features.sandbox.service import STAGE, bell_of
from watchword.features.sandbox.store import SandboxStore
from watchword.foundation.bells import Bells
from watchword.foundation.storage import Storage

log = structlog.get_logger()


class Clock:
    def __init__(self, *, storage: Storage, bells: Bells) -> None:
        self._storage = storage
        self._bells = bells

    async def move(self, caller: Caller, by: timedelta) -> int:
        """Let time pass for a test organisation; count the challenges that were pending."""
        id = caller.organisation.id
        async with self._storage.begin(id) as transaction:
            await BudgetStore(transaction, id).age(by)
            pending = await ChallengeStore(transaction, id).age(by)
            await MessageStore(transaction, id).age(by)
            await SandboxStore(transaction, id).age(by)
        for bell in (STEPS, STAGE, outbox_bell_of(SANDBOX), bell_of(id)):
            self._bells.ring(bell)
        log.info("clock.moved", organisation_id=str(id), seconds=int(by.total_seconds()))
        return pending
