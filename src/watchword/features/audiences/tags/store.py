"""Where it is kept which customer has which tags."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from watchword.features.audiences.tags.rules import Tag
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Transaction

ADD = """
    insert into customer_tags (organisation_id, customer_id, tag, added_at)
    values (:organisation_id, :customer_id, :tag, :added_at)
    on conflict (organisation_id, customer_id, tag) do nothing
"""

DROP = """
    delete from customer_tags
    where organisation_id = :organisation_id and customer_id = :customer_id and tag = :tag
"""

DROP_ALL = """
    delete from customer_tags
    where organisation_id = :organisation_id and customer_id = :customer_id
"""

OF = """
    select customer_id, tag from customer_tags
    where organisation_id = :organisation_id and customer_id = :each
"""

NEXT_KIND = """
    select min(tag) as tag from customer_tags
    where organisation_id = :organisation_id and tag > :after
"""

UNITE = """
    insert into customer_tags (organisation_id, customer_id, tag, added_at)
    select organisation_id, :kept, tag, added_at from customer_tags
    where organisation_id = :organisation_id and customer_id = :merged
    on conflict (organisation_id, customer_id, tag) do nothing
"""


class TagStore:
    """The tags of customers of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def of(self, id: CustomerId) -> Sequence[Tag]:
        return (await self.of_some([id]))[id]

    async def of_some(self, ids: Iterable[CustomerId]) -> Mapping[CustomerId, Sequence[Tag]]:
        """Give the tags of some customers, in the order of the alphabet."""
        found: dict[CustomerId, list[Tag]] = {id: [] for id in ids}
        rows = await self._transaction.each(
            OF, [str(id) for id in found], organisation_id=self._ours
        )
        for id, tag in sorted({(row["customer_id"], row["tag"]) for row in rows}):
            found[CustomerId(Id(id))].append(tag)
        return found

    async def kinds(self, most: int) -> Sequence[Tag]:
        """Give the tags that anybody has. Each is found by a look into an index, however many
        customers have it."""
        kinds = list[Tag]()
        while len(kinds) < most:
            after = kinds[-1] if kinds else ""
            row = await self._transaction.one(NEXT_KIND, organisation_id=self._ours, after=after)
            if row is None or row["tag"] is None:
                break
            kinds.append(row["tag"])
        return kinds

    async def add(self, id: CustomerId, tags: Collection[Tag]) -> None:
        added_at = to_microseconds(self._transaction.now())
        rows = [self._row(id, tag) | {"added_at": added_at} for tag in tags]
        await self._transaction.many(ADD, rows)

    async def drop(self, id: CustomerId, tags: Collection[Tag]) -> None:
        await self._transaction.many(DROP, [self._row(id, tag) for tag in tags])

    async def drop_all(self, id: CustomerId) -> None:
        await self._transaction.run(DROP_ALL, organisation_id=self._ours, customer_id=str(id))

    async def unite(self, kept: CustomerId, merged: CustomerId) -> None:
        """Give one customer what another has."""
        await self._transaction.run(
            UNITE, organisation_id=self._ours, kept=str(kept), merged=str(merged)
        )
        await self.drop_all(merged)

    def _row(self, id: CustomerId, tag: Tag) -> dict[str, str | int]:
        return {"organisation_id": self._ours, "customer_id": str(id), "tag": tag}
