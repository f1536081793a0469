"""Where it is kept which contact point is whose. Several customers may share one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.contacts.store import PersonKey, SealedContact
from watchword.features.customers.closeness.store import ClosenessStore
from watchword.features.customers.rules import CustomerId, Reachable, Tie
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Listing, Row, Transaction

AT_ONCE = 100
"""Ids in one statement: so many as the longest page has. What is missing is filled up."""

ADD = """
    insert into customer_contacts (organisation_id, customer_id, contact_id, kind, added_at)
    values (:organisation_id, :customer_id, :contact_id, :kind, :added_at)
    on conflict (organisation_id, customer_id, contact_id) do nothing
"""

OF = Listing.of(
    """
    select o.customer_id, o.added_at, o.verified_at, o.bad_since,
           p.id, p.kind, p.blind_index, p.sealed_value, p.person_id, k.data_version, k.wrapped
    from customer_contacts o
    join contact_points p on p.organisation_id = o.organisation_id and p.id = o.contact_id
    join person_keys k on k.organisation_id = p.organisation_id and k.person_id = p.person_id
    where o.organisation_id = :organisation_id and o.customer_id in (:of_0)
    order by o.customer_id, o.added_at, o.contact_id
    """,
    AT_ONCE,
)

LEFT = Listing.of(
    """
    select l.customer_id,
           p.id, p.kind, p.blind_index, p.sealed_value, p.person_id, k.data_version, k.wrapped
    from left_contacts l
    join contact_points p on p.organisation_id = l.organisation_id and p.id = l.contact_id
    join person_keys k on k.organisation_id = p.organisation_id and k.person_id = p.person_id
    where l.organisation_id = :organisation_id and l.left_at > :since and l.customer_id in (:of_0)
    order by l.customer_id, l.left_at, l.contact_id
    """,
    AT_ONCE,
)

SHARING = """
    select contact_id, customer_id from customer_contacts
    where organisation_id = :organisation_id and contact_id = :each
"""

REACHABLE = """
    select c.id, c.locale, c.created_at,
           o.contact_id, o.kind, o.added_at, o.verified_at, o.bad_since
    from customer_contacts o
    join customers c on c.organisation_id = o.organisation_id and c.id = o.customer_id
    where o.organisation_id = :organisation_id and o.customer_id in (
        select customer_id from customer_contacts
        where organisation_id = :organisation_id and contact_id = :contact_id
      )
      and c.state = 'active'
    order by c.created_at, c.id, o.added_at, o.contact_id
"""
"""Nested, for SQLite would begin a join with all contact points of the organisation."""

REMOVE = """
    delete from customer_contacts
    where organisation_id = :organisation_id and customer_id = :customer_id
      and contact_id = :contact_id
"""

REMOVE_ALL = """
    delete from customer_contacts
    where organisation_id = :organisation_id and customer_id = :customer_id
"""

MARK_VERIFIED = """
    update customer_contacts set verified_at = :verified_at, bad_since = null
    where organisation_id = :organisation_id and customer_id = :customer_id
      and contact_id = :contact_id
"""

MARK_BAD = """
    update customer_contacts set bad_since = :bad_since
    where organisation_id = :organisation_id and contact_id = :contact_id and bad_since is null
"""

RENEW = """
    update customer_contacts set added_at = :now
    where organisation_id = :organisation_id and customer_id = :kept and not exists (
        select 1 from customer_contacts other
        where other.organisation_id = customer_contacts.organisation_id
          and other.customer_id = :merged and other.contact_id = customer_contacts.contact_id
    )
"""

UNITE = """
    insert into customer_contacts (
        organisation_id, customer_id, contact_id, kind, added_at, verified_at, bad_since
    )
    select organisation_id, :kept, contact_id, kind, :now, verified_at, bad_since
    from customer_contacts
    where organisation_id = :organisation_id and customer_id = :merged
    on conflict (organisation_id, customer_id, contact_id) do update set
        verified_at = case
            when customer_contacts.verified_at is null then excluded.verified_at
            when excluded.verified_at is null then customer_contacts.verified_at
            when excluded.verified_at > customer_contacts.verified_at then excluded.verified_at
            else customer_contacts.verified_at
        end
"""

ALONE = """
    select o.contact_id from customer_contacts o
    join contact_points p on p.organisation_id = o.organisation_id and p.id = o.contact_id
    where o.organisation_id = :organisation_id and o.customer_id = :customer_id
      and not exists (
        select 1 from customer_contacts other
        where other.organisation_id = o.organisation_id and other.contact_id = o.contact_id
          and other.customer_id <> o.customer_id
      )
      and not exists (
        select 1 from staff s
        where s.organisation_id = o.organisation_id and s.contact_id = o.contact_id
      )
    order by o.contact_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A contact point as it rests, and whose it is."""

    customer_id: CustomerId
    sealed: SealedContact
    added_at: datetime
    verified_at: datetime | None
    bad_since: datetime | None


@dataclass(frozen=True, slots=True)
class NewLink:
    customer_id: CustomerId
    contact_id: ContactId
    kind: ContactKind


class ReachedStore:
    """Which contact points are whose in one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._closeness = ClosenessStore(transaction, organisation_id)

    async def add(self, links: Iterable[NewLink]) -> None:
        """Note whose contact points are; what is noted already stays as it is."""
        added_at = to_microseconds(self._transaction.now())
        await self._transaction.many(
            ADD,
            [
                {
                    "organisation_id": self._ours,
                    "customer_id": str(link.customer_id),
                    "contact_id": str(link.contact_id),
                    "kind": link.kind,
                    "added_at": added_at,
                }
                for link in links
            ],
        )

    async def of(self, ids: Sequence[CustomerId]) -> Sequence[Reached]:
        """Give the contact points of some customers, the oldest first."""
        wanted = [str(id) for id in ids]
        rows = await OF.all(self._transaction, wanted, organisation_id=self._ours)
        return [_from_row(row) for row in rows]

    async def left(
        self, ids: Sequence[CustomerId], since: datetime
    ) -> Sequence[tuple[CustomerId, SealedContact]]:
        """Give what was taken from some customers since then, or what they replaced."""
        wanted = [str(id) for id in ids]
        rows = await LEFT.all(
            self._transaction,
            wanted,
            organisation_id=self._ours,
            since=to_microseconds(since),
        )
        return [(CustomerId(Id(row["customer_id"])), _sealed(row)) for row in rows]

    async def sharing(self, ids: Collection[ContactId]) -> Sequence[tuple[ContactId, CustomerId]]:
        """Give whose some contact points are."""
        wanted = [str(id) for id in ids]
        rows = await self._transaction.each(SHARING, wanted, organisation_id=self._ours)
        found = dict.fromkeys((row["contact_id"], row["customer_id"]) for row in rows)
        return [(ContactId(Id(one)), CustomerId(Id(other))) for one, other in found]

    async def reachable(self, id: ContactId) -> Sequence[Reachable]:
        """Give the customers who have a contact point, the oldest first, with all that they have
        besides."""
        rows = await self._transaction.all(
            REACHABLE, organisation_id=self._ours, contact_id=str(id)
        )
        return [_reachable([*of_one]) for _, of_one in groupby(rows, itemgetter("id"))]

    async def remove(self, id: CustomerId, contact_id: ContactId) -> bool:
        """Take a contact point from a customer. That it was theirs is known for a while."""
        await self._closeness.remember(id, contact_id)
        removed = await self._transaction.run(
            REMOVE, organisation_id=self._ours, customer_id=str(id), contact_id=str(contact_id)
        )
        return removed == 1

    async def remove_all(self, id: CustomerId) -> None:
        """Leave nothing that leads to a customer, nor that anything did."""
        await self._closeness.forget(id)
        await self._transaction.run(REMOVE_ALL, organisation_id=self._ours, customer_id=str(id))

    async def mark_verified(self, id: CustomerId, contact_id: ContactId) -> bool:
        changed = await self._transaction.run(
            MARK_VERIFIED,
            organisation_id=self._ours,
            customer_id=str(id),
            contact_id=str(contact_id),
            verified_at=to_microseconds(self._transaction.now()),
        )
        return changed == 1

    async def mark_bad(self, contact_id: ContactId) -> int:
        """Note that a contact point does not work, for all who have it; count them."""
        return await self._transaction.run(
            MARK_BAD,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            bad_since=to_microseconds(self._transaction.now()),
        )

    async def unite(self, kept: CustomerId, merged: CustomerId) -> None:
        """Give one customer what another has; what either has shown to be theirs stays shown.

        What not both had is new to one of them: staff said that it is theirs, and nobody else.
        """
        now = to_microseconds(self._transaction.now())
        both = {"kept": str(kept), "merged": str(merged)}
        for sql in (RENEW, UNITE):
            await self._transaction.run(sql, organisation_id=self._ours, now=now, **both)
        await self._closeness.unite(kept, merged)
        await self.remove_all(merged)

    async def alone(self, id: CustomerId) -> Sequence[ContactId]:
        """Give the contact points of a customer that are nobody else's: no other customer's, and
        nobody's who works here."""
        rows = await self._transaction.all(ALONE, organisation_id=self._ours, customer_id=str(id))
        return [ContactId(Id(row["contact_id"])) for row in rows]


def _reachable(rows: Sequence[Row]) -> Reachable:
    first = rows[0]
    return Reachable(
        id=CustomerId(Id(first["id"])),
        locale=first["locale"],
        created_at=from_microseconds(first["created_at"]),
        ties=[
            Tie(
                contact_id=ContactId(Id(row["contact_id"])),
                kind=ContactKind(row["kind"]),
                added_at=from_microseconds(row["added_at"]),
                verified_at=moment_if_any(row["verified_at"]),
                bad_since=moment_if_any(row["bad_since"]),
            )
            for row in rows
        ],
    )


def _from_row(row: Row) -> Reached:
    return Reached(
        customer_id=CustomerId(Id(row["customer_id"])),
        sealed=_sealed(row),
        added_at=from_microseconds(row["added_at"]),
        verified_at=moment_if_any(row["verified_at"]),
        bad_since=moment_if_any(row["bad_since"]),
    )


def _sealed(row: Row) -> SealedContact:
    return SealedContact(
        id=ContactId(Id(row["id"])),
        kind=ContactKind(row["kind"]),
        blind_index=row["blind_index"],
        sealed_value=row["sealed_value"],
        key=PersonKey(
            person_id=row["person_id"],
            data_version=row["data_version"],
            wrapped=row["wrapped"],
        ),
    )
