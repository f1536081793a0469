"""Which challenges of an organisation wait for a code that nobody takes any more."""

from collections.abc import Sequence

from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Transaction

PENDING = """
    select id from challenges
    where organisation_id = :organisation_id and status = 'pending' and purpose = :purpose
    and expires_at > :now limit :most
"""


class PendingStore:
    """The challenges of one organisation that wait, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def of(self, purpose: Purpose, most: int) -> Sequence[ChallengeId]:
        rows = await self._transaction.all(
            PENDING,
            organisation_id=self._ours,
            purpose=purpose,
            now=to_microseconds(self._transaction.now()),
            most=most,
        )
        return [ChallengeId(Id(row["id"])) for row in rows]
