"""The clock of a test organisation: time passes for it at once, and for nobody else.

Nothing is told another time. What the organisation has is made older instead, so that it is to it
as if the time had passed: codes run out, waits end, plans go on, and limits are free again. What is
over keeps its moments, except where something is decided by them. Rules against abuse count nothing
for test organisations, so there is nothing to age; a key of an application expires in real time.
"""

from datetime import timedelta

import structlog

from watchword.features.challenges.steps.service import STEPS
from watchword.features.challenges.store import ChallengeStore
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.service import bell_of as outbox_bell_of
from watchword.features.delivery.store import MessageStore
from watchword.features.idempotency.service import Requests
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Organisation
from watchword.features.sandbox.service import STAGE, bell_of
from watchword.features.sandbox.store import SandboxStore
from watchword.features.webhooks.service import BELL as WEBHOOKS
from watchword.features.webhooks.store import DeliveryStore
from watchword.foundation.bells import Bells
from watchword.foundation.storage import Storage

log = structlog.get_logger()


class Clock:
    def __init__(self, *, storage: Storage, requests: Requests, bells: Bells) -> None:
        self._storage = storage
        self._requests = requests
        self._bells = bells

    async def move(self, organisation: Organisation, by: timedelta) -> int:
        """Let time pass for a test organisation; count the challenges that were pending."""
        id = organisation.id
        async with self._storage.begin(id) as transaction:
            # In the order in which whoever opens a challenge holds it all.
            await self._requests.age(transaction, id, by)
            await BudgetStore(transaction, id).age(by)
            pending = await ChallengeStore(transaction, id).age(by)
            await MessageStore(transaction, id).age(pending, by)
            await SandboxStore(transaction, id).age(by)
            await DeliveryStore(transaction, id).age(by)
        for bell in (STEPS, STAGE, WEBHOOKS, outbox_bell_of(SANDBOX), bell_of(id)):
            self._bells.ring(bell)
        log.info("clock.moved", organisation_id=str(id), seconds=int(by.total_seconds()))
        return len(pending)
