"""What happens when an installation lets an owner in, from the machine that it runs on."""

from dataclasses import replace

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.contacts.rules import Contact, Unreachable, read_email
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.links.rules import LinkKind
from watchword.features.staff.links.service import Links
from watchword.features.staff.owners.rules import OWNER, OwnedAlready, Printed, as_owner, may_own
from watchword.features.staff.rules import (
    NamelessOrEndless,
    StaffMember,
    StaffState,
    find_fault_of_name,
)
from watchword.features.staff.service import AlreadyThere, Newcomer, Staff
from watchword.features.staff.store import StaffStore
from watchword.foundation.storage import Storage, StorageConflict, Transaction


class Owners:
    def __init__(self, *, storage: Storage, staff: Staff, links: Links) -> None:
        self._storage = storage
        self._staff = staff
        self._links = links

    async def print(
        self, organisation: Organisation, *, name: str, email: str, actor: str
    ) -> Printed | OwnedAlready | Unreachable | NamelessOrEndless:
        """Make an address that signs an owner in: the first one, or one who has lost every way.

        It goes through no post, and is for whoever runs the machine, who could do anything anyway.
        """
        contact = read_email(email)
        if isinstance(contact, Unreachable):
            return contact
        if fault := find_fault_of_name(name):
            return fault
        async with self._storage.begin(organisation.id) as transaction:
            member = await self._owner(transaction, organisation, contact, name)
            if isinstance(member, OwnedAlready):
                return member
            await self._links.withdraw(transaction, organisation.id, member.id)
            link, address = await self._links.make(
                transaction, organisation.id, member.id, LinkKind.OWNER
            )
            entry = Entry(action=Action.STAFF_LINK_PRINTED, actor=actor, target=member.actor)
            await AuditStore(transaction, organisation.id).add(entry)
        return Printed(member, link, address)

    async def _owner(
        self, transaction: Transaction, organisation: Organisation, contact: Contact, name: str
    ) -> StaffMember | OwnedAlready:
        store = StaffStore(transaction, organisation.id)
        everybody = [
            await self._staff.opened(transaction, organisation.id, each)
            for each in await store.hold_all()
        ]
        member = await self._staff.find(transaction, organisation.id, contact)
        if refusal := may_own(everybody, member):
            return refusal
        if member is None:
            newcomer = Newcomer(contact, name, (OWNER,), StaffState.INVITED, organisation.locale)
            taken = await self._staff.take_in(transaction, organisation, newcomer)
            if isinstance(taken, AlreadyThere):
                raise StorageConflict("Somebody else was asked in at the same moment.")
            return taken
        state, grants = as_owner(member)
        if sealed := await store.get(member.id):
            await store.save(replace(sealed, state=state, grants=grants))
        return replace(member, state=state, grants=grants)
