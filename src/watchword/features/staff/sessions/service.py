"""What happens to sessions: they begin, are recognised at each request, and end."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.service import Organisations
from watchword.features.staff.rules import Colleague, StaffId, actor_of
from watchword.features.staff.service import Staff
from watchword.features.staff.sessions.rules import (
    Over,
    Recognised,
    Session,
    SessionId,
    SessionLimits,
    SignedInBy,
    Stranger,
    Visit,
    fingerprint,
    is_to_be_seen,
    judge,
)
from watchword.features.staff.sessions.store import SessionDirectory, SessionStore
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.remembered import Remembered
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

REMEMBERED_FOR = 3.0  # seconds; a session that is ended elsewhere opens nothing after that
SECRET_BYTES = 32


class Sessions:
    def __init__(
        self, *, storage: Storage, organisations: Organisations, staff: Staff, limits: SessionLimits
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._staff = staff
        self._limits = limits
        self._known: Remembered[bytes, Visit | Over | Stranger] = Remembered(
            fresh_for=REMEMBERED_FOR
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
            target=f"session:{session.id}",
            details={"by": by, "device": device},
        )
        await AuditStore(transaction, organisation_id).add(entry)
        return session, secret

    async def recognise(self, secret: Secret, address: str | None) -> Recognised:
        """Find out who makes a request. What is found is remembered for some seconds."""
        print = fingerprint(secret)
        found = await self._known.find(print, lambda: self._look(print))
        if not isinstance(found, Visit):
            return found
        now = self._storage.now()
        judged = judge(found, self._limits, now)
        if isinstance(judged, Visit) and is_to_be_seen(judged.session, now):
            organisation_id = judged.colleague.organisation.id
            async with self._storage.begin(organisation_id) as transaction:
                store = SessionStore(transaction, organisation_id)
                await store.see(judged.session.id, address, now)
            self._known.forget(print)
            return replace(judged, session=replace(judged.session, seen_at=now, address=address))
        return judged

    async def of(self, visit: Visit) -> Sequence[Session]:
        """Give where somebody is signed in, the latest used first."""
        organisation_id = visit.colleague.organisation.id
        async with self._storage.reading(organisation_id) as transaction:
            store = SessionStore(transaction, organisation_id)
            return await store.open(visit.session.staff_id)

    async def end(self, visit: Visit, id: SessionId) -> bool:
        """Sign somebody out of one device; say whether they were signed in there."""
        organisation_id = visit.colleague.organisation.id
        async with self._storage.begin(organisation_id) as transaction:
            store = SessionStore(transaction, organisation_id)
            ended = await store.end(visit.session.staff_id, id, transaction.now())
            if ended:
                entry = Entry(
                    action=Action.STAFF_SIGNED_OUT,
                    actor=visit.colleague.actor,
                    target=f"session:{id}",
                )
                await AuditStore(transaction, organisation_id).add(entry)
        self._known.forget_all()
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
        """Sign somebody out everywhere, but for one session; count the others."""
        store = SessionStore(transaction, organisation_id)
        ended = await store.end_all(staff_id, but, transaction.now())
        entry = Entry(
            action=Action.STAFF_SIGNED_OUT,
            actor=actor,
            target=actor_of(staff_id),
            details={"sessions": ended},
        )
        await AuditStore(transaction, organisation_id).add(entry)
        self._known.forget_all()
        return ended

    async def _look(self, print: bytes) -> Recognised:
        async with self._storage.reading(EVERYWHERE) as transaction:
            found = await SessionDirectory(transaction).find(print)
            if found is None:
                return Stranger()
            organisation_id, session = found
            organisation = await self._organisations.read(transaction, organisation_id)
            member = await self._staff.read(transaction, organisation_id, session.staff_id)
        visit = Visit(
            colleague=Colleague(member=member, organisation=organisation), session=session
        )
        return judge(visit, self._limits, self._storage.now())
