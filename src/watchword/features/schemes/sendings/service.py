"""What is told of messages that carried codes under schemes."""

from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.rules import MessageId
from watchword.features.schemes.sendings.rules import Addressed, Onward, Summary, Which, onward
from watchword.features.schemes.sendings.store import CarriedStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction


class Sendings:
    def __init__(self, *, storage: Storage, contacts: Contacts) -> None:
        self._storage = storage
        self._contacts = contacts

    async def page(
        self, caller: Caller, which: Which, begins: Onward | None, most: int
    ) -> tuple[list[Addressed], Onward | None]:
        """Give a page of messages, and where the next one begins, if there is one."""
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            contact_id = await self._known(transaction, whose, which)
            if which.contact is not None and contact_id is None:
                return [], None
            store = CarriedStore(transaction, whose)
            found = await store.page(which, contact_id, begins, most + 1)
            shown, seen = [*found[:most]], dict[ContactId, Contact]()
            for id in {each.contact_id for each in shown}:
                seen[id] = await self._contacts.seen(transaction, whose, id)
        after = onward(shown, begins) if len(found) > most else None
        return [Addressed(each, seen[each.contact_id]) for each in shown], after

    async def find(self, caller: Caller, id: MessageId) -> Addressed | None:
        found, _ = await self.page(caller, Which(id=id), None, 1)
        return found[0] if found else None

    async def summary(self, caller: Caller, which: Which) -> Summary:
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            contact_id = await self._known(transaction, whose, which)
            if which.contact is not None and contact_id is None:
                return Summary(0, 0)
            return await CarriedStore(transaction, whose).summary(which, contact_id)

    async def _known(
        self, transaction: Transaction, organisation_id: OrganisationId, which: Which
    ) -> ContactId | None:
        if which.contact is None:
            return None
        return await self._contacts.known(transaction, organisation_id, which.contact)
