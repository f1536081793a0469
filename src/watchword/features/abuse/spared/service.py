"""What happens to spared numbers: they are added, shown and removed."""

from typing import TypeAlias

from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.abuse.spared.rules import SPARED_AT_MOST, Spared, SparedId, TooManySpared
from watchword.features.abuse.spared.store import SparedStore
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Storage, Transaction

Which: TypeAlias = SparedId | Contact


class SparedNumbers:
    def __init__(self, *, storage: Storage, contacts: Contacts, rulebook: Rulebook) -> None:
        self._storage = storage
        self._contacts = contacts
        self._rulebook = rulebook

    async def add(
        self, caller: Caller, contact: Contact
    ) -> Spared | TooManySpared | NeedsSecondPerson:
        """Spare a number from now on. What the operator has locked looks at it all the same."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            if refusal := await self._rulebook.second_person_to_spare(whose, transaction):
                return refusal
            store = SparedStore(transaction, whose)
            contact_id = await self._contacts.recognise(transaction, whose, contact)
            there = await store.of(contact_id)
            if there is not None:
                return there
            if len(await store.all()) >= SPARED_AT_MOST:
                return TooManySpared()
            spared = Spared(
                id=SparedId(new_id()),
                contact_id=contact_id,
                created_at=transaction.now(),
                created_by=caller.actor,
            )
            if await store.add(spared):
                await _note(transaction, caller, Action.NUMBER_SPARED, spared)
            else:  # Somebody else has added it in this moment.
                spared = await store.of(contact_id) or spared
        self._rulebook.forget(whose)
        return spared

    async def find(self, caller: Caller, which: Which) -> tuple[Spared, Contact] | None:
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            spared = await self._find(transaction, whose, which)
            if spared is None:
                return None
            return spared, await self._contacts.seen(transaction, whose, spared.contact_id)

    async def remove(self, caller: Caller, which: Which) -> bool:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            spared = await self._find(transaction, whose, which)
            removed = spared is not None and await SparedStore(transaction, whose).remove(spared.id)
            if spared is not None and removed:
                await _note(transaction, caller, Action.NUMBER_COUNTED_AGAIN, spared)
        self._rulebook.forget(whose)
        return removed

    async def _find(
        self, transaction: Transaction, organisation_id: OrganisationId, which: Which
    ) -> Spared | None:
        store = SparedStore(transaction, organisation_id)
        if not isinstance(which, Contact):
            return await store.find(which)
        contact_id = await self._contacts.known(transaction, organisation_id, which)
        return None if contact_id is None else await store.of(contact_id)


async def _note(transaction: Transaction, caller: Caller, action: Action, spared: Spared) -> None:
    entry = Entry(action=action, actor=caller.actor, target=str(spared.contact_id))
    await AuditStore(transaction, caller.organisation.id).add(entry)
