"""Where it is kept which providers rest. They carry for everybody, so the house keeps it."""

from collections.abc import Mapping

from watchword.features.delivery.rests.rules import Rest
from watchword.features.delivery.rules import ProviderName
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

ALL = """
    select provider, failures, rests_until from provider_rests
    where organisation_id = :organisation_id
"""

BEGIN = """
    insert into provider_rests (organisation_id, provider, failures, rests_until, changed_at)
    values (:organisation_id, :provider, :failures, :rests_until, :now)
    on conflict (organisation_id, provider) do update set
        failures = excluded.failures, rests_until = excluded.rests_until,
        changed_at = excluded.changed_at
"""

END = """
    delete from provider_rests where organisation_id = :organisation_id and provider = :provider
"""


class RestStore:
    """The rests of providers, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def all(self) -> Mapping[ProviderName, Rest]:
        rows = await self._transaction.all(ALL, organisation_id=self._ours)
        return {
            ProviderName(row["provider"]): Rest(
                row["failures"], from_microseconds(row["rests_until"])
            )
            for row in rows
        }

    async def begin(self, provider: ProviderName, rest: Rest) -> None:
        await self._transaction.run(
            BEGIN,
            organisation_id=self._ours,
            provider=provider,
            failures=rest.failures,
            rests_until=to_microseconds(rest.until),
            now=to_microseconds(self._transaction.now()),
        )

    async def end(self, provider: ProviderName) -> None:
        await self._transaction.run(END, organisation_id=self._ours, provider=provider)
