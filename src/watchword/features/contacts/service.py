"""What happens to contact points: they are recognised, kept sealed, and opened when needed."""

import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from watchword.features.contacts.met import Met
from watchword.features.contacts.post import reread
from watchword.features.contacts.rules import FORGOTTEN, Contact, ContactId, ContactKind, NewContact
from watchword.features.contacts.store import ContactStore, PersonKey, SealedContact
from watchword.features.contacts.suppressions.rules import About, OptedOut, digest_of, stops
from watchword.features.contacts.suppressions.store import SuppressionStore
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.service import Organisations
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId, new_id
from watchword.foundation.sealing import KEY_BYTES, Place, Sealer
from watchword.foundation.storage import Storage, StorageConflict, Transaction

AT_ONCE = 500

_Known: TypeAlias = tuple[ContactKind, bytes]
"""What a contact point is known by."""


class Contacts:
    def __init__(self, *, storage: Storage, organisations: Organisations) -> None:
        self._storage = storage
        self._organisations = organisations

    async def recognise(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        contact: Contact,
        met: Met | None = None,
    ) -> ContactId:
        """Give the id of a contact point, which is kept from now on if it was not known yet.

        `met`: what was found, if the transaction has looked already.
        """
        met = met or await self.meet(transaction, organisation_id, contact)
        return met.id or await self._add(transaction, met)

    async def recognise_many(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        contacts: Sequence[NewContact],
    ) -> Sequence["Recognised"]:
        """Do the same for many at once, as an import needs it: all are sealed by now, and what is
        known already is let go of."""
        store, known = ContactStore(transaction, organisation_id), dict[_Known, ContactId]()
        for kind in ContactKind:
            wanted = list({each.blind_index for each in contacts if each.kind is kind})
            found = await store.find_many(kind, wanted)
            known.update({(kind, index): id for index, id in found.items()})
        new = dict[_Known, NewContact]()
        for contact in contacts:
            index = contact.kind, contact.blind_index
            if index not in known:
                new.setdefault(index, contact)
        await store.add_many([*new.values()])
        known |= {index: contact.id for index, contact in new.items()}
        indexes = [(each.kind, each.blind_index) for each in contacts]
        return [Recognised(known[index], is_new=index in new) for index in indexes]

    async def reach(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        contact: Contact,
        met: Met | None = None,
    ) -> tuple[ContactId, Contact] | OptedOut:
        """Do the same to write there; of somebody who wants to hear nothing, nothing is kept.

        Give the contact point as it was first known, too: `Ann@…` is known as `ann@…`, but a mail
        server may keep a mailbox for each. Whoever types another spelling must not be sent the
        code that proves the first one.
        """
        met = met or await self.meet(transaction, organisation_id, contact)
        if met.is_opted_out:
            return OptedOut()
        if met.id is None:
            return await self._add(transaction, met), contact
        if contact.kind is ContactKind.PHONE:
            return met.id, contact
        return met.id, await self.open(transaction, organisation_id, met.id)

    async def meet(
        self, transaction: Transaction, organisation_id: OrganisationId, contact: Contact
    ) -> Met:
        """Look for a contact point, and whether somebody wants to hear nothing at all there.
        Nothing is kept that was not."""
        keys = await self._organisations.keys(transaction, organisation_id)
        blind_index = index_of(keys, contact)
        store = ContactStore(transaction, organisation_id)
        id, is_opted_out = await store.meet(contact.kind, blind_index, digest_of(keys, contact))
        return Met(keys, contact, blind_index, id, is_opted_out)

    async def _add(self, transaction: Transaction, met: Met) -> ContactId:
        new = made(met.keys, met.contact, met.blind_index)
        store = ContactStore(transaction, met.keys.organisation_id)
        if await store.add(new):
            return new.id
        # Somebody else added it in this moment.
        added = await store.find(met.contact.kind, met.blind_index)
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
        blind_index = await self.blind(transaction, organisation_id, contact)
        return await ContactStore(transaction, organisation_id).find(contact.kind, blind_index)

    async def blind(
        self, transaction: Transaction, organisation_id: OrganisationId, contact: Contact
    ) -> bytes:
        """Give what a contact point is found by, for who looks for something else beside it."""
        keys = await self._organisations.keys(transaction, organisation_id)
        return index_of(keys, contact)

    async def open(
        self, transaction: Transaction, organisation_id: OrganisationId, id: ContactId
    ) -> Contact:
        """Read a contact point."""
        sealed, sealer = await self._unlocked(transaction, organisation_id, id)
        value = sealer.open(sealed.sealed_value, _place(organisation_id, id)).decode()
        return reread(sealed.kind, value)

    async def open_to_write(
        self, transaction: Transaction, organisation_id: OrganisationId, id: ContactId
    ) -> Contact | OptedOut:
        """Read a contact point, unless its person wants to hear nothing by now."""
        contact = await self.open(transaction, organisation_id, id)
        keys = await self._organisations.keys(transaction, organisation_id)
        store = SuppressionStore(transaction, organisation_id)
        kinds = await store.kinds_of(digest_of(keys, contact))
        return OptedOut() if stops(kinds, About.CODE) else contact

    async def seen(
        self, transaction: Transaction, organisation_id: OrganisationId, id: ContactId
    ) -> Contact:
        """Read a contact point for somebody to look at; `FORGOTTEN`, if it was forgotten."""
        try:
            return await self.open(transaction, organisation_id, id)
        except NotFound:
            return FORGOTTEN

    async def seen_beside(
        self, transaction: Transaction, organisation_id: OrganisationId, sealed: SealedContact
    ) -> Contact:
        """Do the same for one that was read together with something else, as lists are."""
        sealer = await self._sealer(transaction, organisation_id, sealed.key)
        place = _place(organisation_id, sealed.id)
        return reread(sealed.kind, sealer.open(sealed.sealed_value, place).decode())

    async def has_opted_out(
        self, transaction: Transaction, organisation_id: OrganisationId, contact: Contact
    ) -> bool:
        """Say whether somebody wants to hear nothing at all. Nothing is kept that was not."""
        return (await self.meet(transaction, organisation_id, contact)).is_opted_out

    async def seal(self, transaction: Transaction, id: ContactId, said: str, place: Place) -> bytes:
        """Lock what is known about the person of a contact point; it is lost with their key."""
        _, sealer = await self._unlocked(transaction, place.organisation_id, id)
        return sealer.seal(said.encode(), place)

    async def unseal(
        self, transaction: Transaction, id: ContactId, sealed: bytes, place: Place
    ) -> str:
        _, sealer = await self._unlocked(transaction, place.organisation_id, id)
        return sealer.open(sealed, place).decode()

    async def seal_of(
        self, transaction: Transaction, person_id: str, said: str, place: Place
    ) -> bytes:
        """Lock something with the key of a person; it is lost with that key."""
        key = await ContactStore(transaction, place.organisation_id).key_of(person_id)
        if key is None:
            raise NotFound("person")
        sealer = await self._sealer(transaction, place.organisation_id, key)
        return sealer.seal(said.encode(), place)

    async def unseal_of(
        self, transaction: Transaction, person_id: str, sealed: bytes, place: Place
    ) -> str | None:
        """Read what was locked with the key of a person; nothing, if that is destroyed."""
        key = await ContactStore(transaction, place.organisation_id).key_of(person_id)
        if key is None:
            return None
        sealer = await self._sealer(transaction, place.organisation_id, key)
        return sealer.open(sealed, place).decode()

    async def _unlocked(
        self, transaction: Transaction, organisation_id: OrganisationId, id: ContactId
    ) -> tuple[SealedContact, Sealer]:
        sealed = await ContactStore(transaction, organisation_id).get(id)
        if sealed is None:
            raise NotFound("contact point")
        return sealed, await self._sealer(transaction, organisation_id, sealed.key)

    async def _sealer(
        self, transaction: Transaction, organisation_id: OrganisationId, key: PersonKey
    ) -> Sealer:
        keys = await self._organisations.keys(transaction, organisation_id)
        if key.data_version not in keys.data:
            keys = await self._organisations.reload_keys(transaction, organisation_id)
        return Sealer({1: keys.unwrap_person(key.data_version, key.wrapped)})

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


def made(
    keys: OrganisationKeys,
    contact: Contact,
    blind_index: bytes | None = None,
    draw: Callable[[], Id] = new_id,
) -> NewContact:
    """Seal a contact point with a key of its own."""
    id, person_key = ContactId(draw()), secrets.token_bytes(KEY_BYTES)
    place = _place(keys.organisation_id, id)
    version, wrapped = keys.wrap_person(person_key)
    return NewContact(
        id=id,
        person_id=str(draw()),
        kind=contact.kind,
        blind_index=blind_index or index_of(keys, contact),
        sealed_value=Sealer({1: person_key}).seal(contact.address.reveal().encode(), place),
        data_version=version,
        wrapped=wrapped,
    )


class Recognised(NamedTuple):
    """A contact point that is kept by now. `is_new`: nobody knew it, so it is nobody's else."""

    id: ContactId
    is_new: bool


def index_of(keys: OrganisationKeys, contact: Contact) -> bytes:
    """Give what a contact point is found by."""
    return keys.blind(contact.kind, contact.canonical.reveal())


def _rewrapped(keys: OrganisationKeys, key: PersonKey) -> PersonKey:
    content = keys.unwrap_person(key.data_version, key.wrapped)
    version, wrapped = keys.wrap_person(content)
    return PersonKey(person_id=key.person_id, data_version=version, wrapped=wrapped)


def _place(organisation_id: OrganisationId, id: ContactId) -> Place:
    return Place(organisation_id, "contact_points", "value", str(id))
