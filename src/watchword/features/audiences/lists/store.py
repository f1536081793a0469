"""Where it is kept who stands on a list, and where customers are found by what a file names."""

from collections.abc import Collection, Mapping, Sequence

from watchword.features.audiences.rules import AudienceId
from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Transaction

ADD = """
    insert into audience_members (organisation_id, audience_id, customer_id, added_at)
    values (:organisation_id, :audience_id, :customer_id, :added_at)
    on conflict (organisation_id, audience_id, customer_id) do nothing
"""

DROP = """
    delete from audience_members
    where organisation_id = :organisation_id and audience_id = :audience_id
"""

DROP_CUSTOMER = """
    delete from audience_members
    where organisation_id = :organisation_id and customer_id = :customer_id
"""

UNITE = """
    insert into audience_members (organisation_id, audience_id, customer_id, added_at)
    select organisation_id, audience_id, :kept, added_at from audience_members
    where organisation_id = :organisation_id and customer_id = :merged
    on conflict (organisation_id, audience_id, customer_id) do nothing
"""

BY_ID = """
    select id, merged_into from customers
    where organisation_id = :organisation_id and id = :each and state <> 'erased'
"""

BY_NUMBER = """
    select number_index, customer_id from cards
    where organisation_id = :organisation_id and number_index = :each and state <> 'deleted'
"""

BY_CONTACT = """
    select p.blind_index, o.customer_id
    from contact_points p
    join customer_contacts o on o.organisation_id = p.organisation_id and o.contact_id = p.id
    where p.organisation_id = :organisation_id and p.kind = :kind and p.blind_index = :each
"""


class MemberStore:
    """Who stands on the lists of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, id: AudienceId, customers: Collection[CustomerId]) -> None:
        added_at = to_microseconds(self._transaction.now())
        await self._transaction.many(
            ADD,
            [
                {
                    "organisation_id": self._ours,
                    "audience_id": str(id),
                    "customer_id": each,
                    "added_at": added_at,
                }
                for each in sorted(map(str, customers))
            ],
        )

    async def drop(self, id: AudienceId) -> None:
        await self._transaction.run(DROP, organisation_id=self._ours, audience_id=str(id))

    async def drop_customer(self, id: CustomerId) -> None:
        await self._transaction.run(DROP_CUSTOMER, organisation_id=self._ours, customer_id=str(id))

    async def unite(self, kept: CustomerId, merged: CustomerId) -> None:
        """Put one customer on the lists that another is on."""
        await self._transaction.run(
            UNITE, organisation_id=self._ours, kept=str(kept), merged=str(merged)
        )
        await self.drop_customer(merged)


class WhomStore:
    """Customers as they are found by what a file says of them. Nothing of it is kept."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def by_ids(self, ids: Sequence[str]) -> Mapping[str, CustomerId]:
        """Give who has become of each."""
        rows = await self._transaction.each(BY_ID, ids, organisation_id=self._ours)
        return {row["id"]: CustomerId(Id(row["merged_into"] or row["id"])) for row in rows}

    async def by_numbers(self, indexes: Sequence[bytes]) -> Mapping[bytes, CustomerId]:
        rows = await self._transaction.each(BY_NUMBER, indexes, organisation_id=self._ours)
        return {row["number_index"]: CustomerId(Id(row["customer_id"])) for row in rows}

    async def by_contacts(
        self, kind: ContactKind, indexes: Sequence[bytes]
    ) -> Mapping[bytes, Collection[CustomerId]]:
        """Give all who are reached there: a family may share it."""
        rows = await self._transaction.each(
            BY_CONTACT, indexes, organisation_id=self._ours, kind=kind
        )
        found = dict[bytes, set[CustomerId]]()
        for row in rows:
            found.setdefault(row["blind_index"], set()).add(CustomerId(Id(row["customer_id"])))
        return found
