"""Where the rules of organisations are kept, as they were written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from watchword.foundation.clock import moment_if_any, to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

RULES = """
    select r.ruleset, t.blocked_until from organisations o
    left join abuse_rules r on r.organisation_id = o.organisation_id
    left join tallies t on t.organisation_id = o.organisation_id and t.key = :key
    where o.organisation_id = :organisation_id
"""

HOLD_RULES = """
    insert into abuse_rules (organisation_id, ruleset, changed_at)
    values (:organisation_id, :none, :now)
    on conflict (organisation_id) do update set organisation_id = excluded.organisation_id
    returning ruleset
"""

SAVE_RULES = """
    update abuse_rules set ruleset = :ruleset, changed_at = :now
    where organisation_id = :organisation_id
"""

NONE = "{}"


class RuleStore:
    """The rules of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def find(self, key: str) -> tuple[Mapping[str, Any], datetime | None]:
        """Give the rules that are its own, and until when a block stands on a key."""
        row = await self._transaction.one(RULES, organisation_id=self._ours, key=key)
        if row is None:
            return {}, None
        own = {} if row["ruleset"] is None else msgspec.json.decode(row["ruleset"])
        return own, moment_if_any(row["blocked_until"])

    async def hold(self) -> Mapping[str, Any]:
        """Read the rules that are its own, and that nobody else can set until the end."""
        row = await self._transaction.one(
            HOLD_RULES, organisation_id=self._ours, none=NONE, now=self._now
        )
        own: Mapping[str, Any] = {} if row is None else msgspec.json.decode(row["ruleset"])
        return own

    async def save(self, written: Mapping[str, Any]) -> None:
        """Keep what differs from the house, as it was written; the rules were held."""
        await self._transaction.run(
            SAVE_RULES,
            organisation_id=self._ours,
            ruleset=msgspec.json.encode(written).decode(),
            now=self._now,
        )
