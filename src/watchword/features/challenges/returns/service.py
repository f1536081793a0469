"""What happens when a letter comes back: whoever has it now must not use its code."""

import structlog

from watchword.features.audit.rules import Action
from watchword.features.challenges.desk import Desk, Machine, Mailroom
from watchword.features.challenges.rules import ChallengeId, cancelled
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()


class Returns:
    def __init__(
        self, *, storage: Storage, organisations: Organisations, mailroom: Mailroom
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._mailroom = mailroom

    async def take_back(self, organisation_id: OrganisationId, about: str) -> None:
        """Cancel a challenge, if it has not ended; `about` is its id, as its letters name it."""
        id = ChallengeId(Id(about))
        async with self._storage.begin(organisation_id) as transaction:
            is_ended = await self.end(transaction, organisation_id, id)
        if is_ended:
            self.announce(organisation_id, id)

    async def end(
        self, transaction: Transaction, organisation_id: OrganisationId, id: ChallengeId
    ) -> bool:
        """Cancel a challenge as part of somebody else's transaction; say whether it was open."""
        organisation = await self._organisations.read(transaction, organisation_id)
        machine = Machine(name="post", organisation=organisation)
        desk = Desk(transaction, machine, self._mailroom)
        challenge = cancelled(await desk.challenges.hold(id), desk.now)
        if challenge is None:
            return False
        await desk.end(challenge)
        await desk.note(Action.CHALLENGE_CANCELLED, id, reason="returned")
        return True

    def announce(self, organisation_id: OrganisationId, id: ChallengeId) -> None:
        """Wake those who tell others; call it when what was written is durable."""
        self._mailroom.announce(organisation_id)
        log.info("challenge.returned", challenge_id=str(id))
