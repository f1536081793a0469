"""What happens to invitations: they are sent, sent again, taken back and accepted."""

from dataclasses import replace
from typing import TypeAlias

from watchword.features.approvals.rules import Kind
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller, Operator
from watchword.features.contacts.rules import ContactId, Unreachable, read_email
from watchword.features.limits.rules import NotBefore, charge_send, may_send
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.invitations.rules import (
    MAILS,
    DecidesAlone,
    Invited,
    MailedEnough,
    NoMail,
    NotWaitedFor,
    Roleless,
)
from watchword.features.staff.links.rules import Link, LinkId, LinkKind, NoGood, Opened, Spent
from watchword.features.staff.links.service import Links
from watchword.features.staff.links.words import Mail, put_together
from watchword.features.staff.notices.service import Notices
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import (
    GRANTS_AT_MOST,
    Colleague,
    Grant,
    NamelessOrEndless,
    StaffId,
    StaffMember,
    StaffState,
    actor_of,
    find_fault_of_name,
    may,
    written,
)
from watchword.features.staff.service import AlreadyThere, Newcomer, Staff
from watchword.features.staff.store import StaffStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

NotInvited: TypeAlias = (
    AlreadyThere | Unreachable | NamelessOrEndless | Roleless | NoMail | DecidesAlone | MailedEnough
)


class Invitations:
    def __init__(
        self,
        *,
        storage: Storage,
        staff: Staff,
        links: Links,
        notices: Notices,
        approvals: Approvals,
    ) -> None:
        self._storage = storage
        self._staff = staff
        self._links = links
        self._notices = notices
        self._approvals = approvals

    async def invite(
        self, caller: Caller, *, name: str, email: str, grants: tuple[Grant, ...], locale: str
    ) -> Invited | NotInvited:
        """Ask somebody in, by a mail in that language with an address that is good once.

        Where second persons are wanted, nobody is invited to be one: the role is given later,
        when somebody else has agreed. It would be easy to agree with oneself from another mailbox.
        """
        contact, organisation = read_email(email), caller.organisation
        if isinstance(contact, Unreachable):
            return contact
        if fault := find_fault_of_name(name):
            return fault
        if refusal := await self._judge(caller, grants):
            return refusal
        if not self._notices.can_mail(organisation):
            return NoMail()
        newcomer = Newcomer(contact, name, grants, StaffState.INVITED, locale)
        async with self._storage.begin(organisation.id) as transaction:
            outcome = await self._ask_in(transaction, caller, newcomer)
        self._notices.announce(organisation)
        return outcome

    async def send_again(
        self, caller: Caller, id: StaffId
    ) -> Invited | NotWaitedFor | MailedEnough | NoMail:
        """Send another address in place of the one that did not arrive, or has run out."""
        organisation = caller.organisation
        if not self._notices.can_mail(organisation):
            return NoMail()
        async with self._storage.begin(organisation.id) as transaction:
            member = await self._held(transaction, organisation.id, id)
            if member.state is not StaffState.INVITED:
                return NotWaitedFor()
            if enough := await self._count(transaction, organisation.id, member.contact_id):
                return enough
            link = await self.send(transaction, organisation, member)
            entry = _entry(caller, Action.STAFF_INVITED, id, roles=written(member.grants))
            await AuditStore(transaction, organisation.id).add(entry)
        self._notices.announce(organisation)
        return Invited(member, link)

    async def withdraw(self, caller: Caller, id: StaffId) -> StaffMember | NotWaitedFor:
        """Wait for somebody no more. Whoever was never here is forgotten; others are shut out."""
        organisation = caller.organisation
        async with self._storage.begin(organisation.id) as transaction:
            member = await self._held(transaction, organisation.id, id)
            if member.state is not StaffState.INVITED:
                return NotWaitedFor()
            await self.shut(transaction, organisation, id)
            store = StaffStore(transaction, organisation.id)
            if member.joined_at is None:
                await store.remove(id)
            elif sealed := await store.get(id):
                await store.save(replace(sealed, state=StaffState.DISABLED))
            entry = _entry(caller, Action.STAFF_INVITATION_WITHDRAWN, id)
            await AuditStore(transaction, organisation.id).add(entry)
        return member

    async def accept(
        self, token: Secret, name: str, locale: str | None
    ) -> Opened | NoGood | NamelessOrEndless:
        """Take somebody in who has opened an address, by their name and in their language.

        Without one, they are spoken to as they were invited.
        """
        if fault := find_fault_of_name(name):
            return fault
        opened = await self._links.look(token)
        if isinstance(opened, NoGood):
            return opened
        if opened.link.kind is LinkKind.OBJECTION:
            return NoGood(Spent.UNKNOWN)
        organisation, id = opened.colleague.organisation, opened.link.staff_id
        async with self._storage.begin(organisation.id) as transaction:
            if spent := await self._links.use(transaction, opened):
                return spent
            await self._staff.rename(transaction, organisation.id, id, name)
            await self._let_in(transaction, organisation.id, id, locale)
            entry = Entry(action=Action.STAFF_JOINED, actor=actor_of(id), target=actor_of(id))
            await AuditStore(transaction, organisation.id).add(entry)
            member = await self._staff.read(transaction, organisation.id, id)
        return Opened(Colleague(member=member, organisation=organisation), opened.link)

    async def send(
        self, transaction: Transaction, organisation: Organisation, member: StaffMember
    ) -> Link:
        """Mail somebody a way in, in place of all that they were sent before."""
        await self.shut(transaction, organisation, member.id)
        link, address = await self._links.make(
            transaction, organisation.id, member.id, LinkKind.INVITATION
        )
        facts = {
            "organisation": organisation.name,
            "link": address.reveal(),
            "slug": organisation.slug,
            "door": self._links.door(organisation),
        }
        words = put_together(Mail.INVITED, member.locale, facts)
        colleague = Colleague(member=member, organisation=organisation)
        await self._notices.send(transaction, colleague, words, _about(link.id), link.expires_at)
        return link

    async def shut(self, transaction: Transaction, organisation: Organisation, id: StaffId) -> None:
        """Make all ways in worthless that somebody was sent and has not used."""
        for withdrawn in await self._links.withdraw(transaction, organisation.id, id):
            await self._notices.take_back(transaction, organisation, _about(withdrawn))

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry mails; call it when what was written is durable."""
        self._notices.announce(organisation)

    async def _ask_in(
        self, transaction: Transaction, caller: Caller, newcomer: Newcomer
    ) -> Invited | AlreadyThere | MailedEnough:
        organisation = caller.organisation
        member = await self._staff.take_in(transaction, organisation, newcomer)
        if isinstance(member, AlreadyThere):
            return member
        if enough := await self._count(transaction, organisation.id, member.contact_id):
            await StaffStore(transaction, organisation.id).remove(member.id)
            return enough
        link = await self.send(transaction, organisation, member)
        entry = _entry(caller, Action.STAFF_INVITED, member.id, roles=written(newcomer.grants))
        await AuditStore(transaction, organisation.id).add(entry)
        return Invited(member, link)

    async def _judge(
        self, caller: Caller, grants: tuple[Grant, ...]
    ) -> Roleless | DecidesAlone | None:
        """Say what speaks against inviting somebody to those roles."""
        if not 0 < len(grants) <= GRANTS_AT_MOST:
            return Roleless()
        if isinstance(caller, Operator) or not may(grants, Permission.APPROVALS_DECIDE, None):
            return None
        whose = caller.organisation.id
        is_wanted = await self._approvals.needs_second_person(whose, Kind.STAFF_ROLE)
        return DecidesAlone() if is_wanted else None

    async def _count(
        self, transaction: Transaction, organisation_id: OrganisationId, contact_id: ContactId
    ) -> MailedEnough | None:
        store, key = BudgetStore(transaction, organisation_id), f"invitations:{contact_id}"
        budget = await store.make_or_hold(key)
        leave = may_send(budget, MAILS, transaction.now())
        if isinstance(leave, NotBefore):
            return MailedEnough(leave.moment)
        await store.save(key, charge_send(budget, MAILS, transaction.now()))
        return None

    async def _let_in(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        id: StaffId,
        locale: str | None,
    ) -> None:
        store = StaffStore(transaction, organisation_id)
        sealed = await store.hold(id)
        if sealed is not None:
            joined_at = sealed.joined_at or transaction.now()
            spoken = locale or sealed.locale
            await store.save(
                replace(sealed, state=StaffState.ACTIVE, joined_at=joined_at, locale=spoken)
            )

    async def _held(
        self, transaction: Transaction, organisation_id: OrganisationId, id: StaffId
    ) -> StaffMember:
        await StaffStore(transaction, organisation_id).hold(id)
        return await self._staff.read(transaction, organisation_id, id)


def _entry(caller: Caller, action: Action, id: StaffId, **details: str | int) -> Entry:
    return Entry(action=action, actor=caller.actor, target=actor_of(id), details=details)


def _about(id: LinkId) -> str:
    return f"link:{id}"
