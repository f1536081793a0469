"""Where API keys are kept: their fingerprints, never the keys."""

from collections.abc import Sequence
from datetime import datetime

from watchword.features.clients.rules import ApiKey, ApiKeyId, Client, Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
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

END = """
    update api_keys set expires_at = :expires_at
    where organisation_id = :organisation_id and id = :id
      and (expires_at is null or expires_at > :expires_at)
"""

REVOKE = """
    update api_keys set revoked_at = :revoked_at
    where organisation_id = :organisation_id and id = :id and revoked_at is null
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

    async def end(self, id: ApiKeyId, expires_at: datetime) -> bool:
        """Let a key run out, unless it does so sooner; say whether there was one."""
        ended = await self._transaction.run(
            END,
            organisation_id=self._ours,
            id=str(id),
            expires_at=to_microseconds(expires_at),
        )
        return ended == 1

    async def revoke(self, id: ApiKeyId, now: datetime) -> bool:
        """Say whether there was a key that was not revoked yet."""
        revoked = await self._transaction.run(
            REVOKE, organisation_id=self._ours, id=str(id), revoked_at=to_microseconds(now)
        )
        return revoked == 1


class ClientDirectory:
    """All API keys: who calls is known by the key, before we can know whose it is."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, fingerprint: bytes) -> Client | None:
        row = await self._transaction.one(FIND, fingerprint=fingerprint)
        if row is None:
            return None
        organisation = Organisation(
            id=OrganisationId(Id(row["organisation_id"])),
            slug=row["slug"],
            name=row["name"],
            mode=Mode(row["mode"]),
            country=row["country"],
            locale=row["locale"],
            created_at=from_microseconds(row["founded_at"]),
        )
        return Client(key=_from_row(row), organisation=organisation)


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
