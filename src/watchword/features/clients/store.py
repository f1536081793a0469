"""Where API keys are kept: their fingerprints, never the keys."""

from collections.abc import Sequence
from datetime import datetime

from watchword.features.clients.rules import ApiKey, ApiKeyId, Client, Scope
from watchword.features.organisations.store import organisation_from
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into api_keys (
        organisation_id, id, label, start, fingerprint, scopes, created_at, expires_at, revoked_at
    ) values (
        :organisation_id, :id, :label, :start, :fingerprint, :scopes, :created_at, :expires_at,
        null
    )
"""

ALL = "select * from api_keys where organisation_id = :organisation_id order by created_at, id"

HOLD = """
    select * from api_keys where organisation_id = :organisation_id and id = :id for update
"""

END = """
    update api_keys set
        expires_at = case when expires_at <= :expires_at then expires_at else :expires_at end
    where organisation_id = :organisation_id and id = :id
"""

SAVE = """
    update api_keys set revoked_at = :revoked_at
    where organisation_id = :organisation_id and id = :id
"""

FIND = """
    select k.*, o.slug, o.name, o.mode, o.country, o.locale, o.created_at as founded_at
    from api_keys k join organisations o on o.organisation_id = k.organisation_id
    where k.fingerprint = :fingerprint
"""


class ApiKeyStore:
    """The API keys of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, key: ApiKey) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(key.id),
            label=key.label,
            start=key.start,
            fingerprint=key.fingerprint,
            scopes=" ".join(sorted(key.scopes)),
            created_at=to_microseconds(key.created_at),
            expires_at=microseconds_if_any(key.expires_at),
        )

    async def all(self) -> Sequence[ApiKey]:
        rows = await self._transaction.all(ALL, organisation_id=self._ours)
        return [_from_row(row) for row in rows]

    async def hold(self, id: ApiKeyId) -> ApiKey:
        """Read a key that nobody else can change until the transaction ends."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        if row is None:
            raise NotFound("API key")
        return _from_row(row)

    async def end(self, id: ApiKeyId, expires_at: datetime) -> bool:
        """Let a key run out, unless it does so sooner; say whether there was one."""
        ended = await self._transaction.run(
            END,
            organisation_id=self._ours,
            id=str(id),
            expires_at=to_microseconds(expires_at),
        )
        return ended == 1

    async def save(self, key: ApiKey) -> None:
        """Write back a key that was held."""
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(key.id),
            revoked_at=microseconds_if_any(key.revoked_at),
        )


class ClientDirectory:
    """All API keys: who calls is known by the key, before we can know whose it is."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, fingerprint: bytes) -> Client | None:
        row = await self._transaction.one(FIND, fingerprint=fingerprint)
        if row is None:
            return None
        return Client(key=_from_row(row), organisation=organisation_from(row, "founded_at"))


def _from_row(row: Row) -> ApiKey:
    return ApiKey(
        id=ApiKeyId(Id(row["id"])),
        label=row["label"],
        start=row["start"],
        fingerprint=row["fingerprint"],
        scopes=frozenset(map(Scope, row["scopes"].split())),
        created_at=from_microseconds(row["created_at"]),
        expires_at=moment_if_any(row["expires_at"]),
        revoked_at=moment_if_any(row["revoked_at"]),
    )
