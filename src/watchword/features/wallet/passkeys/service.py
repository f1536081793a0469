"""What happens to passkeys of customers: they are added, shown, and removed."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

import structlog

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.service import Contacts
from watchword.features.customers.service import Customers
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.passkeys.ceremonies import (
    NewKey,
    Shown,
    ask_for_a_key,
    ask_for_a_new_key,
    judge_new_key,
    judge_shown,
    read_shown,
)
from watchword.features.staff.passkeys.rules import (
    ANSWER_WITHIN,
    CHALLENGE_BYTES,
    PASSKEYS_AT_MOST,
    Because,
    Count,
    Full,
    NoPasskeysHere,
    Party,
    Refused,
    Stale,
    judge_count,
)
from watchword.features.staff.sessions.rules import fingerprint
from watchword.features.wallet.devices.store import Asked, AskedStore
from watchword.features.wallet.notices.rules import Kind
from watchword.features.wallet.notices.service import Notices
from watchword.features.wallet.passkeys.rules import Passkey, PasskeyId, handle_of
from watchword.features.wallet.passkeys.store import PasskeyStore, SealedPasskey
from watchword.features.wallet.rules import Holder
from watchword.features.wallet.sessions.rules import SECRET_BYTES, SignedInBy, Visit, is_fresh
from watchword.features.wallet.sessions.service import Sessions
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.sealing import Place
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()


class Passkeys:
    def __init__(
        self,
        *,
        storage: Storage,
        contacts: Contacts,
        customers: Customers,
        sessions: Sessions,
        notices: Notices,
        party: Party | NoPasskeysHere,
    ) -> None:
        """`party`: what browsers bind passkeys to, if they do so where we are reached."""
        self.party = party
        self._storage = storage
        self._contacts = contacts
        self._customers = customers
        self._sessions = sessions
        self._notices = notices

    async def of(self, visit: Visit) -> Sequence[Passkey]:
        async with self._storage.reading(visit.organisation.id) as transaction:
            found = await PasskeyStore(transaction, visit.organisation.id).of(visit.customer_id)
            return [await self._opened(transaction, visit, each) for each in found]

    async def ask_for_a_new_one(self, party: Party, visit: Visit) -> str | Stale | Full:
        """Write what the browser of a customer is to make a key with."""
        whose, challenge = visit.organisation.id, secrets.token_bytes(CHALLENGE_BYTES)
        async with self._storage.begin(whose) as transaction:
            now = transaction.now()
            if not is_fresh(visit.session, now):
                return Stale()
            known = await PasskeyStore(transaction, whose).of(visit.customer_id)
            if len(known) >= PASSKEYS_AT_MOST:
                return Full()
            customer = await self._customers.get(transaction, whose, visit.customer_id)
            await AskedStore(transaction, whose).ask(
                str(visit.session.id), Asked.NEW_PASSKEY, challenge, now + ANSWER_WITHIN
            )
        return ask_for_a_new_key(
            party,
            ours=visit.organisation.name,
            name=f"{customer.profile.name} · {visit.organisation.name}",
            handle=handle_of(whose, visit.customer_id),
            challenge=challenge,
            known=[each.passkey for each in known],
        )

    async def add(
        self, party: Party, visit: Visit, name: str, answer: str
    ) -> Passkey | Stale | Full | Refused:
        """Keep the key that a browser has made."""
        whose = visit.organisation.id
        async with self._storage.begin(whose) as transaction:
            if not is_fresh(visit.session, transaction.now()):
                return Stale()
            asked = AskedStore(transaction, whose)
            challenge = await asked.take(str(visit.session.id), Asked.NEW_PASSKEY)
            if challenge is None:
                return Refused(Because.LATE)
            key = judge_new_key(party, challenge, answer)
            if isinstance(key, Refused):
                return key
            added = await self._keep(transaction, visit, name, key)
            if not isinstance(added, Passkey):
                return added
            await _note(transaction, visit, Action.WALLET_PASSKEY_ADDED, added.id)
            await self._notices.tell(transaction, visit, Kind.PASSKEY, about_id=added.id)
        self._notices.announce(visit.organisation)
        return added

    async def remove(self, visit: Visit, id: PasskeyId) -> None:
        """Forget a passkey. To take trust away, nobody has to be fresh."""
        async with self._storage.begin(visit.organisation.id) as transaction:
            store = PasskeyStore(transaction, visit.organisation.id)
            if not await store.remove(visit.customer_id, id):
                raise NotFound("passkey")
            await _note(transaction, visit, Action.WALLET_PASSKEY_REMOVED, id)

    async def ask(self, party: Party, organisation: Organisation) -> tuple[Secret, str]:
        """Write what the browser of a stranger is to show a key with, and give it a ticket."""
        ticket = Secret(secrets.token_urlsafe(SECRET_BYTES))
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        async with self._storage.begin(organisation.id) as transaction:
            until = transaction.now() + ANSWER_WITHIN
            asked = AskedStore(transaction, organisation.id)
            await asked.ask(_stub(ticket), Asked.PASSKEY, challenge, until)
        return ticket, ask_for_a_key(party, challenge)

    async def sign_in(
        self,
        party: Party,
        organisation: Organisation,
        ticket: Secret,
        answer: str,
        visit: Visit | None = None,
    ) -> Secret | Refused:
        """Let a customer in who shows a passkey. A ticket is good for one answer.

        `visit`: who is signed in already, and shows once more that it is them.
        """
        async with self._storage.begin(organisation.id) as transaction:
            asked = AskedStore(transaction, organisation.id)
            challenge = await asked.take(_stub(ticket), Asked.PASSKEY)
        if challenge is None:
            return _refused(Because.LATE)
        shown = read_shown(answer)
        if isinstance(shown, Refused):
            return _refused(shown.because)
        async with self._storage.begin(organisation.id) as transaction:
            found = await self._judge(transaction, organisation.id, party, challenge, shown)
            if isinstance(found, Refused):
                return found
            is_theirs = visit is None or visit.customer_id == found.customer_id
            if not is_theirs:
                return _refused(Because.UNKNOWN)
            # Nobody who was forgotten comes in: their passkeys went with them.
            await self._customers.get(transaction, organisation.id, found.customer_id)
            device_id = None if visit is None else visit.session.device_id
            if visit is not None:
                await self._sessions.end(transaction, visit)
            holder = Holder(organisation, found.customer_id)
            return await self._sessions.begin(
                transaction, holder, by=SignedInBy.PASSKEY, device_id=device_id
            )

    async def _judge(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        party: Party,
        challenge: bytes,
        shown: Shown,
    ) -> Passkey | Refused:
        store = PasskeyStore(transaction, organisation_id)
        passkey = await store.hold(shown.credential_id)
        if passkey is None:
            return _refused(Because.UNKNOWN)
        handle = handle_of(organisation_id, passkey.customer_id)
        proven = judge_shown(party, challenge, passkey, handle, shown)
        if isinstance(proven, Refused):
            return _refused(proven.because)
        count = judge_count(passkey.count, proven.count, is_synced=passkey.is_synced)
        if count is Count.WENT_BACK:
            await _note_count(transaction, organisation_id, passkey, proven.count)
            return _refused(Because.WENT_BACK)
        await store.use(passkey.id, proven.count)
        return passkey

    async def _keep(
        self, transaction: Transaction, visit: Visit, name: str, key: NewKey
    ) -> Passkey | Full | Refused:
        whose, id = visit.organisation.id, PasskeyId(new_id())
        store = PasskeyStore(transaction, whose)
        if len(await store.of(visit.customer_id)) >= PASSKEYS_AT_MOST:
            return Full()
        passkey = Passkey(
            id=id,
            customer_id=visit.customer_id,
            credential_id=key.credential_id,
            public_key=key.public_key,
            count=key.count,
            is_synced=key.is_synced,
            transports=key.transports,
            name=name,
            created_at=transaction.now(),
        )
        sealed = await self._contacts.seal_of(transaction, visit.person_id, name, _place(whose, id))
        is_added = await store.add(SealedPasskey(passkey, visit.person_id, sealed))
        return passkey if is_added else Refused(Because.TWICE)

    async def _opened(
        self, transaction: Transaction, visit: Visit, sealed: SealedPasskey
    ) -> Passkey:
        place = _place(visit.organisation.id, sealed.passkey.id)
        name = await self._contacts.unseal_of(
            transaction, sealed.person_id, sealed.sealed_name, place
        )
        return replace(sealed.passkey, name=name or "")


async def _note_count(
    transaction: Transaction, organisation_id: OrganisationId, passkey: Passkey, shown: int
) -> None:
    entry = Entry(
        action=Action.PASSKEY_COUNT_ODD,
        actor=f"customer:{passkey.customer_id}",
        target=Noun.PASSKEY.of(passkey.id),
        details={"known": passkey.count, "shown": shown, "verdict": Count.WENT_BACK},
    )
    await AuditStore(transaction, organisation_id).add(entry)


async def _note(transaction: Transaction, caller: Caller, action: Action, id: PasskeyId) -> None:
    entry = Entry(action=action, actor=caller.actor, target=Noun.PASSKEY.of(id))
    await AuditStore(transaction, caller.organisation.id).add(entry)


def _refused(because: Because) -> Refused:
    log.info("passkey.refused", because=because)
    return Refused(because)


def _stub(ticket: Secret) -> str:
    """Give what we keep of a ticket."""
    return fingerprint(ticket).hex()


def _place(organisation_id: OrganisationId, id: PasskeyId) -> Place:
    return Place(organisation_id, "wallet_passkeys", "name", str(id))
