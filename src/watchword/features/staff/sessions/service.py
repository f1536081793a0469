"""What happens to sessions: they begin, are recognised at each request, and end."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TypeAlias

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.organisations.service import Organisations
from watchword.features.staff.rules import Colleague, StaffId, StaffState, actor_of
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.rules import (
    Over,
    Recognised,
    Session,
    SessionId,
    SessionLimits,
    SignedIn,
    SignedInBy,
    Stranger,
    Visit,
    fingerprint,
    is_to_be_seen,
    judge,
    ran_out,
)
from watchword.features.staff.sessions.store import (
    SessionDirectory,
    SessionStore,
    SessionSweep,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.remembered import Remembered
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

REMEMBERED_FOR = 3.0  # seconds; a session that is ended elsewhere opens nothing after that
SECRET_BYTES = 32

LimitsOf: TypeAlias = Callable[[OrganisationId], Awaitable[SessionLimits]]


class Sessions:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        staff: Staff,
        limits: SessionLimits,
        limits_of: LimitsOf | None = None,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`limits` are the operator's; `limits_of` an organisation are at most as wide.

        `seconds`: a steady clock, by which what is remembered grows stale.
        """
        self._limits_of = limits_of
        self._storage = storage
        self._organisations = organisations
        self._staff = staff
        self.limits = limits
        self._known: Remembered[bytes, Visit | Over | Stranger] = Remembered(
            fresh_for=REMEMBERED_FOR, seconds=seconds
        )

    async def begin(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        staff_id: StaffId,
        *,
        by: SignedInBy,
        device: str,
        address: str | None,
    ) -> tuple[Session, Secret]:
        """Sign somebody in who has proved who they are; the secret is for their cookie alone."""
        secret, now = Secret(secrets.token_urlsafe(SECRET_BYTES)), transaction.now()
        session = Session(
            id=SessionId(new_id()),
            staff_id=staff_id,
            fingerprint=fingerprint(secret),
            signed_in_by=by,
            device=device,
            address=address,
            created_at=now,
            seen_at=now,
        )
        await SessionStore(transaction, organisation_id).add(session)
        entry = Entry(
            action=Action.STAFF_SIGNED_IN,
            actor=actor_of(staff_id),
            target=Noun.SESSION.of(session.id),
            details={"by": by, "device": device},
        )
        await AuditStore(transaction, organisation_id).add(entry)
        return session, secret

    async def enter(
        self,
        organisation_id: OrganisationId,
        staff_id: StaffId,
        *,
        by: SignedInBy,
        device: str,
        address: str | None,
    ) -> SignedIn | None:
        """Do the same for whoever may come in at all; nothing, if they may not any more."""
        async with self._storage.begin(organisation_id) as transaction:
            organisation = await self._organisations.read(transaction, organisation_id)
            member = await self._staff.read(transaction, organisation_id, staff_id)
            if member.state is not StaffState.ACTIVE:
                return None
            session, secret = await self.begin(
                transaction, organisation_id, staff_id, by=by, device=device, address=address
            )
        colleague = Colleague(member=member, organisation=organisation)
        return SignedIn(colleague=colleague, session=session, secret=secret)

    async def recognise(self, secret: Secret, address: str | None) -> Recognised:
        """Find out who makes a request. What is found is remembered for some seconds."""
        print = fingerprint(secret)
        found = await self._known.find(print, lambda: self._look(print))
        if not isinstance(found, Visit):
            return found
        # What is remembered was fine some seconds ago. The limits are those of this moment.
        now, limits = self._storage.now(), await self.limits_for(found.colleague.organisation.id)
        judged = judge(found, limits, now)
        if isinstance(judged, Visit) and is_to_be_seen(judged.session, limits, now):
            return await self._see(print, judged, address, now)
        return judged

    async def limits_for(self, organisation_id: OrganisationId) -> SessionLimits:
        """Say how long staff of an organisation stay signed in."""
        return self.limits if self._limits_of is None else await self._limits_of(organisation_id)

    async def of(self, visit: Visit) -> Sequence[Session]:
        """Give where somebody is signed in, the latest used first."""
        return await self.open(visit.colleague.organisation.id, visit.session.staff_id)

    async def open(self, organisation_id: OrganisationId, staff_id: StaffId) -> Sequence[Session]:
        """Give the sessions of somebody that hold, the latest used first."""
        async with self._storage.reading(organisation_id) as transaction:
            sessions = await SessionStore(transaction, organisation_id).open(staff_id)
        limits, now = await self.limits_for(organisation_id), self._storage.now()
        return [each for each in sessions if ran_out(each, limits, now) is None]

    async def seen_last(self, organisation_id: OrganisationId) -> Mapping[StaffId, datetime]:
        """Give when each member of staff was last here."""
        async with self._storage.reading(organisation_id) as transaction:
            return await SessionStore(transaction, organisation_id).seen_last()

    async def end(self, visit: Visit, id: SessionId) -> bool:
        """Sign somebody out of one device; say whether they were signed in there."""
        return await self.end_of(visit.colleague, visit.session.staff_id, id)

    async def end_of(self, caller: Caller, staff_id: StaffId, id: SessionId) -> bool:
        """Do the same at the wish of somebody who may."""
        organisation_id = caller.organisation.id
        async with self._storage.begin(organisation_id) as transaction:
            store = SessionStore(transaction, organisation_id)
            ended = await store.end(staff_id, id, transaction.now())
            if ended:
                entry = Entry(
                    action=Action.STAFF_SIGNED_OUT,
                    actor=caller.actor,
                    target=Noun.SESSION.of(id),
                    details={"sessions": 1},
                )
                await AuditStore(transaction, organisation_id).add(entry)
        self.forget()
        return ended

    async def end_everywhere(
        self, caller: Caller, staff_id: StaffId, *, but: SessionId | None = None
    ) -> int:
        """Sign somebody out of all devices, but for one; count them."""
        organisation_id = caller.organisation.id
        async with self._storage.begin(organisation_id) as transaction:
            ended = await self.end_all(
                transaction, organisation_id, staff_id, actor=caller.actor, but=but
            )
        self.forget()
        return ended

    async def end_all(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        staff_id: StaffId,
        *,
        actor: str,
        but: SessionId | None = None,
    ) -> int:
        """Do the same within somebody's transaction, who calls `forget` once that is durable."""
        store = SessionStore(transaction, organisation_id)
        ended = await store.end_all(staff_id, but, transaction.now())
        if ended:
            entry = Entry(
                action=Action.STAFF_SIGNED_OUT,
                actor=actor,
                target=actor_of(staff_id),
                details={"sessions": ended},
            )
            await AuditStore(transaction, organisation_id).add(entry)
        return ended

    def forget(self) -> None:
        """Look at everybody anew, because what they may do has changed. It must be durable."""
        self._known.forget_all()

    async def forget_old(self, most: int) -> int:
        """Drop what is known of sessions that are long over, and count them."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await SessionSweep(transaction).forget(most)

    async def _see(
        self, print: bytes, visit: Visit, address: str | None, now: datetime
    ) -> Recognised:
        organisation_id = visit.colleague.organisation.id
        async with self._storage.begin(organisation_id) as transaction:
            is_open = await SessionStore(transaction, organisation_id).see(
                visit.session.id, address, now
            )
        self._known.forget(print)
        if not is_open:  # It was ended elsewhere, since we looked last.
            return await self._known.find(print, lambda: self._look(print))
        return replace(visit, session=replace(visit.session, seen_at=now, address=address))

    async def _look(self, print: bytes) -> Recognised:
        async with self._storage.reading(EVERYWHERE) as transaction:
            found = await SessionDirectory(transaction).find(print)
            if found is None:
                return Stranger()
            organisation_id, session = found
            organisation = await self._organisations.read(transaction, organisation_id)
            try:
                member = await self._staff.read(transaction, organisation_id, session.staff_id)
            except NotFound:
                return Stranger()  # All that was known of them is erased.
        visit = Visit(
            colleague=Colleague(member=member, organisation=organisation), session=session
        )
        return judge(visit, self.limits, self._storage.now())
