"""What happens when somebody says that they asked for no code: it is over, on all channels."""

from collections.abc import Mapping

import structlog

from watchword.features.audit.rules import Action
from watchword.features.challenges.codes import denial_tag
from watchword.features.challenges.desk import Desk, Machine, Mailroom
from watchword.features.challenges.rules import (
    ChallengeId,
    ChallengeRef,
    Status,
    denied,
    sends_key,
    status_at,
)
from watchword.features.challenges.store import ChallengeSweep
from watchword.features.limits.rules import Limits, use_up
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage

log = structlog.get_logger()


class Denials:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        mailroom: Mailroom,
        limits: Mapping[Mode, Limits],
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._mailroom = mailroom
        self._limits = limits

    async def look(self, token: str) -> tuple[Organisation, Status] | None:
        """Say whose code an address belongs to, and what became of it. Nothing is changed."""
        place = await self._find(token)
        if place is None:
            return None
        organisation_id, id = place
        async with self._storage.reading(organisation_id) as transaction:
            organisation = await self._organisations.read(transaction, organisation_id)
            desk = Desk(
                transaction, Machine(name="denial", organisation=organisation), self._mailroom
            )
            challenge = await desk.challenges.find(id)
            return organisation, status_at(challenge, desk.now)

    async def deny(self, token: str) -> tuple[Organisation, Status] | None:
        """End what an address belongs to, at the wish of whoever got the message."""
        place = await self._find(token)
        return None if place is None else await self.deny_at(*place)

    async def deny_at(
        self, organisation_id: OrganisationId, id: ChallengeId
    ) -> tuple[Organisation, Status]:
        """End a challenge at the wish of the person; give what became of it."""
        async with self._storage.begin(organisation_id) as transaction:
            organisation = await self._organisations.read(transaction, organisation_id)
            desk = Desk(
                transaction, Machine(name="denial", organisation=organisation), self._mailroom
            )
            key = sends_key(*await desk.challenges.budgeted_by(id))
            sends = await desk.budgets.make_or_hold(key)
            challenge = await desk.challenges.hold(id)
            over = denied(challenge, desk.now)
            if over is None:
                return organisation, status_at(challenge, desk.now)
            await desk.end(over)
            # Whoever asked would only ask again, and the person has just said that it is not them.
            await desk.budgets.save(key, use_up(sends, self._limits[desk.mode], desk.now))
            await desk.note(Action.CHALLENGE_DENIED, id)
        self._mailroom.announce(organisation_id)
        log.info("challenge.denied", challenge_id=str(id))
        return organisation, over.status

    async def _find(self, token: str) -> ChallengeRef | None:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await ChallengeSweep(transaction).by_denial_tag(denial_tag(token))
