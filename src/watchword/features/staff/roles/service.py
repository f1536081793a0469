"""What happens to those who work here: roles are given and taken, people shut out and let in.

Whoever changes somebody holds everybody, in one order: two owners who shut each other out at the
same moment must not both succeed.
"""

from collections.abc import Sequence
from dataclasses import replace

from watchword.features.approvals.rules import Kind
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller, Operator
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.invitations.service import Invitations
from watchword.features.staff.roles.rules import (
    Changed,
    LastOwner,
    NoRoles,
    NotNow,
    NotYourself,
    Refusal,
    Stale,
    deciding,
    is_countable,
    leaves_an_owner,
    subject_of,
)
from watchword.features.staff.rules import (
    Grant,
    StaffId,
    StaffState,
    actor_of,
    find_fault_of_reason,
    tidied,
    written,
)
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.service import Sessions
from watchword.features.staff.store import SealedMember, StaffStore
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import Storage, Transaction


class Roles:
    def __init__(
        self,
        *,
        storage: Storage,
        staff: Staff,
        sessions: Sessions,
        invitations: Invitations,
        approvals: Approvals,
    ) -> None:
        self._storage = storage
        self._staff = staff
        self._sessions = sessions
        self._invitations = invitations
        self._approvals = approvals

    async def give(
        self, caller: Caller, id: StaffId, grants: tuple[Grant, ...], *, seen: str
    ) -> Changed | Refusal:
        """Let somebody do this and nothing else. `seen`: what they could do, as it was shown."""
        grants = tidied(grants)
        if not is_countable(grants):
            return NoRoles()
        organisation_id, is_alone = caller.organisation.id, await self._is_alone(caller)
        async with self._storage.begin(organisation_id) as transaction:
            everybody, sealed = await hold(transaction, caller, id)
            if written(sealed.grants) != seen:
                return Stale(await self._staff.opened(transaction, organisation_id, sealed))
            if not leaves_an_owner(everybody, id, sealed.state, grants):
                return LastOwner()
            if not (is_alone or deciding(sealed.grants)) and (
                refusal := await self._ask(transaction, caller, id, grants)
            ):
                return refusal
            entry = Entry(
                action=Action.STAFF_ROLES_CHANGED,
                actor=caller.actor,
                target=actor_of(id),
                details={"roles": written(grants), "roles_before": written(sealed.grants)},
            )
            changed = await self._save(transaction, caller, replace(sealed, grants=grants), entry)
        self._sessions.forget()
        return changed

    async def disable(self, caller: Caller, id: StaffId, reason: str) -> Changed | Refusal:
        """Shut somebody out, wherever they are signed in. What they did stays as it is."""
        if fault := find_fault_of_reason(reason):
            return fault
        async with self._storage.begin(caller.organisation.id) as transaction:
            everybody, sealed = await hold(transaction, caller, id)
            if caller.actor == actor_of(id):
                return NotYourself()
            if sealed.state is StaffState.DISABLED:
                return NotNow(sealed.state)
            if not leaves_an_owner(everybody, id, StaffState.DISABLED, sealed.grants):
                return LastOwner()
            await self._invitations.shut(transaction, caller.organisation, id)
            await self._end_sessions(transaction, caller, id)
            entry = _entry(caller, Action.STAFF_DISABLED, id, reason=reason.strip())
            disabled = replace(sealed, state=StaffState.DISABLED)
            changed = await self._save(transaction, caller, disabled, entry)
        self._sessions.forget()
        return changed

    async def enable(self, caller: Caller, id: StaffId, reason: str) -> Changed | Refusal:
        """Let somebody in again. Whoever never was in is asked in anew."""
        if fault := find_fault_of_reason(reason):
            return fault
        organisation, is_alone = caller.organisation, await self._is_alone(caller)
        async with self._storage.begin(organisation.id) as transaction:
            _, sealed = await hold(transaction, caller, id)
            if sealed.state is not StaffState.DISABLED:
                return NotNow(sealed.state)
            if not is_alone and (
                refusal := await self._ask(transaction, caller, id, sealed.grants)
            ):
                return refusal
            # One that began at the moment of shutting out must not come back to life.
            await self._end_sessions(transaction, caller, id)
            state = StaffState.INVITED if sealed.joined_at is None else StaffState.ACTIVE
            entry = _entry(caller, Action.STAFF_ENABLED, id, reason=reason.strip())
            changed = await self._save(transaction, caller, replace(sealed, state=state), entry)
            if state is StaffState.INVITED:
                await self._invitations.send(transaction, organisation, changed.member)
        self._invitations.announce(organisation)
        self._sessions.forget()
        return changed

    async def _is_alone(self, caller: Caller) -> bool:
        """Say whether somebody decides alone on who decides. Whoever runs the machine does."""
        whose = caller.organisation.id
        return isinstance(caller, Operator) or not await self._approvals.needs_second_person(
            whose, Kind.STAFF_ROLE
        )

    async def _ask(
        self, transaction: Transaction, caller: Caller, id: StaffId, grants: tuple[Grant, ...]
    ) -> NeedsSecondPerson | None:
        """Use what a second person has agreed to, if somebody is to decide on requests."""
        roles = deciding(grants)
        if not roles:
            return None
        subject = subject_of(id, roles)
        permit = await self._approvals.take(
            transaction,
            caller.organisation.id,
            Kind.STAFF_ROLE,
            subject,
            actor=caller.actor,
        )
        return None if permit else NeedsSecondPerson(subject)

    async def _end_sessions(self, transaction: Transaction, caller: Caller, id: StaffId) -> None:
        await self._sessions.end_all(transaction, caller.organisation.id, id, actor=caller.actor)

    async def _save(
        self, transaction: Transaction, caller: Caller, sealed: SealedMember, entry: Entry
    ) -> Changed:
        organisation_id = caller.organisation.id
        await StaffStore(transaction, organisation_id).save(sealed)
        await AuditStore(transaction, organisation_id).add(entry)
        return Changed(await self._staff.opened(transaction, organisation_id, sealed))


async def hold(
    transaction: Transaction, caller: Caller, id: StaffId
) -> tuple[Sequence[SealedMember], SealedMember]:
    """Hold everybody, and give somebody among them."""
    everybody = await StaffStore(transaction, caller.organisation.id).hold_all()
    for each in everybody:
        if each.id == id:
            return everybody, each
    raise NotFound("member of staff")


def _entry(caller: Caller, action: Action, id: StaffId, **details: str) -> Entry:
    return Entry(action=action, actor=caller.actor, target=actor_of(id), details=details)
