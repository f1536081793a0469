"""What happens when an organisation takes no codes for something any more: those under way end.

A code that somebody has in their hand just then must not be good at the till a minute later.
"""

import structlog

from watchword.features.audit.rules import Action
from watchword.features.challenges.closings.store import PendingStore
from watchword.features.challenges.desk import Desk, Machine, Mailroom
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import cancelled
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.rules import Changed
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage

AT_ONCE = 100  # more would keep others waiting

log = structlog.get_logger()


class Closings:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        mailroom: Mailroom,
        settings: OrganisationSettings,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._mailroom = mailroom
        self._settings = settings

    async def hear(self, changed: Changed) -> None:
        """End what a change of settings leaves no use for."""
        redemption = (await self._settings.of(changed.organisation_id)).redemption
        if not redemption.customer_pins:
            await self.close(changed.organisation_id, Purpose.REDEMPTION)

    async def close(self, organisation_id: OrganisationId, purpose: Purpose) -> int:
        """End all challenges for a purpose that wait for their code; count them."""
        closed = 0
        while found := await self._close(organisation_id, purpose):
            closed += found
        if closed:
            log.info("challenges.closed", purpose=purpose, count=closed)
        return closed

    async def _close(self, organisation_id: OrganisationId, purpose: Purpose) -> int:
        async with self._storage.begin(organisation_id) as transaction:
            organisation = await self._organisations.read(transaction, organisation_id)
            machine = Machine(name="settings", organisation=organisation)
            desk = Desk(transaction, machine, self._mailroom)
            found = await PendingStore(transaction, organisation_id).of(purpose, AT_ONCE)
            ended = 0
            for id in found:
                challenge = cancelled(await desk.challenges.hold(id), desk.now)
                if challenge is not None:
                    await desk.end(challenge)
                    await desk.note(Action.CHALLENGE_CANCELLED, id)
                    ended += 1
        self._mailroom.announce(organisation_id)
        return ended
