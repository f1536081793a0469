"""What happens to API keys: they are made, shown once, recognised, and revoked."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import (
    NO_OVERLAP,
    AlreadyRevoked,
    ApiKey,
    ApiKeyId,
    Caller,
    Client,
    KeyWish,
    MadeBefore,
    NewKey,
    Overlap,
    Scope,
    Unknown,
    ended_at,
    fingerprint,
    revoke,
    start_of,
    usual_scopes,
    write_key,
)
from watchword.features.clients.store import ApiKeyStore, ClientDirectory
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.rules import Organisation
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

FRESH_FOR = 3.0  # seconds; a key that is revoked elsewhere opens nothing after that
KNOWN_AT_MOST = 10_000


class Clients:
    def __init__(
        self, *, storage: Storage, requests: Requests, seconds: Callable[[], float] = monotonic
    ) -> None:
        """`seconds`: a steady clock, by which what is remembered grows stale."""
        self._storage = storage
        self._requests = requests
        self._seconds = seconds
        self._known: dict[bytes, tuple[float, Client]] = {}

    async def recognise(self, key: Secret) -> Client | Unknown:
        """Find out who calls. Found keys are remembered for some seconds, unknown ones are not."""
        return await self.known_by(fingerprint(key))

    async def known_by(self, print: bytes) -> Client | Unknown:
        """Do the same by the fingerprint of a key."""
        known, now = self._known, self._seconds()
        read_at, client = known.get(print, (0.0, None))
        if client is not None and now - read_at < FRESH_FOR:
            return client
        async with self._storage.reading(EVERYWHERE) as transaction:
            client = await ClientDirectory(transaction).find(print)
        if client is None:
            known.pop(print, None)
            return Unknown()
        if len(known) >= KNOWN_AT_MOST:
            known.clear()
        known[print] = (now, client)
        return client

    async def create(
        self,
        organisation: Organisation,
        *,
        label: str,
        actor: str,
        scopes: frozenset[Scope] | None = None,
        replaces: ApiKeyId | None = None,
        overlap: Overlap = NO_OVERLAP,
    ) -> tuple[ApiKey, Secret]:
        """Make a key, and show it for the only time. A key it replaces runs out after `overlap`."""
        scopes = scopes or usual_scopes(organisation.mode)
        wish = KeyWish(label=label, scopes=scopes, replaces=replaces, overlap=overlap)
        async with self._storage.begin(organisation.id) as transaction:
            new = await self._make(transaction, organisation, wish, actor)
        self._forget()
        return new.key, new.secret

    async def make(
        self, caller: Caller, wish: KeyWish, once: Once | None = None
    ) -> NewKey | MadeBefore | AlreadyRevoked | OtherBody:
        """Do the same for a request that may come twice. It makes one key, and shows it once.

        What has run out already, or was revoked, nothing can replace.
        """
        organisation, made = caller.organisation, list[NewKey]()
        async with self._storage.begin(organisation.id) as transaction:

            async def work() -> MadeBefore | AlreadyRevoked:
                if wish.replaces is not None:
                    store = ApiKeyStore(transaction, organisation.id)
                    old = await store.hold(wish.replaces)
                    if at := ended_at(old, transaction.now()):
                        return AlreadyRevoked(at)
                made.append(await self._make(transaction, organisation, wish, caller.actor))
                return MadeBefore(made[0].key.id)

            outcome = await self._requests.once(
                transaction, organisation.id, once, {MadeBefore}, work
            )
        self._forget()
        return made[0] if made else outcome

    async def _make(
        self, transaction: Transaction, organisation: Organisation, wish: KeyWish, actor: str
    ) -> NewKey:
        secret, now = write_key(organisation.mode, secrets.token_bytes(32)), transaction.now()
        store = ApiKeyStore(transaction, organisation.id)
        key = _key(secret, wish.label, wish.scopes, now)
        await store.add(key)
        if wish.replaces is not None and not await store.end(wish.replaces, now + wish.overlap):
            raise NotFound("API key")
        entry = _entry(key, actor, wish.replaces, wish.overlap)
        await AuditStore(transaction, organisation.id).add(entry)
        return NewKey(key, secret)

    async def all(self, organisation_id: OrganisationId) -> Sequence[ApiKey]:
        async with self._storage.reading(organisation_id) as transaction:
            return await ApiKeyStore(transaction, organisation_id).all()

    async def revoke(
        self, organisation_id: OrganisationId, id: ApiKeyId, actor: str
    ) -> ApiKey | AlreadyRevoked:
        async with self._storage.begin(organisation_id) as transaction:
            store = ApiKeyStore(transaction, organisation_id)
            outcome = revoke(await store.hold(id), transaction.now())
            if isinstance(outcome, AlreadyRevoked):
                return outcome
            await store.save(outcome)
            entry = Entry(action=Action.API_KEY_REVOKED, actor=actor, target=str(id))
            await AuditStore(transaction, organisation_id).add(entry)
        self._forget()
        return outcome

    def _forget(self) -> None:
        # A new one, for who is just reading a key writes what was read into the old one.
        self._known = {}


def _key(secret: Secret, label: str, scopes: frozenset[Scope], now: datetime) -> ApiKey:
    return ApiKey(
        id=ApiKeyId(new_id()),
        label=label,
        start=start_of(secret),
        fingerprint=fingerprint(secret),
        scopes=scopes,
        created_at=now,
    )


def _entry(key: ApiKey, actor: str, replaces: ApiKeyId | None, overlap: Overlap) -> Entry:
    if replaces is None:
        return Entry(action=Action.API_KEY_CREATED, actor=actor, target=str(key.id))
    return Entry(
        action=Action.API_KEY_CREATED,
        actor=actor,
        target=str(key.id),
        details={"replaces": str(replaces), "overlap_seconds": int(overlap.total_seconds())},
    )
