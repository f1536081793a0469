"""Where it is kept how far providers are ahead: for all workers, and so it belongs to the house."""

from datetime import datetime

from watchword.features.delivery.rules import ProviderName
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

MAKE = """
    insert into provider_paces (organisation_id, provider, free_at)
    values (:organisation_id, :provider, 0)
    on conflict (organisation_id, provider) do nothing
"""

HOLD = """
    select free_at from provider_paces
    where organisation_id = :organisation_id and provider = :provider
    for update
"""

MOVE = """
    update provider_paces set free_at = :free_at
    where organisation_id = :organisation_id and provider = :provider
"""


class PaceStore:
    """The paces of providers, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def make_or_hold(self, provider: ProviderName) -> datetime:
        """Give from when on the next may leave, and let no other worker take any meanwhile."""
        where = {"organisation_id": self._ours, "provider": provider}
        await self._transaction.run(MAKE, **where)
        row = await self._transaction.one(HOLD, **where)
        return from_microseconds(0 if row is None else int(row["free_at"]))

    async def move(self, provider: ProviderName, free_at: datetime) -> None:
        await self._transaction.run(
            MOVE,
            organisation_id=self._ours,
            provider=provider,
            free_at=to_microseconds(free_at),
        )
