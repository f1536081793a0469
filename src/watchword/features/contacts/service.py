"""What happens to contact points: they are recognised, kept sealed, and opened when needed."""

import secrets

from watchword.features.contacts.post import reread
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.contacts.store import ContactStore, PersonKey, SealedContact
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.service import Organisations
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.sealing import KEY_BYTES, Place, Sealer
from watchword.foundation.storage import Storage, StorageConflict, Transaction

AT_ONCE = 500


class Contacts:
    def __init__(self, *, storage: Storage, organisations: Organisations) -> None:
        self._storage = storage
        self._organisations = organisations

    async def recognise(
        self, transaction: Transaction, organisation_id: OrganisationId, contact: Contact
    ) -> ContactId:
        """Give the id of a contact point, which is kept from now on if it was not known yet."""
        keys = await self._organisations.keys(transaction, organisation_id)
        store = ContactStore(transaction, organisation_id)
        blind_index = keys.blind(contact.kind, contact.canonical.reveal())
        known = await store.find(contact.kind, blind_index)
        if known is not None:
            return known
        sealed = _seal(keys, contact, blind_index)
        if await store.add(sealed):
            return sealed.id
        # Somebody else added it in this moment.
        added = await store.find(contact.kind, blind_index)
        if added is None:
            raise StorageConflict("A contact point came and went in one moment.")
        return added

    async def find(self, organisation_id: OrganisationId, contact: Contact) -> ContactId | None:
        """Give the id of a contact point, if it is known; nothing is kept that was not."""
        async with self._storage.reading(organisation_id) as transaction:
            return await self.known(transaction, organisation_id, contact)

    async def known(
        self, transaction: Transaction, organisation_id: OrganisationId, contact: Contact
    ) -> ContactId | None:
        keys = await self._organisations.keys(transaction, organisation_id)
        store = ContactStore(transaction, organisation_id)
        blind_index = keys.blind(contact.kind, contact.canonical.reveal())
        return await store.find(contact.kind, blind_index)

    async def open(
        self, transaction: Transaction, organisation_id: OrganisationId, id: ContactId
    ) -> Contact:
        """Read a contact point."""
        sealed, sealer = await self._unlocked(transaction, organisation_id, id)
        value = sealer.open(sealed.sealed_value, _place(organisation_id, id)).decode()
        return reread(sealed.kind, value)

    async def seal(self, transaction: Transaction, id: ContactId, said: str, place: Place) -> bytes:
        """Lock what is known about the person of a contact point; it is lost with their key."""
        _, sealer = await self._unlocked(transaction, place.organisation_id, id)
        return sealer.seal(said.encode(), place)

    async def unseal(
        self, transaction: Transaction, id: ContactId, sealed: bytes, place: Place
    ) -> str:
        _, sealer = await self._unlocked(transaction, place.organisation_id, id)
        return sealer.open(sealed, place).decode()

    async def _unlocked(
        self, transaction: Transaction, organisation_id: OrganisationId, id: ContactId
    ) -> tuple[SealedContact, Sealer]:
        sealed = await ContactStore(transaction, organisation_id).get(id)
        if sealed is None:
            raise NotFound("contact point")
        keys = await self._organisations.keys(transaction, organisation_id)
        if sealed.key.data_version not in keys.data:
            keys = await self._organisations.reload_keys(transaction, organisation_id)
        key = keys.unwrap_person(sealed.key.data_version, sealed.key.wrapped)
        return sealed, Sealer({1: key})

    async def count_old_keys(self, organisation_id: OrganisationId, newest: int) -> int:
        """Count the keys of persons that `rewrap` would change in the end."""
        async with self._storage.reading(organisation_id) as transaction:
            return await ContactStore(transaction, organisation_id).count_old_keys(newest)

    async def rewrap(self, organisation_id: OrganisationId, newest: int) -> int:
        """Lock up to 500 keys of persons with the newest key of the organisation; count them."""
        async with self._storage.begin(organisation_id) as transaction:
            keys = await self._organisations.reload_keys(transaction, organisation_id)
            store = ContactStore(transaction, organisation_id)
            old = await store.old_keys(newest, AT_ONCE)
            await store.rewrap([_rewrapped(keys, key) for key in old])
        return len(old)


def _seal(keys: OrganisationKeys, contact: Contact, blind_index: bytes) -> SealedContact:
    id, person_key = ContactId(new_id()), secrets.token_bytes(KEY_BYTES)
    place = _place(keys.organisation_id, id)
    value = contact.address.reveal().encode()
    version, wrapped = keys.wrap_person(person_key)
    return SealedContact(
        id=id,
        kind=ContactKind(contact.kind),
        blind_index=blind_index,
        sealed_value=Sealer({1: person_key}).seal(value, place),
        key=PersonKey(person_id=str(new_id()), data_version=version, wrapped=wrapped),
    )


def _rewrapped(keys: OrganisationKeys, key: PersonKey) -> PersonKey:
    content = keys.unwrap_person(key.data_version, key.wrapped)
    version, wrapped = keys.wrap_person(content)
    return PersonKey(person_id=key.person_id, data_version=version, wrapped=wrapped)


def _place(organisation_id: OrganisationId, id: ContactId) -> Place:
    return Place(organisation_id, "contact_points", "value", str(id))
