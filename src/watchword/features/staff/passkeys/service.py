"""What happens to the passkeys of somebody: they are added, named and removed."""

import secrets
from collections.abc import Sequence

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.contacts.service import Contacts
from watchword.features.staff.notices.service import Notices
from watchword.features.staff.notices.words import Notice
from watchword.features.staff.passkeys.ceremonies import (
    NewKey,
    ask_for_a_new_key,
    judge_new_key,
)
from watchword.features.staff.passkeys.rules import (
    ANSWER_WITHIN,
    CHALLENGE_BYTES,
    PASSKEYS_AT_MOST,
    Because,
    Full,
    NamelessOrEndless,
    NoPasskeysHere,
    Party,
    Passkey,
    PasskeyId,
    Refused,
    Stale,
    find_fault_of_name,
    handle_of,
)
from watchword.features.staff.passkeys.store import (
    AskedStore,
    AskedSweep,
    Ceremony,
    PasskeyStore,
    SealedPasskey,
)
from watchword.features.staff.rules import Colleague
from watchword.features.staff.sessions.rules import Visit, is_fresh
from watchword.features.staff.store import StaffStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.sealing import Place
from watchword.foundation.storage import Storage, Transaction


class Passkeys:
    def __init__(
        self,
        *,
        storage: Storage,
        contacts: Contacts,
        notices: Notices,
        party: Party | NoPasskeysHere,
    ) -> None:
        """`party`: what browsers bind passkeys to, if they do so where we are reached."""
        self.party = party
        self._storage = storage
        self._contacts = contacts
        self._notices = notices

    async def of(self, visit: Visit) -> Sequence[Passkey]:
        """Give the passkeys of somebody, the oldest first."""
        async with self._storage.reading(visit.colleague.organisation.id) as transaction:
            return await self._opened(transaction, visit.colleague)

    async def ask_for_a_new_one(self, party: Party, visit: Visit) -> str | Stale | Full:
        """Write what the browser of somebody is to make a key with."""
        colleague = visit.colleague
        organisation = colleague.organisation
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        async with self._storage.begin(organisation.id) as transaction:
            now = transaction.now()
            known = await self._opened(transaction, colleague)
            if not is_fresh(visit.session, now):
                return Stale()
            if len(known) >= PASSKEYS_AT_MOST:
                return Full()
            store = AskedStore(transaction, organisation.id)
            whose = str(visit.session.id)
            await store.ask(whose, Ceremony.ADDING, challenge, now + ANSWER_WITHIN)
        return ask_for_a_new_key(
            party,
            ours=organisation.name,
            name=f"{colleague.member.name} · {organisation.name}",
            handle=handle_of(organisation.id, colleague.member.id),
            challenge=challenge,
            known=known,
        )

    async def add(
        self, party: Party, visit: Visit, name: str, answer: str
    ) -> Passkey | Stale | Full | NamelessOrEndless | Refused:
        """Keep the key that a browser has made."""
        if fault := find_fault_of_name(name):
            return fault
        colleague = visit.colleague
        async with self._storage.begin(colleague.organisation.id) as transaction:
            if not is_fresh(visit.session, transaction.now()):
                return Stale()
            asked = AskedStore(transaction, colleague.organisation.id)
            challenge = await asked.take(str(visit.session.id), Ceremony.ADDING, transaction.now())
            if challenge is None:
                return Refused(Because.LATE)
            key = judge_new_key(party, challenge, answer)
            if isinstance(key, Refused):
                return key
            added = await self._keep(transaction, colleague, name, key)
            if not isinstance(added, Passkey):
                return added
            await _note(transaction, colleague, Action.PASSKEY_ADDED, added.id)
            device = visit.session.device
            await self._notices.tell(transaction, colleague, Notice.PASSKEY_ADDED, device)
        self._notices.announce(colleague.organisation)
        return added

    async def rename(self, visit: Visit, id: PasskeyId, name: str) -> NamelessOrEndless | None:
        """Call a passkey something else; nothing, if that went well."""
        if fault := find_fault_of_name(name):
            return fault
        colleague = visit.colleague
        async with self._storage.begin(colleague.organisation.id) as transaction:
            store = PasskeyStore(transaction, colleague.organisation.id)
            sealed = await self._sealed(transaction, colleague, id, name)
            if not await store.rename(colleague.member.id, id, sealed):
                raise NotFound("passkey")
            await _note(transaction, colleague, Action.PASSKEY_RENAMED, id)
        return None

    async def remove(self, visit: Visit, id: PasskeyId) -> Stale | None:
        """Forget a passkey, which signs nobody in from now on; nothing, if that went well."""
        colleague = visit.colleague
        async with self._storage.begin(colleague.organisation.id) as transaction:
            if not is_fresh(visit.session, transaction.now()):
                return Stale()
            store = PasskeyStore(transaction, colleague.organisation.id)
            if not await store.remove(colleague.member.id, id):
                raise NotFound("passkey")
            await _note(transaction, colleague, Action.PASSKEY_REMOVED, id)
            device = visit.session.device
            await self._notices.tell(transaction, colleague, Notice.PASSKEY_REMOVED, device)
        self._notices.announce(colleague.organisation)
        return None

    async def forget(self, most: int) -> int:
        """Drop what was asked and not answered in time."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await AskedSweep(transaction).forget(transaction.now(), most)

    async def _opened(self, transaction: Transaction, colleague: Colleague) -> list[Passkey]:
        store = PasskeyStore(transaction, colleague.organisation.id)
        return [
            sealed.named(await self._name(transaction, colleague, sealed))
            for sealed in await store.of(colleague.member.id)
        ]

    async def _keep(
        self, transaction: Transaction, colleague: Colleague, name: str, key: NewKey
    ) -> Passkey | Full | Refused:
        organisation_id, id = colleague.organisation.id, PasskeyId(new_id())
        store = PasskeyStore(transaction, organisation_id)
        # Held, so that two browsers of one person do not both add the last one.
        await StaffStore(transaction, organisation_id).hold(colleague.member.id)
        if len(await store.of(colleague.member.id)) >= PASSKEYS_AT_MOST:
            return Full()
        passkey = SealedPasskey(
            id=id,
            staff_id=colleague.member.id,
            credential_id=key.credential_id,
            public_key=key.public_key,
            count=key.count,
            is_synced=key.is_synced,
            transports=key.transports,
            sealed_name=await self._sealed(transaction, colleague, id, name),
            created_at=transaction.now(),
        )
        return passkey.named(name) if await store.add(passkey) else Refused(Because.TWICE)

    async def _sealed(
        self, transaction: Transaction, colleague: Colleague, id: PasskeyId, name: str
    ) -> bytes:
        place = _place(colleague.organisation.id, id)
        return await self._contacts.seal(transaction, colleague.member.contact_id, name, place)

    async def _name(
        self, transaction: Transaction, colleague: Colleague, sealed: SealedPasskey
    ) -> str:
        place = _place(colleague.organisation.id, sealed.id)
        whose = colleague.member.contact_id
        return await self._contacts.unseal(transaction, whose, sealed.sealed_name, place)


async def _note(
    transaction: Transaction, colleague: Colleague, action: Action, id: PasskeyId
) -> None:
    entry = Entry(action=action, actor=colleague.actor, target=Noun.PASSKEY.of(id))
    await AuditStore(transaction, colleague.organisation.id).add(entry)


def _place(organisation_id: OrganisationId, id: PasskeyId) -> Place:
    return Place(organisation_id, "passkeys", "name", str(id))
