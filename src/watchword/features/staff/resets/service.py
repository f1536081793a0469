"""What happens when somebody is set back: nothing that they had lets them in, but a new mail."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.staff.invitations.rules import NoMail
from watchword.features.staff.invitations.service import Invitations
from watchword.features.staff.notices.service import Notices
from watchword.features.staff.roles.rules import (
    Changed,
    LastOwner,
    NotNow,
    NotYourself,
    Refusal,
    leaves_an_owner,
)
from watchword.features.staff.roles.service import hold
from watchword.features.staff.rules import StaffId, StaffState, actor_of, find_fault_of_reason
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.service import Sessions
from watchword.features.staff.store import StaffStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction

Forget: TypeAlias = Callable[[Transaction, OrganisationId, StaffId], Awaitable[None]]
"""Makes something worthless that lets somebody in: passkeys, recovery codes."""


class Resets:
    def __init__(
        self,
        *,
        storage: Storage,
        staff: Staff,
        sessions: Sessions,
        invitations: Invitations,
        notices: Notices,
        forget: Sequence[Forget],
    ) -> None:
        self._storage = storage
        self._staff = staff
        self._sessions = sessions
        self._invitations = invitations
        self._notices = notices
        self._forget = forget

    async def reset(self, caller: Caller, id: StaffId, reason: str) -> Changed | Refusal | NoMail:
        """End all sessions of somebody, forget their keys and codes, and ask them in anew."""
        if fault := find_fault_of_reason(reason):
            return fault
        organisation = caller.organisation
        if not self._notices.can_mail(organisation):
            return NoMail()
        async with self._storage.begin(organisation.id) as transaction:
            everybody, sealed = await hold(transaction, caller, id)
            if caller.actor == actor_of(id):
                return NotYourself()
            if sealed.state is not StaffState.ACTIVE:
                return NotNow(sealed.state)
            if not leaves_an_owner(everybody, id, StaffState.INVITED, sealed.grants):
                return LastOwner()
            waited_for = replace(sealed, state=StaffState.INVITED)
            await StaffStore(transaction, organisation.id).save(waited_for)
            await self._sessions.end_all(transaction, organisation.id, id, actor=caller.actor)
            for forget in self._forget:
                await forget(transaction, organisation.id, id)
            member = await self._staff.opened(transaction, organisation.id, waited_for)
            await self._invitations.send(transaction, organisation, member)
            entry = Entry(
                action=Action.STAFF_RESET,
                actor=caller.actor,
                target=actor_of(id),
                details={"reason": reason.strip()},
            )
            await AuditStore(transaction, organisation.id).add(entry)
        self._invitations.announce(organisation)
        self._sessions.forget()
        return Changed(member)
