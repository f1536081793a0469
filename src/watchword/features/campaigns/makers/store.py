"""Who has made an API key, as the ledger says. A key is the hand of whoever made it."""

from collections.abc import Collection

from watchword.features.audit.rules import Action, Noun
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

MADE = """
    select actor from audit_entries
    where organisation_id = :organisation_id and action = :made and target = :target
"""

CREATED = Action.API_KEY_CREATED


class MakerStore:
    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def of(self, actors: Collection[str]) -> frozenset[str]:
        """Give whoever has made the keys that are among some who did something."""
        prefix = Noun.API_KEY.prefix
        keys = sorted(each.removeprefix(prefix) for each in actors if each.startswith(prefix))
        found = set[str]()
        for key in keys:
            rows = await self._transaction.all(
                MADE, organisation_id=self._ours, made=CREATED, target=key
            )
            found |= {str(row["actor"]) for row in rows}
        return frozenset(found)
