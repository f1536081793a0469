"""Where it is kept which sender was chosen for which country."""

from collections.abc import Sequence

from watchword.features.schemes.rules import SchemeId
from watchword.features.schemes.senders.rules import Sender
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into scheme_senders (
        organisation_id, scheme_id, country, service_sid, created_at, changed_at
    ) values (
        :organisation_id, :scheme_id, :country, :service_sid, :created_at, :changed_at
    ) on conflict (organisation_id, scheme_id, country) do nothing
"""

SAVE = """
    update scheme_senders set service_sid = :service_sid, changed_at = :changed_at
    where organisation_id = :organisation_id and scheme_id = :scheme_id and country = :country
"""

OF = """
    select * from scheme_senders
    where organisation_id = :organisation_id and scheme_id = :scheme_id
    order by created_at, country
"""

REMOVE = """
    delete from scheme_senders
    where organisation_id = :organisation_id and scheme_id = :scheme_id and country = :country
"""

REMOVE_OF = """
    delete from scheme_senders where organisation_id = :organisation_id and scheme_id = :scheme_id
"""


class SenderStore:
    """What one organisation has chosen, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, sender: Sender) -> bool:
        """Keep a choice; say whether there was none for the country."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            created_at=to_microseconds(sender.created_at),
            **_written(sender),
        )
        return added == 1

    async def save(self, sender: Sender) -> None:
        await self._transaction.run(SAVE, organisation_id=self._ours, **_written(sender))

    async def of(self, scheme_id: SchemeId) -> Sequence[Sender]:
        """Give what was chosen under a scheme, the first first."""
        rows = await self._transaction.all(OF, organisation_id=self._ours, scheme_id=str(scheme_id))
        return [_from_row(row) for row in rows]

    async def remove(self, scheme_id: SchemeId, country: str) -> bool:
        removed = await self._transaction.run(
            REMOVE, organisation_id=self._ours, scheme_id=str(scheme_id), country=country
        )
        return removed == 1

    async def remove_of(self, scheme_id: SchemeId) -> None:
        await self._transaction.run(REMOVE_OF, organisation_id=self._ours, scheme_id=str(scheme_id))


def _written(sender: Sender) -> dict[str, str | int]:
    return {
        "scheme_id": str(sender.scheme_id),
        "country": sender.country,
        "service_sid": sender.service_sid,
        "changed_at": to_microseconds(sender.changed_at),
    }


def _from_row(row: Row) -> Sender:
    return Sender(
        scheme_id=SchemeId(Id(row["scheme_id"])),
        country=row["country"],
        service_sid=row["service_sid"],
        created_at=from_microseconds(row["created_at"]),
        changed_at=from_microseconds(row["changed_at"]),
    )
