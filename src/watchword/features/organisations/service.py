"""What happens to organisations: they are founded, and their keys are opened and changed."""

import secrets
from collections.abc import Collection
from dataclasses import replace

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.keys import (
    OrganisationKeyKind,
    OrganisationKeys,
    WrappedKey,
    lock_for,
    opened,
    unwrap,
    wrap,
)
from watchword.features.organisations.rules import (
    Mode,
    Organisation,
    SlugTaken,
    Unacceptable,
    find_fault,
)
from watchword.features.organisations.store import OrganisationDirectory, OrganisationStore
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.remembered import Remembered
from watchword.foundation.sealing import KEY_BYTES
from watchword.foundation.storage import Storage, Transaction

REMEMBERED_FOR = 3.0  # seconds


class Organisations:
    def __init__(self, *, storage: Storage, keyring: Keyring, locales: Collection[str]) -> None:
        """`locales`: the languages that there are words in."""
        self._storage = storage
        self._locales = locales
        self._keyring = keyring
        self._roots = keyring.versions(KeyKind.ROOT)
        self._root_version = keyring.newest(KeyKind.ROOT)
        self._open: dict[OrganisationId, OrganisationKeys] = {}
        self._known = Remembered[str, Organisation](fresh_for=REMEMBERED_FOR)

    async def found(
        self, *, slug: str, name: str, mode: Mode, country: str, locale: str, actor: str
    ) -> Organisation | Unacceptable | SlugTaken:
        """Make an organisation and its keys."""
        if fault := find_fault(slug, name, country, locale, self._locales):
            return fault
        id = OrganisationId(new_id())
        async with self._storage.begin(id) as transaction:
            organisation = Organisation(
                id=id,
                slug=slug,
                name=name,
                mode=mode,
                country=country,
                locale=locale,
                created_at=transaction.now(),
            )
            store = OrganisationStore(transaction, id)
            if not await store.add(organisation):
                return SlugTaken(slug)
            for kind in OrganisationKeyKind:
                await store.add_key(self._new_key(id, kind, 1))
            entry = Entry(action=Action.ORGANISATION_CREATED, actor=actor, target=str(id))
            await AuditStore(transaction, id).add(entry)
        return organisation

    async def all(self) -> list[Organisation]:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return list(await OrganisationDirectory(transaction).all())

    async def find(self, slug: str) -> Organisation:
        """Find an organisation by its name in addresses; each page for customers asks."""

        async def look() -> Organisation:
            async with self._storage.reading(EVERYWHERE) as transaction:
                return await OrganisationDirectory(transaction).find(slug)

        return await self._known.find(slug, look)

    async def read(self, transaction: Transaction, id: OrganisationId) -> Organisation:
        return await OrganisationStore(transaction, id).find()

    async def keys(self, transaction: Transaction, id: OrganisationId) -> OrganisationKeys:
        """Give the keys of an organisation, open. They stay in memory once they have been used."""
        keys = self._open.get(id)
        if keys is None:
            wrapped = await OrganisationStore(transaction, id).keys()
            keys = opened(id, {(key.kind, key.version): key for key in wrapped}, self._roots)
            self._open[id] = keys
        return keys

    async def reload_keys(self, transaction: Transaction, id: OrganisationId) -> OrganisationKeys:
        """Read the keys anew: another process may have made a version that we do not know."""
        self._open.pop(id, None)
        return await self.keys(transaction, id)

    async def newest_data_key(self, id: OrganisationId) -> int:
        """Give the version of the key that locks the keys of new persons."""
        async with self._storage.reading(id) as transaction:
            return (await self.keys(transaction, id)).newest

    async def rotate_data_key(self, id: OrganisationId, actor: str) -> int:
        """Make a new version of the key that locks the keys of persons, and give its number."""
        async with self._storage.begin(id) as transaction:
            store = OrganisationStore(transaction, id)
            kind = OrganisationKeyKind.DATA
            versions = [key.version for key in await store.keys() if key.kind is kind]
            version = max(versions) + 1
            await store.add_key(self._new_key(id, kind, version))
            entry = Entry(
                action=Action.ORGANISATION_KEY_ROTATED,
                actor=actor,
                target=str(id),
                details={"kind": kind, "version": version},
            )
            await AuditStore(transaction, id).add(entry)
        self._open.pop(id, None)
        return version

    async def rewrap_keys(self, id: OrganisationId) -> int:
        """Keep all keys of an organisation under the newest root key, and count the changed."""
        changed = 0
        async with self._storage.begin(id) as transaction:
            store = OrganisationStore(transaction, id)
            for key in await store.keys():
                if key.root_version != self._root_version:
                    lock = lock_for(self._roots[key.root_version], id, key)
                    await store.rewrap(self._wrapped(id, key, unwrap(lock, key.wrapped)))
                    changed += 1
        return changed

    def _new_key(self, id: OrganisationId, kind: OrganisationKeyKind, version: int) -> WrappedKey:
        key = WrappedKey(kind=kind, version=version, root_version=0, wrapped=b"")
        return self._wrapped(id, key, secrets.token_bytes(KEY_BYTES))

    def _wrapped(self, id: OrganisationId, key: WrappedKey, content: bytes) -> WrappedKey:
        lock = lock_for(self._roots[self._root_version], id, key)
        return replace(key, root_version=self._root_version, wrapped=wrap(lock, content))
