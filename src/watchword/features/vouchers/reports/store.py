"""What is out, counted where it is kept."""

from collections.abc import Sequence
from datetime import datetime

from watchword.features.organisations.rules import LocationId
from watchword.features.vouchers.reports.rules import Out
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Transaction

OUT = """
    select location_id, currency, count(*) as found, sum(value) as worth from vouchers
    where organisation_id = :organisation_id and state = 'open' and taken_at >= :since
    group by location_id, currency order by location_id, currency
"""


class VoucherReportStore:
    """What is out of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def out(self, since: datetime) -> Sequence[Out]:
        rows = await self._transaction.all(
            OUT, organisation_id=self._ours, since=to_microseconds(since)
        )
        return [
            Out(
                location_id=LocationId(Id(row["location_id"])),
                count=row["found"],
                value=int(row["worth"]),
                currency=row["currency"],
            )
            for row in rows
        ]
