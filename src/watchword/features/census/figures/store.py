"""Where it is looked up what waits. Each query reads an index of what waits, and little of it."""

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec

from watchword.features.census.figures.rules import COUNTED_AT_MOST, Waiting
from watchword.features.delivery.rules import ProviderName
from watchword.features.staff.permissions import Role
from watchword.foundation.clock import moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

MESSAGES = """
    select provider, count(*) as waiting, min(created_at) as since from (
        select provider, created_at from messages where state = 'queued' limit :most
    ) as queued
    group by provider
"""

WEBHOOKS = """
    select count(*) as waiting, min(due_at) as since from (
        select due_at from webhook_deliveries where state = 'waiting' limit :most
    ) as waiting
"""

UNSEALED = """
    select count(*) as waiting, min(at) as since from (
        select at from audit_entries where leaf_position is null limit :most
    ) as unsealed
"""

UNCOPIED = """
    select count(*) as waiting, min(signed_at) as since from (
        select signed_at from ledger_checkpoints where copied_at is null limit :most
    ) as uncopied
"""

SWEPT = "select max(ran_at) as at from retention_runs"
GRANTS = "select organisation_id, grants from staff where state = 'active'"

SCHEMA = "select version_num from alembic_version"

SECONDS = 1_000_000


class WaitingCensus:
    """What waits in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = to_microseconds(transaction.now())

    async def messages(self) -> Mapping[ProviderName, Waiting]:
        rows = await self._transaction.all(MESSAGES, most=COUNTED_AT_MOST)
        return {ProviderName(row["provider"]): self._waiting(row) for row in rows}

    async def webhooks(self) -> Waiting:
        return await self._one(WEBHOOKS)

    async def unsealed(self) -> Waiting:
        return await self._one(UNSEALED)

    async def uncopied(self) -> Waiting:
        return await self._one(UNCOPIED)

    async def swept_at(self) -> datetime | None:
        [row] = await self._transaction.all(SWEPT)
        return moment_if_any(row["at"])

    async def _one(self, statement: str) -> Waiting:
        [row] = await self._transaction.all(statement, most=COUNTED_AT_MOST)
        return self._waiting(row)

    def _waiting(self, row: Row) -> Waiting:
        since = self._now if row["since"] is None else row["since"]
        return Waiting(row["waiting"], max(self._now - since, 0) / SECONDS)


class OwnerCensus:
    """Who has somebody to open the console, and to let others in."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def owned(self) -> Collection[OrganisationId]:
        """Give the organisations that have an owner who is not disabled."""
        rows = await self._transaction.all(GRANTS)
        return {OrganisationId(Id(row["organisation_id"])) for row in rows if _owns(row["grants"])}


class SchemaCensus:
    """How far the schema is."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def version(self) -> str:
        [row] = await self._transaction.all(SCHEMA)
        return str(row["version_num"])


def _owns(grants: str) -> bool:
    pairs = msgspec.json.decode(grants, type=list[tuple[Role, str | None]])
    return (Role.OWNER, None) in pairs
