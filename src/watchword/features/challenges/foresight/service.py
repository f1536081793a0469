"""What would happen if a code were asked for: the way that it would take."""

from watchword.features.challenges.desk import Desk, Mailroom, lane_of
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import may_go_by
from watchword.features.challenges.rules import is_known
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.service import Organisations
from watchword.features.routing.rules import Considered, passed_over
from watchword.features.routing.service import Ask, Router
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Storage


class Foresight:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        mailroom: Mailroom,
        router: Router,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._mailroom = mailroom
        self._router = router

    async def foresee(self, client: Caller, opening: Opening) -> list[Considered]:
        """Say which way a code would take. Nothing is sent, counted or kept."""
        organisation = client.organisation
        known = await self._contacts.find(organisation.id, opening.contact)
        async with self._storage.reading(organisation.id) as transaction:
            desk = Desk(transaction, client, self._mailroom)
            contact_id = known or ContactId(new_id())
            requester, lane = await lane_of(
                desk, self._organisations, contact_id, opening.contact.kind, opening.requester
            )
            ask = Ask(
                id=new_id(),
                purpose=opening.purpose,
                contact_id=contact_id,
                contact=opening.contact,
                client=client.actor,
                requester=requester,
                is_known=is_known(lane),
                wanted=opening.channel,
            )
            seen = await self._router.foresee(transaction, organisation, ask)
        return [
            each if may_go_by(opening.purpose, each.channel) else passed_over(each) for each in seen
        ]
