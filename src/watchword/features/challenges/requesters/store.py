"""Where it is kept who has answered rightly for a contact point: digests of who asked."""

from watchword.features.contacts.rules import ContactId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

KNOWN = """
    select 1 as known from known_requesters
    where organisation_id = :organisation_id and contact_id = :contact_id
      and requester = :requester
"""

REMEMBER = """
    insert into known_requesters (organisation_id, contact_id, requester, verified_at)
    values (:organisation_id, :contact_id, :requester, :now)
    on conflict (organisation_id, contact_id, requester)
    do update set verified_at = excluded.verified_at
"""


class RequesterStore:
    """Who is known to one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def is_known(self, contact_id: ContactId, requester: str) -> bool:
        """Say whether somebody has answered rightly for a contact point before."""
        row = await self._transaction.one(
            KNOWN,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            requester=requester,
        )
        return row is not None

    async def remember(self, contact_id: ContactId, requester: str) -> None:
        await self._transaction.run(
            REMEMBER,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            requester=requester,
            now=to_microseconds(self._transaction.now()),
        )
