"""What happens when somebody says "that was not me" to a notice: what was confirmed falls."""

from dataclasses import dataclass

import structlog

from watchword.features.cards.desk import Backroom, Desk
from watchword.features.cards.history.store import DenialDirectory
from watchword.features.cards.notices.rules import Notified, become_of
from watchword.features.cards.rules import Because, CardId, VerificationId
from watchword.features.challenges.codes import denial_tag
from watchword.features.challenges.desk import Machine
from watchword.features.organisations.rules import Organisation
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage

DENIAL = "card_denial"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Told:
    organisation: Organisation
    state: Notified


class CardNotices:
    def __init__(self, *, storage: Storage, backroom: Backroom) -> None:
        self._storage = storage
        self._backroom = backroom

    async def look(self, token: str) -> Told | None:
        """Say whose notice an address belongs to, and what became of it. Nothing is changed."""
        place = await self._find(token)
        if place is None:
            return None
        organisation_id, card_id, id = place
        async with self._storage.reading(organisation_id) as transaction:
            organisation = await self._backroom.organisations.read(transaction, organisation_id)
            desk = Desk(transaction, _nobody(organisation), self._backroom)
            return Told(organisation, become_of(await desk.history.of_card(card_id), id))

    async def deny(self, token: str) -> Told | None:
        """Take back what was confirmed, at the wish of whoever got the notice."""
        place = await self._find(token)
        if place is None:
            return None
        organisation_id, card_id, id = place
        async with self._storage.begin(organisation_id) as transaction:
            organisation = await self._backroom.organisations.read(transaction, organisation_id)
            desk = Desk(transaction, _nobody(organisation), self._backroom)
            card = await desk.hold(card_id)
            state = become_of(await desk.history.of_card(card_id), id)
            if state is not Notified.STANDS:
                return Told(organisation, state)
            # All of it: whoever has taken over one way to a customer may have taken another, too.
            await desk.withdraw(card, Because.DENIED)
        self._backroom.announce(organisation)
        log.warning("card.denied", card_id=str(card_id))
        return Told(organisation, Notified.DENIED)

    async def _find(self, token: str) -> tuple[OrganisationId, CardId, VerificationId] | None:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await DenialDirectory(transaction).find(denial_tag(token))


def _nobody(organisation: Organisation) -> Machine:
    return Machine(name=DENIAL, organisation=organisation)
