"""What happens to staff: they are enrolled, found, and shown by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.contacts.rules import Contact, Unreachable, read_email
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.rules import (
    Grant,
    NamelessOrEndless,
    StaffId,
    StaffMember,
    StaffState,
    actor_of,
    find_fault_of_name,
)
from watchword.features.staff.store import SealedMember, StaffStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.sealing import Place
from watchword.foundation.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """Somebody with that address works here, or did."""

    id: StaffId


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
        state: StaffState = StaffState.ACTIVE,
    ) -> StaffMember | AlreadyThere | Unreachable | NamelessOrEndless:
        """Take somebody in, who can sign in from now on."""
        contact = read_email(email)
        if isinstance(contact, Unreachable):
            return contact
        if fault := find_fault_of_name(name):
            return fault
        async with self._storage.begin(organisation.id) as transaction:
            contact_id = await self._contacts.recognise(transaction, organisation.id, contact)
            store = StaffStore(transaction, organisation.id)
            known = await store.by_contact(contact_id)
            if known is not None:
                return AlreadyThere(known.id)
            id = StaffId(new_id())
            place = _place(organisation.id, id)
            member = SealedMember(
                id=id,
                contact_id=contact_id,
                sealed_name=await self._contacts.seal(transaction, contact_id, name, place),
                locale=organisation.locale,
                state=state,
                grants=grants,
                created_at=transaction.now(),
            )
            await store.add(member)
            await AuditStore(transaction, organisation.id).add(_entry(member, actor))
            return await self.opened(transaction, organisation.id, member)

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

    async def all(self, organisation_id: OrganisationId) -> Sequence[StaffMember]:
        async with self._storage.reading(organisation_id) as transaction:
            return [
                await self.opened(transaction, organisation_id, sealed)
                for sealed in await StaffStore(transaction, organisation_id).all()
            ]

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
        )


def _entry(member: SealedMember, actor: str) -> Entry:
    return Entry(
        action=Action.STAFF_ENROLLED,
        actor=actor,
        target=actor_of(member.id),
        details={"roles": " ".join(sorted({grant.role for grant in member.grants}))},
    )


def _place(organisation_id: OrganisationId, id: StaffId) -> Place:
    return Place(organisation_id, "staff", "name", str(id))
