"""What is counted for reports on exceptions: redemptions by location and way, and who is close."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchword.features.audit.rules import Noun
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.misuse.rules import Act, Share
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

SHARES = """
    select location_id,
           count(*) as redemptions,
           sum(case when way = 'master_pin' then 1 else 0 end) as exceptions
    from redemptions
    where organisation_id = :organisation_id and reserved_at >= :since and reserved_at < :until
      and location_id is not null and way <> 'direct'
    group by location_id
"""

OWN = """
    select r.id, r.staff, r.location_id, r.customer_id, r.reserved_at, r.way from redemptions r
    join staff s on s.organisation_id = r.organisation_id
      and (r.staff = s.id or r.staff = 'staff:' || s.id)
    join customer_contacts c
      on c.organisation_id = s.organisation_id and c.contact_id = s.contact_id
    where r.organisation_id = :organisation_id and r.reserved_at >= :since
      and r.reserved_at < :until and r.staff is not null
      and (
        c.customer_id = r.customer_id
        or exists (
          select 1 from account_holders h
          where h.organisation_id = r.organisation_id and h.account_id = r.account_id
            and h.customer_id = c.customer_id
        )
      )
    order by r.reserved_at desc limit :most
"""


class MisuseStore:
    """What is counted of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def shares(self, since: datetime, until: datetime) -> Mapping[LocationId, Share]:
        """Give what share of the redemptions of each location was let through by a master PIN."""
        rows = await self._transaction.all(
            SHARES,
            organisation_id=self._ours,
            since=to_microseconds(since),
            until=to_microseconds(until),
        )
        return {
            LocationId(Id(row["location_id"])): Share(
                int(row["exceptions"]), int(row["redemptions"])
            )
            for row in rows
        }

    async def own(self, since: datetime, until: datetime, most: int) -> Sequence[Act]:
        """Give what staff redeemed for themselves, or for somebody they share an account with; by
        whatever way, for also a code that was texted came to the one who stood at the till."""
        rows = await self._transaction.all(
            OWN,
            organisation_id=self._ours,
            since=to_microseconds(since),
            until=to_microseconds(until),
            most=most,
        )
        return [_act(row) for row in rows]


def _act(row: Row) -> Act:
    location = row["location_id"]
    return Act(
        id=Id(row["id"]),
        staff=Noun.STAFF.of(row["staff"].removeprefix(Noun.STAFF.prefix)),
        location=None if location is None else LocationId(Id(location)),
        customer=CustomerId(Id(row["customer_id"])),
        at=from_microseconds(row["reserved_at"]),
        is_own=True,
    )
