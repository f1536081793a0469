"""What pages ask of whoever leads people to them."""

from collections.abc import Collection
from typing import Protocol

from watchword.features.pages.rules import PageId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


class Leading(Protocol):
    async def versions(
        self, transaction: Transaction, organisation_id: OrganisationId, page_id: PageId
    ) -> Collection[int]:
        """Give the versions of a page that somebody is led to, and may be for a while."""
        ...
