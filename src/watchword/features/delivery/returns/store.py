"""Messages that were claimed, and that go back as if they had not been: no provider was told."""

from collections.abc import Sequence

from watchword.features.delivery.rules import Queued
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction, Value

GIVE_BACK = """
    update messages set state = 'queued', attempts = attempts - 1, lease_until = null
    where organisation_id = :organisation_id and id = :id
      and state = 'sending' and attempts = :attempts
"""


class ReturnStore:
    """What a worker gives back of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def give_back(self, messages: Sequence[Queued]) -> None:
        """Let others claim messages, unless their lease has run out and others have."""
        rows: list[dict[str, Value]] = [
            {
                "organisation_id": self._ours,
                "id": str(each.id),
                "attempts": each.attempts,
            }
            for each in messages
        ]
        # All hold messages in one order, so that no two wait for each other.
        await self._transaction.many(GIVE_BACK, sorted(rows, key=lambda row: str(row["id"])))
