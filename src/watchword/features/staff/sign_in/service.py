"""What happens when somebody signs in by e-mail: a code goes out, comes back, and lets them in.

For an address that nobody here has, the same is played; see `decoys`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from watchword.features.challenges.desk import Machine
from watchword.features.challenges.not_codes import is_master_pin
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Policy, Purpose
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.service import Challenges
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import (
    Locked,
    Over,
    Refusal,
    TooMany,
    TooSoon,
    Verdict,
    Verified,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.routes import Routes
from watchword.features.idempotency.rules import OtherBody
from watchword.features.limits.rules import Limits
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.staff.networks.service import Doorman
from watchword.features.staff.rules import Colleague, StaffId, StaffMember, StaffState
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.rules import SignedInBy
from watchword.features.staff.sessions.service import Sessions
from watchword.features.staff.sign_in import decoys, tickets
from watchword.features.staff.sign_in.decoys import Decoy
from watchword.features.staff.sign_in.rules import (
    Answered,
    Beginning,
    Begun,
    Elsewhere,
    Ending,
    NoMail,
)
from watchword.features.staff.sign_in.tickets import Ticket, Unreadable
from watchword.features.templates.rules import closest
from watchword.foundation.ids import new_id
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

PURPOSE = Purpose.STAFF_SIGNIN


class SignIns:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        staff: Staff,
        sessions: Sessions,
        challenges: Challenges,
        routes: Routes,
        doorman: Doorman,
        sealer: Sealer,
        policy: Policy,
        limits: Mapping[Mode, Limits],
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._staff = staff
        self._sessions = sessions
        self._challenges = challenges
        self._routes = routes
        self._doorman = doorman
        self._sealer = sealer
        self._policy = policy
        self._limits = limits

    @property
    def good_for(self) -> timedelta:
        """Say how long a code is good."""
        return self._policy.lives[Channel.EMAIL]

    async def begin(
        self,
        organisation: Organisation,
        contact: Contact,
        *,
        requester: Secret | None,
        address: str | None,
    ) -> Beginning:
        """Send a code to somebody who works here; to anybody else, say that one was sent.

        `requester`: what a browser was known by when it came in before. Strangers cannot use up
        the limits of whoever comes with it.
        """
        if not await self._doorman.admits(organisation.id, address):
            return Elsewhere()
        if not self._routes.ways(organisation.mode, Channel.EMAIL):
            return NoMail()
        async with self._storage.reading(organisation.id) as transaction:
            member = await self._staff.find(transaction, organisation.id, contact)
            name = await self._name(transaction, organisation, contact)
        if member is not None and member.state is StaffState.ACTIVE:
            opened = await self._open(organisation, member, contact, requester)
            if isinstance(opened, Shown):
                return self._begun(organisation, contact, name, opened, member)
            if isinstance(opened, TooSoon | TooMany | Locked):
                return opened
            # What else stands in the way is nothing that a stranger should learn.
        return await self._play(organisation, contact, name)

    async def begin_for(self, colleague: Colleague, *, address: str | None) -> Beginning:
        """Send a code to somebody whom we know already, because they have just accepted."""
        organisation = colleague.organisation
        async with self._storage.reading(organisation.id) as transaction:
            contact = await self._staff.address(transaction, organisation.id, colleague.member)
        return await self.begin(organisation, contact, requester=None, address=address)

    async def answer(self, written: str, typed: str, *, device: str, address: str | None) -> Ending:
        """Try a code, as it was typed, and let somebody in by the right one."""
        ticket = tickets.read(self._sealer, written)
        if isinstance(ticket, Unreadable):
            return ticket
        organisation = await self._organisation(ticket)
        if not await self._doorman.admits(organisation.id, address):
            return Elsewhere()
        judge = self._answer_decoy if ticket.is_decoy else self._answer
        verdict = await judge(organisation, ticket, typed)
        if isinstance(verdict, Verified):
            entered = await self._sessions.enter(
                organisation.id,
                ticket.staff_id,
                by=SignedInBy.EMAIL,
                device=device,
                address=address,
            )
            if entered is not None:
                return entered
            verdict = Over()
        return Answered(verdict=verdict, to=ticket.masked, organisation=organisation)

    async def resend(self, written: str) -> Beginning | Unreadable:
        """Send the code once more."""
        ticket = tickets.read(self._sealer, written)
        if isinstance(ticket, Unreadable):
            return ticket
        organisation = await self._organisation(ticket)
        resent = await (
            self._resend_decoy(organisation, ticket)
            if ticket.is_decoy
            else self._challenges.resend(_console(organisation), ticket.challenge_id, None)
        )
        match resent:
            case datetime():
                return self._again(organisation, ticket, written, resent)
            case Shown():
                return self._again(organisation, ticket, written, resent.resend_at)
            case OtherBody():
                return Over()
            case refusal:
                return refusal

    def read(self, written: str) -> Ticket | Unreadable:
        """Say what a page carries."""
        return tickets.read(self._sealer, written)

    async def _open(
        self,
        organisation: Organisation,
        member: StaffMember,
        contact: Contact,
        requester: Secret | None,
    ) -> Shown | Refusal | OtherBody:
        opening = Opening(
            purpose=PURPOSE,
            contact=contact,
            channel=Channel.EMAIL,
            locale=closest(member.locale, organisation.locale),
            requester=requester,
        )
        return await self._challenges.open(_console(organisation), opening)

    async def _answer(
        self, organisation: Organisation, ticket: Ticket, typed: str
    ) -> Verdict | TooMany | Locked:
        console = _console(organisation)
        verdict = await self._challenges.answer(console, ticket.challenge_id, typed)
        return Over() if isinstance(verdict, OtherBody) else verdict

    async def _play(self, organisation: Organisation, contact: Contact, name: str) -> Beginning:
        limits = self._limits[organisation.mode]
        async with self._storage.begin(organisation.id) as transaction:
            store = BudgetStore(transaction, organisation.id)
            begun = decoys.begin(await _held(store, name), self._policy, limits, transaction.now())
            if not isinstance(begun, tuple):
                return begun
            decoy, leave = begun
            await _save(store, name, decoy)
        ticket = Ticket(
            organisation_id=organisation.id,
            staff_id=StaffId(new_id()),
            challenge_id=ChallengeId(new_id()),
            is_decoy=True,
            name=name,
            masked=contact.masked,
            attempts=leave.attempts,
            began_at=decoy.attempt.sends[0],
        )
        written = tickets.write(self._sealer, ticket)
        return self._again(organisation, ticket, written, decoys.resend_at(decoy, self._policy))

    async def _answer_decoy(
        self, organisation: Organisation, ticket: Ticket, typed: str
    ) -> Verdict | TooMany | Locked:
        limits = self._limits[organisation.mode]
        async with self._storage.begin(organisation.id) as transaction:
            store = BudgetStore(transaction, organisation.id)
            before = await _held(store, ticket.name)
            decoy, verdict = decoys.answer(
                before,
                ticket,
                typed,
                policy=self._policy,
                limits=limits,
                now=transaction.now(),
            )
            if decoy != before:
                await _save(store, ticket.name, decoy)
                if is_master_pin(typed):
                    # Somebody who is known here would have set it off, and so do strangers.
                    console, about = _console(organisation), str(ticket.challenge_id)
                    await self._challenges.alarm(transaction, console, about, PURPOSE)
        return verdict

    async def _resend_decoy(self, organisation: Organisation, ticket: Ticket) -> datetime | Refusal:
        limits = self._limits[organisation.mode]
        async with self._storage.begin(organisation.id) as transaction:
            store = BudgetStore(transaction, organisation.id)
            decoy = decoys.resend(
                await _held(store, ticket.name), ticket, self._policy, limits, transaction.now()
            )
            if not isinstance(decoy, Decoy):
                return decoy
            await _save(store, ticket.name, decoy)
        return decoys.resend_at(decoy, self._policy)

    def _begun(
        self,
        organisation: Organisation,
        contact: Contact,
        name: str,
        shown: Shown,
        member: StaffMember,
    ) -> Begun:
        ticket = Ticket(
            organisation_id=organisation.id,
            staff_id=member.id,
            challenge_id=shown.id,
            is_decoy=False,
            name=name,
            masked=contact.masked,
            attempts=shown.attempts_left,
            began_at=shown.created_at,
        )
        written = tickets.write(self._sealer, ticket)
        return self._again(organisation, ticket, written, shown.resend_at)

    def _again(
        self, organisation: Organisation, ticket: Ticket, written: str, resend_at: datetime
    ) -> Begun:
        return Begun(
            ticket=written, to=ticket.masked, organisation=organisation, resend_at=resend_at
        )

    async def _organisation(self, ticket: Ticket) -> Organisation:
        async with self._storage.reading(ticket.organisation_id) as transaction:
            return await self._organisations.read(transaction, ticket.organisation_id)

    async def _name(
        self, transaction: Transaction, organisation: Organisation, contact: Contact
    ) -> str:
        keys = await self._organisations.keys(transaction, organisation.id)
        return keys.blind("sign-in", contact.canonical.reveal()).hex()


def _console(organisation: Organisation) -> Machine:
    return Machine(name="console", organisation=organisation)


async def _held(store: BudgetStore, name: str) -> Decoy:
    used = await store.make_or_hold(f"sign-in:{name}")
    return Decoy(used, await store.make_or_hold(f"sign-in-attempt:{name}"))


async def _save(store: BudgetStore, name: str, decoy: Decoy) -> None:
    await store.save(f"sign-in:{name}", decoy.used)
    await store.save(f"sign-in-attempt:{name}", decoy.attempt)
