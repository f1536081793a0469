"""What happens when somebody unsubscribes by the link of a mail."""

import structlog

from watchword.features.consents.rules import SCOPES_OF, Source, Stopped
from watchword.features.consents.service import Consents
from watchword.features.consents.unsubscribing.links import UnsubscribeLinks, Whose
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import Storage

log = structlog.get_logger()


class Unsubscribing:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        consents: Consents,
        links: UnsubscribeLinks,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._consents = consents
        self.links = links

    async def look(self, token: str) -> Organisation | None:
        """Say from whom a link unsubscribes; nothing, if it is none. Nothing is changed."""
        whose = self.links.read(token)
        return None if whose is None else await self._organisation(whose)

    async def stop(self, token: str) -> Organisation | None:
        """Let nothing of the kind go there any more, and say from whom. Asked again, or by whoever
        was forgotten since, it is so already."""
        whose = self.links.read(token)
        if whose is None or (organisation := await self._organisation(whose)) is None:
            return None
        async with self._storage.begin(whose.organisation_id) as transaction:
            try:
                contact = await self._contacts.open(
                    transaction, whose.organisation_id, whose.contact_id
                )
            except NotFound:
                return organisation
            by = SCOPES_OF[contact.kind][0]
            done: Stopped = await self._consents.stop(
                transaction, organisation, contact, Source.LINK, by
            )
        self._consents.announce(whose.organisation_id)
        log.info("link.unsubscribed", is_new=done.is_new)
        return organisation

    async def _organisation(self, whose: Whose) -> Organisation | None:
        async with self._storage.reading(whose.organisation_id) as transaction:
            try:
                return await self._organisations.read(transaction, whose.organisation_id)
            except NotFound:
                return None
