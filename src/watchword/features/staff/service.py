"""What happens to staff: they are enrolled, found, and shown by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.contacts.rules import Contact, Unreachable, read_email
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.rules import (
    Colleague,
    Grant,
    NamelessOrEndless,
    StaffId,
    StaffMember,
    StaffState,
    find_fault_of_name,
    tidied,
    written,
)
from watchword.features.staff.store import SealedMember, StaffStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.sealing import Place
from watchword.foundation.storage import Storage, StorageConflict, Transaction


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """Somebody with that address works here, or did."""

    id: StaffId
    state: StaffState


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is to work here."""

    contact: Contact
    name: str = field(repr=False)
    grants: tuple[Grant, ...]
    state: StaffState
    locale: str


class Staff:
    def __init__(self, *, storage: Storage, contacts: Contacts) -> None:
        self._storage = storage
        self._contacts = contacts

    async def enrol(
        self,
        organisation: Organisation,
        *,
        name: str,
        email: str,
        grants: tuple[Grant, ...],
        actor: str,
    ) -> StaffMember | AlreadyThere | Unreachable | NamelessOrEndless:
        """Take somebody in, who can sign in from now on."""
        contact = read_email(email)
        if isinstance(contact, Unreachable):
            return contact
        if fault := find_fault_of_name(name):
            return fault
        async with self._storage.begin(organisation.id) as transaction:
            newcomer = Newcomer(contact, name, grants, StaffState.ACTIVE, organisation.locale)
            member = await self.take_in(transaction, organisation, newcomer)
            if isinstance(member, StaffMember):
                entry = Entry(
                    action=Action.STAFF_ENROLLED,
                    actor=actor,
                    target=member.actor,
                    details={"roles": written(grants)},
                )
                await AuditStore(transaction, organisation.id).add(entry)
            return member

    async def take_in(
        self, transaction: Transaction, organisation: Organisation, newcomer: Newcomer
    ) -> StaffMember | AlreadyThere:
        """Write down somebody new. What it is called in the audit is said by whoever calls."""
        id, now = StaffId(new_id()), transaction.now()
        contact_id = await self._contacts.recognise(transaction, organisation.id, newcomer.contact)
        store = StaffStore(transaction, organisation.id)
        place = _place(organisation.id, id)
        sealed = SealedMember(
            id=id,
            contact_id=contact_id,
            sealed_name=await self._contacts.seal(transaction, contact_id, newcomer.name, place),
            locale=newcomer.locale,
            state=newcomer.state,
            grants=tidied(newcomer.grants),
            created_at=now,
            joined_at=now if newcomer.state is StaffState.ACTIVE else None,
        )
        if not await store.add(sealed):
            known = await store.by_contact(contact_id)
            if known is None:
                raise StorageConflict("A member of staff came and went in one moment.")
            return AlreadyThere(known.id, known.state)
        return await self.opened(transaction, organisation.id, sealed)

    async def rename(
        self, transaction: Transaction, organisation_id: OrganisationId, id: StaffId, name: str
    ) -> None:
        """Call somebody by another name; the caller has looked whether it is one."""
        store = StaffStore(transaction, organisation_id)
        sealed = await store.hold(id)
        if sealed is None:
            raise NotFound("member of staff")
        place = _place(organisation_id, id)
        name_of = await self._contacts.seal(transaction, sealed.contact_id, name, place)
        await store.save(replace(sealed, sealed_name=name_of))

    async def speak(self, colleague: Colleague, locale: str) -> None:
        """Speak to somebody in another language, at their own wish."""
        organisation_id = colleague.organisation.id
        async with self._storage.begin(organisation_id) as transaction:
            store = StaffStore(transaction, organisation_id)
            sealed = await store.hold(colleague.member.id)
            if sealed is None:
                raise NotFound("member of staff")
            await store.save(replace(sealed, locale=locale))
            entry = Entry(
                action=Action.LANGUAGE_CHOSEN,
                actor=colleague.actor,
                target=colleague.actor,
                details={"locale": locale},
            )
            await AuditStore(transaction, organisation_id).add(entry)

    async def find(
        self, transaction: Transaction, organisation_id: OrganisationId, contact: Contact
    ) -> StaffMember | None:
        """Give who has an e-mail address, if anybody here has."""
        contact_id = await self._contacts.known(transaction, organisation_id, contact)
        if contact_id is None:
            return None
        sealed = await StaffStore(transaction, organisation_id).by_contact(contact_id)
        return None if sealed is None else await self.opened(transaction, organisation_id, sealed)

    async def read(
        self, transaction: Transaction, organisation_id: OrganisationId, id: StaffId
    ) -> StaffMember:
        sealed = await StaffStore(transaction, organisation_id).get(id)
        if sealed is None:
            raise NotFound("member of staff")
        return await self.opened(transaction, organisation_id, sealed)

    async def get(self, organisation_id: OrganisationId, id: StaffId) -> StaffMember:
        """Give somebody who works here, or did."""
        async with self._storage.reading(organisation_id) as transaction:
            return await self.read(transaction, organisation_id, id)

    async def address(
        self, transaction: Transaction, organisation_id: OrganisationId, member: StaffMember
    ) -> Contact:
        """Give where mail to somebody goes."""
        return await self._contacts.open(transaction, organisation_id, member.contact_id)

    async def all(self, organisation_id: OrganisationId) -> Sequence[StaffMember]:
        async with self._storage.reading(organisation_id) as transaction:
            return [
                await self.opened(transaction, organisation_id, sealed)
                for sealed in await StaffStore(transaction, organisation_id).all()
            ]

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[StaffMember]:
        """Give a page of those who work here, in the order in which they came."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await StaffStore(transaction, organisation_id).page(after, most + 1)
            members = [await self.opened(transaction, organisation_id, sealed) for sealed in found]
        return page_of(members, most, lambda member: Bookmark(member.created_at, member.id))

    async def opened(
        self, transaction: Transaction, organisation_id: OrganisationId, sealed: SealedMember
    ) -> StaffMember:
        place = _place(organisation_id, sealed.id)
        id = sealed.contact_id
        contact = await self._contacts.open(transaction, organisation_id, id)
        return StaffMember(
            id=sealed.id,
            contact_id=id,
            name=await self._contacts.unseal(transaction, id, sealed.sealed_name, place),
            masked=contact.masked,
            locale=sealed.locale,
            state=sealed.state,
            grants=sealed.grants,
            created_at=sealed.created_at,
            joined_at=sealed.joined_at,
        )


def _place(organisation_id: OrganisationId, id: StaffId) -> Place:
    return Place(organisation_id, "staff", "name", str(id))
