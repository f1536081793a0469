"""Where the rules of organisations are kept, as they were written."""

from datetime import datetime

from watchword.features.abuse.rulesets import OwnRules, Unusable, reread, written
from watchword.foundation.clock import moment_if_any, to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

FIND = "select ruleset from abuse_rules where organisation_id = :organisation_id"

# Two tables in one statement: it is asked while a code is being sent, and must cost one way.
IN_FORCE = """
    select (
        select ruleset from abuse_rules where organisation_id = :organisation_id
    ) as ruleset, (
        select blocked_until from tallies where organisation_id = :organisation_id and key = :key
    ) as blocked_until
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

    async def find(self) -> OwnRules | Unusable:
        """Give the rules that are its own."""
        row = await self._transaction.one(FIND, organisation_id=self._ours)
        return OwnRules() if row is None else reread(row["ruleset"])

    async def in_force(self, key: str) -> tuple[OwnRules | Unusable, datetime | None]:
        """Give the rules that are its own, and until when a block stands on a key."""
        row = await self._transaction.one(IN_FORCE, organisation_id=self._ours, key=key)
        if row is None:
            return OwnRules(), None
        own = OwnRules() if row["ruleset"] is None else reread(row["ruleset"])
        return own, moment_if_any(row["blocked_until"])

    async def hold(self) -> OwnRules | Unusable:
        """Read the rules that are its own, and that nobody else can set until the end."""
        row = await self._transaction.one(
            HOLD_RULES, organisation_id=self._ours, none=NONE, now=self._now
        )
        return OwnRules() if row is None else reread(row["ruleset"])

    async def save(self, own: OwnRules) -> None:
        """Keep what differs from the house; the rules were held."""
        await self._transaction.run(
            SAVE_RULES,
            organisation_id=self._ours,
            ruleset=written(own),
            now=self._now,
        )
