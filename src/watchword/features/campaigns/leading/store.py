"""To which versions of a page campaigns lead."""

from watchword.features.pages.rules import PageId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

LED_TO = """
    select distinct page_version from campaigns
    where organisation_id = :organisation_id and page_id = :page_id and page_version is not null
      and (links_live_until is null or links_live_until > :now)
"""


class LedToStore:
    """Where the campaigns of one organisation lead, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def versions(self, page_id: PageId) -> frozenset[int]:
        """Give the versions of a page to which links lead, or are to lead."""
        now = to_microseconds(self._transaction.now())
        rows = await self._transaction.all(
            LED_TO, organisation_id=self._ours, page_id=str(page_id), now=now
        )
        return frozenset(row["page_version"] for row in rows)
