"""What happens to sessions of customers: they begin, are recognised, and end."""

import secrets

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId, target_of
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.sessions.rules import fingerprint
from watchword.features.wallet.rules import Holder
from watchword.features.wallet.sessions.rules import (
    SECRET_BYTES,
    DeviceId,
    Session,
    SessionId,
    SignedInBy,
    Visit,
    holds,
    is_to_be_seen,
)
from watchword.features.wallet.sessions.store import SessionStore
from watchword.foundation.ids import new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Row, Storage, Transaction


class Sessions:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def begin(
        self,
        transaction: Transaction,
        holder: Holder,
        *,
        by: SignedInBy,
        contact_id: ContactId | None = None,
        device_id: DeviceId | None = None,
    ) -> Secret:
        """Sign somebody in who has shown who they are; the secret is for their cookie alone."""
        secret, now = Secret(secrets.token_urlsafe(SECRET_BYTES)), transaction.now()
        session = Session(
            id=SessionId(new_id()),
            customer_id=holder.customer_id,
            device_id=device_id,
            signed_in_by=by,
            contact_id=contact_id,
            created_at=now,
            seen_at=now,
        )
        whose = holder.organisation.id
        await SessionStore(transaction, whose).add(session, fingerprint(secret))
        entry = Entry(
            action=Action.WALLET_SIGNED_IN,
            actor=holder.actor,
            target=Noun.SESSION.of(session.id),
            details={"by": by},
        )
        await AuditStore(transaction, whose).add(entry)
        return secret

    async def recognise(self, organisation: Organisation, secret: Secret) -> Visit | None:
        """Find out who makes a request; nothing, if the session is over or never was."""
        async with self._storage.reading(organisation.id) as transaction:
            found = await self.look(transaction, organisation, secret)
        if found is None:
            return None
        await self.see(found[0])
        return found[0]

    async def look(
        self, transaction: Transaction, organisation: Organisation, secret: Secret
    ) -> tuple[Visit, Row] | None:
        """Do the same inside of a transaction, and give the row of the customer with it."""
        store = SessionStore(transaction, organisation.id)
        found = await store.with_customer(fingerprint(secret))
        if found is None or not holds(found[0], transaction.now()):
            return None
        session, row = found
        visit = Visit(
            organisation=organisation,
            session=session,
            customer_id=session.customer_id,
            person_id=row["person_id"],
            locale=row["locale"],
        )
        return visit, row

    async def see(self, visit: Visit) -> None:
        """Note now and then that a session is used."""
        if not is_to_be_seen(visit.session, self._storage.now()):
            return
        async with self._storage.begin(visit.organisation.id) as transaction:
            store = SessionStore(transaction, visit.organisation.id)
            await store.see(visit.session.id, transaction.now())

    async def end(self, transaction: Transaction, visit: Visit) -> None:
        await SessionStore(transaction, visit.organisation.id).end(visit.session.id)
        await _note(transaction, visit, visit.customer_id, 1)

    async def end_everywhere(
        self,
        transaction: Transaction,
        caller: Caller,
        customer_id: CustomerId,
        but: SessionId | None = None,
    ) -> None:
        """Sign a customer out of all that they are signed in to, but for one place."""
        store = SessionStore(transaction, caller.organisation.id)
        if ended := await store.end_all(customer_id, but):
            await _note(transaction, caller, customer_id, ended)


async def _note(
    transaction: Transaction, caller: Caller, customer_id: CustomerId, sessions: int
) -> None:
    entry = Entry(
        action=Action.WALLET_SIGNED_OUT,
        actor=caller.actor,
        target=target_of(customer_id),
        details={"sessions": sessions},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
