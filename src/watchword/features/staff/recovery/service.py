"""What happens to recovery codes: they are made, counted, used once, and objected to."""

import secrets
from collections.abc import Mapping, Sequence

import structlog

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.allowances.rules import RECOVERY
from watchword.features.challenges.desk import Machine
from watchword.features.challenges.not_codes import is_master_pin
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.service import Challenges
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.limits.rules import (
    Limits,
    NotBefore,
    charge_wrong,
    forgive,
    may_guess,
    waiting_only,
)
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.staff.links.rules import LinkKind, NoGood, Opened, Spent
from watchword.features.staff.links.service import Links
from watchword.features.staff.links.words import Mail, put_together
from watchword.features.staff.networks.service import Doorman
from watchword.features.staff.notices.service import Notices
from watchword.features.staff.recovery.rules import (
    CODES,
    LENGTH,
    LETTERS,
    Elsewhere,
    Kept,
    NoSuchCode,
    NotFresh,
    RecoveryCode,
    RecoveryCodeId,
    TryLater,
    fingerprint,
    read,
    spell,
)
from watchword.features.staff.recovery.store import RecoveryCodeStore
from watchword.features.staff.resets.service import Forget
from watchword.features.staff.rules import Colleague, StaffId, StaffMember, StaffState, actor_of
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.rules import SignedIn, SignedInBy, Visit, is_fresh
from watchword.features.staff.sessions.service import Sessions
from watchword.features.staff.store import StaffStore
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()


class Recovery:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        staff: Staff,
        sessions: Sessions,
        links: Links,
        notices: Notices,
        doorman: Doorman,
        limits: Mapping[Mode, Limits],
        challenges: Challenges,
        forget: Sequence[Forget],
    ) -> None:
        """`forget`: makes worthless what else lets somebody in, when they object."""
        self._storage = storage
        self._organisations = organisations
        self._staff = staff
        self._sessions = sessions
        self._links = links
        self._notices = notices
        self._doorman = doorman
        self._limits = {mode: waiting_only(each) for mode, each in limits.items()}
        self._challenges = challenges
        self._forget = forget

    async def make(self, visit: Visit) -> list[Secret] | NotFresh:
        """Make ten codes for somebody who has just shown who they are; older ones are worthless."""
        organisation, member = visit.colleague.organisation, visit.colleague.member
        written = ["".join(map(_letter, range(LENGTH))) for _ in range(CODES)]
        async with self._storage.begin(organisation.id) as transaction:
            now = transaction.now()
            if not is_fresh(visit.session, now):
                return NotFresh()
            store = RecoveryCodeStore(transaction, organisation.id)
            await self.forget(transaction, organisation.id, member.id)
            codes = [
                RecoveryCode(
                    id=RecoveryCodeId(new_id()),
                    staff_id=member.id,
                    fingerprint=fingerprint(organisation, member.id, Secret(each)),
                    created_at=now,
                )
                for each in written
            ]
            await store.add(codes)
            entry = Entry(
                action=Action.STAFF_RECOVERY_CODES_MADE,
                actor=member.actor,
                target=member.actor,
                details={"codes": CODES},
            )
            await AuditStore(transaction, organisation.id).add(entry)
        return [spell(each) for each in written]

    async def left(self, visit: Visit) -> Kept:
        """Say how many codes somebody has left, of how many, and since when."""
        organisation_id = visit.colleague.organisation.id
        async with self._storage.reading(organisation_id) as transaction:
            codes = await RecoveryCodeStore(transaction, organisation_id).of(visit.session.staff_id)
        unused = [code for code in codes if code.used_at is None]
        return Kept(len(unused), len(codes), codes[0].created_at if codes else None)

    async def sign_in(
        self,
        organisation: Organisation,
        contact: Contact,
        typed: str,
        *,
        device: str,
        address: str | None,
    ) -> SignedIn | NoSuchCode | TryLater | Elsewhere:
        """Let somebody in by a code from their drawer, and tell them so by mail.

        An address that nobody here has is answered as one whose codes are other ones.
        """
        limits = self._limits[organisation.mode]
        if not await self._doorman.admits(organisation.id, address):
            return Elsewhere()
        async with self._storage.begin(organisation.id) as transaction:
            member = await self._staff.find(transaction, organisation.id, contact)
            key = await self._key(transaction, organisation, member, contact, address)
            budgets = BudgetStore(transaction, organisation.id)
            budget = await budgets.make_or_hold(key)
            leave = may_guess(budget, limits, transaction.now())
            if isinstance(leave, NotBefore):
                return TryLater(leave.moment)
            is_used = member and await self._use(transaction, organisation, member, typed)
            if member is None or not is_used:
                await budgets.save(key, charge_wrong(budget, limits, transaction.now()))
                if is_master_pin(typed):
                    await self._alarm(transaction, organisation, member)
                return await self._refused(transaction, organisation, member)
            await budgets.save(key, forgive(budget))
            signed_in = await self._let_in(transaction, organisation, member, device, address)
        self._notices.announce(organisation)
        return signed_in

    async def object(self, token: Secret) -> Opened | NoGood:
        """End all sessions of somebody who says that it was not they who came in.

        Whoever came in may have left a passkey behind, to come back with. Nobody can tell which
        one it is, so none lets anybody in any more.
        """
        opened = await self.look(token)
        if isinstance(opened, NoGood):
            return opened
        organisation, id = opened.colleague.organisation, opened.link.staff_id
        async with self._storage.begin(organisation.id) as transaction:
            if spent := await self._links.use(transaction, opened):
                return spent
            for forget in (self.forget, *self._forget):
                await forget(transaction, organisation.id, id)
            actor = actor_of(id)
            await self._sessions.end_all(transaction, organisation.id, id, actor=actor)
            entry = Entry(action=Action.STAFF_OBJECTED, actor=actor, target=actor)
            await AuditStore(transaction, organisation.id).add(entry)
        self._sessions.forget()
        log.warning("recovery.objected", staff_id=str(id))
        return opened

    async def look(self, token: Secret) -> Opened | NoGood:
        """Say whose an objection would be. Nothing is changed."""
        opened = await self._links.look(token)
        if isinstance(opened, Opened) and opened.link.kind is not LinkKind.OBJECTION:
            return NoGood(Spent.UNKNOWN)
        return opened

    async def forget(
        self, transaction: Transaction, organisation_id: OrganisationId, id: StaffId
    ) -> None:
        """Make all codes of somebody worthless, and forget wrong ones that were tried."""
        # The budget first, as signing in holds it: the other way round they could wait in a ring.
        if sealed := await StaffStore(transaction, organisation_id).get(id):
            await BudgetStore(transaction, organisation_id).lift(_key_of(sealed.contact_id))
        await RecoveryCodeStore(transaction, organisation_id).forget(id)

    async def _key(
        self,
        transaction: Transaction,
        organisation: Organisation,
        member: StaffMember | None,
        contact: Contact,
        address: str | None,
    ) -> str:
        """Name the budget of wrong codes: by the contact of somebody known, so it can be lifted.

        Each network has one of its own. Nobody guesses 80 bits from however many, and a stranger
        elsewhere cannot have somebody wait for their own code.
        """
        keys = await self._organisations.keys(transaction, organisation.id)
        network = keys.blind("network", address or "").hex()
        if member is not None:
            return f"{_key_of(member.contact_id)}:{network}"
        name = keys.blind("recovery", contact.canonical.reveal()).hex()
        return f"recovery:{name}:{network}"

    async def _use(
        self,
        transaction: Transaction,
        organisation: Organisation,
        member: StaffMember,
        typed: str,
    ) -> bool:
        letters = read(typed)
        if letters is None or member.state is not StaffState.ACTIVE:
            return False
        store = RecoveryCodeStore(transaction, organisation.id)
        print = fingerprint(organisation, member.id, letters)
        return await store.use(member.id, print, transaction.now())

    async def _alarm(
        self, transaction: Transaction, organisation: Organisation, member: StaffMember | None
    ) -> None:
        """Tell that a master PIN was typed where a recovery code belongs."""
        console = Machine(name="console", organisation=organisation)
        about = console.actor if member is None else member.actor
        await self._challenges.alarm(transaction, console, about, RECOVERY)

    async def _refused(
        self, transaction: Transaction, organisation: Organisation, member: StaffMember | None
    ) -> NoSuchCode:
        if member is not None:
            entry = Entry(
                action=Action.STAFF_RECOVERY_REFUSED,
                actor=Noun.MACHINE.of("console"),
                target=member.actor,
            )
            await AuditStore(transaction, organisation.id).add(entry)
        return NoSuchCode()

    async def _let_in(
        self,
        transaction: Transaction,
        organisation: Organisation,
        member: StaffMember,
        device: str,
        address: str | None,
    ) -> SignedIn:
        colleague = Colleague(member=member, organisation=organisation)
        session, secret = await self._sessions.begin(
            transaction,
            organisation.id,
            member.id,
            by=SignedInBy.RECOVERY_CODE,
            device=device,
            address=address,
        )
        link, objection = await self._links.make(
            transaction, organisation.id, member.id, LinkKind.OBJECTION
        )
        facts = {
            "organisation": organisation.name,
            "at": f"{transaction.now():%Y-%m-%d %H:%M} UTC",
            "device": device,
            "link": objection.reveal(),
        }
        words = put_together(Mail.RECOVERED, member.locale, facts)
        about = f"link:{link.id}"
        if not await self._notices.send(transaction, colleague, words, about, link.expires_at):
            log.warning("notice.not_sent", notice=Mail.RECOVERED, staff_id=str(member.id))
        return SignedIn(colleague=colleague, session=session, secret=secret)


def _key_of(contact_id: ContactId) -> str:
    """Give how the names of all budgets of somebody's wrong codes begin."""
    return f"{contact_id}:{Purpose.STAFF_SIGNIN}:{RECOVERY}"


def _letter(_: int) -> str:
    return secrets.choice(LETTERS)
