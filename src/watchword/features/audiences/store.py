"""Where audiences are kept, and where those are found whom they mean.

Customers are gone through in the order of their ids, a few thousand at once, so that no statement
is long, whoever is meant by a filter: few of many, or all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from watchword.features.audiences.conditions import Condition, condition_of
from watchword.features.audiences.rules import (
    Audience,
    AudienceId,
    Choice,
    Chosen,
    Count,
    Filter,
    Listed,
    Some,
    Tally,
)
from watchword.features.consents.rules import Scope
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import START, CustomerId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into audiences (
        organisation_id, id, name, filter, tally, version, created_at, updated_at
    ) values (
        :organisation_id, :id, :name, :filter, :tally, :version, :created_at, :updated_at
    )
    on conflict (organisation_id, name) do nothing
"""

SAVE = """
    update audiences set name = :name, filter = :filter, version = :version,
        updated_at = :updated_at
    where organisation_id = :organisation_id and id = :id
"""

DROP = "delete from audiences where organisation_id = :organisation_id and id = :id"

GET = "select * from audiences where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET} for update"

NAMED = "select id from audiences where organisation_id = :organisation_id and name = :name"

COUNT_ALL = "select count(*) as found from audiences where organisation_id = :organisation_id"

ALL = "select * from audiences where organisation_id = :organisation_id order by name, id"

PAGE = """
    select * from audiences
    where organisation_id = :organisation_id and (created_at, id) < (:before, :below)
    order by created_at desc, id desc limit :most
"""

SOME_IN_A_ROW = """
    select max(id) as last, count(*) as found from (
        select id from customers
        where organisation_id = :organisation_id and id > :after
        order by id limit :most
    ) few
"""

SOME_LISTED = """
    select max(customer_id) as last, count(*) as found from (
        select customer_id from audience_members
        where organisation_id = :organisation_id and audience_id = :audience_id
          and customer_id > :after
        order by customer_id limit :most
    ) few
"""

AMONG = """
    (
        select organisation_id, id, locale from customers
        where organisation_id = :organisation_id and id > :after and id <= :last
          and state = 'active'
    ) c
"""

ON_THE_LIST = """
    (
        select p.organisation_id, p.id, p.locale
        from audience_members m
        join customers p on p.organisation_id = m.organisation_id and p.id = m.customer_id
        where m.organisation_id = :organisation_id and m.audience_id = :audience_id
          and m.customer_id > :after and m.customer_id <= :last and p.state = 'active'
    ) c
"""

WHOM = """
    select c.id as customer_id, (
        select o.contact_id from customer_contacts o
        where o.organisation_id = c.organisation_id and o.customer_id = c.id
          and o.bad_since is null and exists (
            select 1 from consents n
            where n.organisation_id = o.organisation_id and n.contact_id = o.contact_id
              and n.scope || '' = :scope
          )
        order by case when o.verified_at is null then 1 else 0 end, o.added_at desc, o.contact_id
        limit 1
    ) as contact_id
    from {among}
    where 1 = 1{conditions}
    order by c.id
"""

# It is asked for each customer by itself. Of a join, SQLite goes through the contact points of all
# customers in a row for each of them: a thousand take a million steps.
#
# A scope alone leads to nearly everybody. Where a database knows nothing of a table yet, it would
# look all of them up by it for each customer; so it is kept from using it for anything but a look.

REACHED = """
    count(case when exists (
        select 1 from customer_contacts o
        join consents n on n.organisation_id = o.organisation_id and n.contact_id = o.contact_id
        where o.organisation_id = c.organisation_id and o.customer_id = c.id
          and o.bad_since is null and n.scope || '' = '{scope}'
    ) then 1 end) as by_{scope}
"""
COUNTED = ", ".join(REACHED.format(scope=each) for each in Scope)

COUNT = "select count(*) as customers, {counted} from {among} where 1 = 1{conditions}"


class AudienceStore:
    """The audiences of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, audience: Audience) -> bool:
        """Keep a new audience, unless there is one of that name."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            created_at=to_microseconds(audience.created_at),
            tally=None if audience.tally is None else _written(audience.tally),
            **_changeable(audience),
        )
        return added == 1

    async def save(self, audience: Audience) -> None:
        await self._transaction.run(SAVE, organisation_id=self._ours, **_changeable(audience))

    async def drop(self, id: AudienceId) -> None:
        await self._transaction.run(DROP, organisation_id=self._ours, id=str(id))

    async def get(self, id: AudienceId) -> Audience | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _audience(row)

    async def hold(self, id: AudienceId) -> Audience | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _audience(row)

    async def is_named(self, name: str, other_than: AudienceId | None = None) -> bool:
        row = await self._transaction.one(NAMED, organisation_id=self._ours, name=name)
        return row is not None and row["id"] != str(other_than)

    async def count_all(self) -> int:
        row = await self._transaction.one(COUNT_ALL, organisation_id=self._ours)
        return 0 if row is None else int(row["found"])

    async def all(self) -> Sequence[Audience]:
        """Give all that there are, by name."""
        rows = await self._transaction.all(ALL, organisation_id=self._ours)
        return [_audience(row) for row in rows]

    async def newest(self, after: Bookmark | None, most: int) -> Sequence[Audience]:
        rows = await self._transaction.all(
            PAGE, organisation_id=self._ours, **older_than(after), most=most
        )
        return [_audience(row) for row in rows]

    async def page(
        self, choice: Choice, scope: Scope, after: CustomerId = START, most: int = 1000
    ) -> Some:
        """Give whom one may write to by a channel, of the next `most` customers behind one.

        Whoever has not agreed, has opted out, or is reached at nothing that works is not among
        them. Each customer stands there once, however many telephones they have.
        """
        found, goes_on = await self.page_as_written(choice, scope, after, most)
        chosen = [Chosen(CustomerId(Id(who)), ContactId(Id(where))) for who, where in found]
        return Some(chosen, goes_on)

    async def page_as_written(
        self, choice: Choice, scope: Scope, after: CustomerId = START, most: int = 1000
    ) -> tuple[Sequence[tuple[str, str]], CustomerId | None]:
        """Give the same as it is written in the database: to read a million ids would take longer
        than to find them."""
        row = await self._row(choice, after, most)
        if row.last is None:
            return (), None
        among, condition = _among(choice)
        found = await self._transaction.all(
            WHOM.format(among=among, conditions=condition.sql),
            organisation_id=self._ours,
            after=str(after),
            last=row.last,
            scope=scope,
            **condition.values,
        )
        pairs = ((each["customer_id"], each["contact_id"]) for each in found)
        return [(who, where) for who, where in pairs if where is not None], row.after

    async def count(
        self, choice: Choice, after: CustomerId, most: int
    ) -> tuple[Count, CustomerId | None]:
        """Count those who are meant of the next `most` customers; say behind whom it goes on."""
        row = await self._row(choice, after, most)
        if row.last is None:
            return Count(), None
        among, condition = _among(choice)
        found = await self._transaction.one(
            COUNT.format(counted=COUNTED, among=among, conditions=condition.sql),
            organisation_id=self._ours,
            after=str(after),
            last=row.last,
            **condition.values,
        )
        if found is None:
            return Count(), row.after
        reached = {each: int(found[f"by_{each}"]) for each in Scope}
        return Count(int(found["customers"]), reached), row.after

    async def _row(self, choice: Choice, after: CustomerId, most: int) -> "_InARow":
        place: dict[str, Value] = {
            "organisation_id": self._ours,
            "after": str(after),
            "most": most,
        }
        if isinstance(choice, Listed):
            listed = str(choice.audience_id)
            row = await self._transaction.one(SOME_LISTED, audience_id=listed, **place)
        else:
            row = await self._transaction.one(SOME_IN_A_ROW, **place)
        if row is None or row["last"] is None:
            return _InARow(None, None)
        goes_on = int(row["found"]) >= most
        return _InARow(row["last"], CustomerId(Id(row["last"])) if goes_on else None)


@dataclass(frozen=True, slots=True)
class _InARow:
    """Some customers in a row: who is the last of them, and behind whom it goes on."""

    last: str | None
    after: CustomerId | None


def _among(choice: Choice) -> tuple[str, Condition]:
    if isinstance(choice, Listed):
        return ON_THE_LIST, Condition("", {"audience_id": str(choice.audience_id)})
    return AMONG, condition_of(choice)


def _written(said: Filter | Tally) -> str:
    return msgspec.json.encode(said).decode()


def _changeable(audience: Audience) -> dict[str, Value]:
    choice = audience.choice
    return {
        "id": str(audience.id),
        "name": audience.name,
        "filter": _written(choice) if isinstance(choice, Filter) else None,
        "version": audience.version,
        "updated_at": to_microseconds(audience.updated_at),
    }


def _audience(row: Row) -> Audience:
    id = AudienceId(Id(row["id"]))
    said, tally = row["filter"], row["tally"]
    return Audience(
        id=id,
        name=row["name"],
        choice=Listed(id) if said is None else msgspec.json.decode(said, type=Filter),
        tally=None if tally is None else msgspec.json.decode(tally, type=Tally),
        version=row["version"],
        created_at=from_microseconds(row["created_at"]),
        updated_at=from_microseconds(row["updated_at"]),
    )
