"""Where it is looked up what somebody could still answer."""

from collections.abc import Sequence

from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Transaction

PENDING_OF = """
    select id from challenges
    where organisation_id = :organisation_id and contact_id = :contact_id and status = 'pending'
    order by id
"""


class PendingStore:
    """What is pending in one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def of(self, contact_id: ContactId) -> Sequence[ChallengeId]:
        rows = await self._transaction.all(
            PENDING_OF, organisation_id=self._ours, contact_id=str(contact_id)
        )
        return [ChallengeId(Id(row["id"])) for row in rows]
