"""What happens to trusted devices: one is added, comes back, is renamed, and is trusted no more."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.rules import Organisation
from watchword.features.wallet.devices.rules import (
    ANSWER_WITHIN,
    CHALLENGE_BYTES,
    DEVICES_AT_MOST,
    BadKey,
    BadName,
    Device,
    NotTrusted,
    TooManyDevices,
    has_signed,
    is_trusted,
    read_key,
    tidy_name,
    to_be_signed,
)
from watchword.features.wallet.devices.store import Asked, AskedStore, DeviceStore, SealedDevice
from watchword.features.wallet.notices.rules import Kind
from watchword.features.wallet.notices.service import Notices
from watchword.features.wallet.rules import Holder
from watchword.features.wallet.sessions.rules import DeviceId, SignedInBy, Visit, is_fresh
from watchword.features.wallet.sessions.service import Sessions
from watchword.features.wallet.sessions.store import SessionStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.sealing import Place
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction


class Devices:
    def __init__(
        self, *, storage: Storage, contacts: Contacts, sessions: Sessions, notices: Notices
    ) -> None:
        self._storage = storage
        self._contacts = contacts
        self._sessions = sessions
        self._notices = notices

    async def trust(
        self, visit: Visit, name: str, key: bytes
    ) -> Device | BadKey | BadName | TooManyDevices | NotTrusted:
        """Trust the device on which somebody has just signed in by a code or a passkey."""
        called, read = tidy_name(name), read_key(key)
        if isinstance(called, BadName):
            return called
        if isinstance(read, BadKey):
            return read
        whose = visit.organisation.id
        async with self._storage.begin(whose) as transaction:
            is_new = visit.session.device_id is None
            if not is_new or not is_fresh(visit.session, transaction.now()):
                return NotTrusted()
            store = DeviceStore(transaction, whose)
            if len(await store.of(visit.customer_id)) >= DEVICES_AT_MOST:
                return TooManyDevices()
            device = _new_device(visit, called, read, transaction)
            sealed = await self._seal(transaction, visit, device.id, called)
            await store.add(SealedDevice(device, visit.person_id, sealed))
            await SessionStore(transaction, whose).link(visit.session.id, device.id)
            await _note(transaction, visit, Action.WALLET_DEVICE_TRUSTED, device.id)
            await self._notices.tell(
                transaction, visit, Kind.DEVICE, about_id=device.id, word=device.name
            )
        self._notices.announce(visit.organisation)
        return device

    async def of(self, visit: Visit) -> Sequence[Device]:
        """Give the devices that are trusted, the newest first."""
        async with self._storage.reading(visit.organisation.id) as transaction:
            found = await DeviceStore(transaction, visit.organisation.id).of(visit.customer_id)
            trusted = [each for each in found if is_trusted(each.device, transaction.now())]
            return [await self._opened(transaction, visit.organisation.id, one) for one in trusted]

    async def rename(self, visit: Visit, id: DeviceId, name: str) -> BadName | None:
        """Call a device something else; nothing, if that went well."""
        called = tidy_name(name)
        if isinstance(called, BadName):
            return called
        async with self._storage.begin(visit.organisation.id) as transaction:
            sealed = await self._seal(transaction, visit, id, called)
            store = DeviceStore(transaction, visit.organisation.id)
            if not await store.rename(visit.customer_id, id, sealed):
                raise NotFound("device")
            await _note(transaction, visit, Action.WALLET_DEVICE_RENAMED, id)
        return None

    async def revoke(self, visit: Visit, id: DeviceId) -> None:
        """Trust a device no more, and sign it out. To take trust away, nobody has to be fresh."""
        whose = visit.organisation.id
        async with self._storage.begin(whose) as transaction:
            if not await DeviceStore(transaction, whose).revoke(visit.customer_id, id):
                raise NotFound("device")
            await SessionStore(transaction, whose).end_on(visit.customer_id, id)
            await _note(transaction, visit, Action.WALLET_DEVICE_REVOKED, id)

    async def sign_out(self, visit: Visit) -> None:
        """Sign somebody out here. Their device is forgotten, or it would come right back."""
        whose = visit.organisation.id
        async with self._storage.begin(whose) as transaction:
            await self._sessions.end(transaction, visit)
            device_id = visit.session.device_id
            if device_id is None:
                return
            if await DeviceStore(transaction, whose).revoke(visit.customer_id, device_id):
                await _note(transaction, visit, Action.WALLET_DEVICE_REVOKED, device_id)

    async def sign_out_everywhere(self, visit: Visit) -> None:
        """Sign somebody out of all there is, and trust none of their devices any more."""
        whose = visit.organisation.id
        async with self._storage.begin(whose) as transaction:
            await self._sessions.end_everywhere(transaction, visit, visit.customer_id)
            for id in await DeviceStore(transaction, whose).revoke_all(visit.customer_id):
                await _note(transaction, visit, Action.WALLET_DEVICE_REVOKED, id)

    async def ask(self, organisation: Organisation) -> tuple[str, bytes]:
        """Give a browser something to sign, whoever it says it is: a name for it, and the bytes."""
        ticket, challenge = str(new_id()), secrets.token_bytes(CHALLENGE_BYTES)
        async with self._storage.begin(organisation.id) as transaction:
            until = transaction.now() + ANSWER_WITHIN
            await AskedStore(transaction, organisation.id).ask(
                ticket, Asked.RETURN, challenge, until
            )
        return ticket, challenge

    async def come_back(
        self, organisation: Organisation, id: DeviceId, ticket: str, signature: bytes, origin: str
    ) -> Secret | NotTrusted:
        """Let a trusted device in that has signed what it was asked to."""
        async with self._storage.begin(organisation.id) as transaction:
            asked = AskedStore(transaction, organisation.id)
            challenge = await asked.take(ticket, Asked.RETURN)
            store = DeviceStore(transaction, organisation.id)
            found = await store.hold(id)
            if challenge is None or found is None:
                return NotTrusted()
            device = found.device
            message = to_be_signed(origin, organisation.slug, id, challenge)
            is_it = has_signed(device, message, signature)
            if not is_it or not is_trusted(device, transaction.now()):
                return NotTrusted()
            await store.see(id)
            holder = Holder(organisation, device.customer_id)
            return await self._sessions.begin(
                transaction, holder, by=SignedInBy.DEVICE, device_id=id
            )

    async def _seal(self, transaction: Transaction, visit: Visit, id: DeviceId, name: str) -> bytes:
        place = _place(visit.organisation.id, id)
        return await self._contacts.seal_of(transaction, visit.person_id, name, place)

    async def _opened(
        self, transaction: Transaction, organisation_id: OrganisationId, sealed: SealedDevice
    ) -> Device:
        place = _place(organisation_id, sealed.device.id)
        name = await self._contacts.unseal_of(
            transaction, sealed.person_id, sealed.sealed_name, place
        )
        return replace(sealed.device, name=name or "")


def _new_device(visit: Visit, name: str, key: bytes, transaction: Transaction) -> Device:
    now = transaction.now()
    return Device(
        id=DeviceId(new_id()),
        customer_id=visit.customer_id,
        name=name,
        public_key=key,
        created_at=now,
        seen_at=now,
    )


def _place(organisation_id: OrganisationId, id: DeviceId) -> Place:
    return Place(organisation_id, "wallet_devices", "name", str(id))


async def _note(transaction: Transaction, visit: Visit, action: Action, id: DeviceId) -> None:
    entry = Entry(action=action, actor=visit.actor, target=f"device:{id}")
    await AuditStore(transaction, visit.organisation.id).add(entry)
