"""Where contact points are kept: sealed under the key of their person, found by a blind index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from watchword.features.contacts.rules import ContactId, ContactKind, NewContact
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction, Value

FIND = """
    select id from contact_points
    where organisation_id = :organisation_id and kind = :kind and blind_index = :blind_index
"""

FIND_MANY = """
    select id, blind_index from contact_points
    where organisation_id = :organisation_id and kind = :kind and blind_index = :each
"""

MEET = """
    select
        (
            select id from contact_points
            where organisation_id = :organisation_id and kind = :kind
              and blind_index = :blind_index
            for key share
        ) as id,
        exists (
            select 1 from suppressions
            where organisation_id = :organisation_id and digest = :digest and kind = 'everything'
        ) as is_opted_out
"""
"""Both in one question, for it is asked with every code. Whoever forgets a person waits for all who
are writing to them, so that nothing is sent to somebody who is no more."""

ADD = """
    insert into contact_points (
        organisation_id, id, person_id, kind, blind_index, sealed_value, created_at
    ) values (
        :organisation_id, :id, :person_id, :kind, :blind_index, :sealed_value, :created_at
    )
    on conflict (organisation_id, kind, blind_index) do nothing
"""

ADD_NEW = ADD.replace("on conflict (organisation_id, kind, blind_index) do nothing", "")
"""A key without its contact point would stay for good, so here a conflict is a fault."""

ADD_KEY = """
    insert into person_keys (organisation_id, person_id, data_version, wrapped)
    values (:organisation_id, :person_id, :data_version, :wrapped)
"""

GET = """
    select c.id, c.person_id, c.kind, c.blind_index, c.sealed_value, k.data_version, k.wrapped
    from contact_points c
    join person_keys k on k.organisation_id = c.organisation_id and k.person_id = c.person_id
    where c.organisation_id = :organisation_id and c.id = :id
"""

GET_KEY = """
    select person_id, data_version, wrapped from person_keys
    where organisation_id = :organisation_id and person_id = :person_id
"""

OLD_KEYS = """
    select person_id, data_version, wrapped from person_keys
    where organisation_id = :organisation_id and data_version < :data_version
    order by person_id limit :most
    for update skip locked
"""

COUNT_OLD_KEYS = """
    select count(*) as found from person_keys
    where organisation_id = :organisation_id and data_version < :data_version
"""

REWRAP = """
    update person_keys set data_version = :data_version, wrapped = :wrapped
    where organisation_id = :organisation_id and person_id = :person_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKey:
    """The key of a person as it rests: locked by the organisation's key of that version.

    Whoever destroys it makes all that is known about the person unreadable.
    """

    person_id: str
    data_version: int
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedContact:
    """A contact point as it rests."""

    id: ContactId
    kind: ContactKind
    blind_index: bytes = field(repr=False)
    sealed_value: bytes = field(repr=False)
    key: PersonKey


class ContactStore:
    """The contact points of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def find(self, kind: ContactKind, blind_index: bytes) -> ContactId | None:
        row = await self._transaction.one(
            FIND, organisation_id=self._ours, kind=kind, blind_index=blind_index
        )
        return None if row is None else ContactId(Id(row["id"]))

    async def meet(
        self, kind: ContactKind, blind_index: bytes, digest: bytes
    ) -> tuple[ContactId | None, bool]:
        """Give a contact point, which stays until the transaction ends; and whether its person
        wants to hear nothing at all. `digest` is what such a wish is known by."""
        row = await self._transaction.one(
            MEET,
            organisation_id=self._ours,
            kind=kind,
            blind_index=blind_index,
            digest=digest,
        )
        if row is None:
            return None, False
        id = None if row["id"] is None else ContactId(Id(row["id"]))
        return id, bool(row["is_opted_out"])

    async def add(self, contact: NewContact) -> bool:
        """Keep a contact point with the key of its person, unless it is there already."""
        now = to_microseconds(self._transaction.now())
        added = await self._transaction.run(ADD, **self._written(contact, now))
        if added:
            await self._transaction.run(ADD_KEY, **self._key(contact))
        return added == 1

    async def find_many(
        self, kind: ContactKind, indexes: Sequence[bytes]
    ) -> Mapping[bytes, ContactId]:
        """Give those that there are, by their blind index."""
        rows = await self._transaction.each(
            FIND_MANY, indexes, organisation_id=self._ours, kind=kind
        )
        return {row["blind_index"]: ContactId(Id(row["id"])) for row in rows}

    async def add_many(self, contacts: Sequence[NewContact]) -> None:
        """Keep contact points that nobody knows: whoever knows one by now stands in the way."""
        now = to_microseconds(self._transaction.now())
        in_order = sorted(contacts, key=attrgetter("blind_index"))
        await self._transaction.many(ADD_NEW, [self._written(each, now) for each in in_order])
        await self._transaction.many(ADD_KEY, [self._key(each) for each in contacts])

    async def get(self, id: ContactId) -> SealedContact | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def key_of(self, person_id: str) -> PersonKey | None:
        row = await self._transaction.one(GET_KEY, organisation_id=self._ours, person_id=person_id)
        return None if row is None else _key_from_row(row)

    async def old_keys(self, data_version: int, most: int) -> list[PersonKey]:
        """Hold keys of persons that are locked by an older version."""
        rows = await self._transaction.all(
            OLD_KEYS, organisation_id=self._ours, data_version=data_version, most=most
        )
        return [_key_from_row(row) for row in rows]

    async def count_old_keys(self, data_version: int) -> int:
        row = await self._transaction.one(
            COUNT_OLD_KEYS, organisation_id=self._ours, data_version=data_version
        )
        return 0 if row is None else int(row["found"])

    async def rewrap(self, keys: list[PersonKey]) -> None:
        await self._transaction.many(
            REWRAP,
            [self._key(key) for key in keys],
        )

    def _written(self, contact: NewContact, now: int) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "id": str(contact.id),
            "person_id": contact.person_id,
            "kind": contact.kind,
            "blind_index": contact.blind_index,
            "sealed_value": contact.sealed_value,
            "created_at": now,
        }

    def _key(self, key: PersonKey | NewContact) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "person_id": key.person_id,
            "data_version": key.data_version,
            "wrapped": key.wrapped,
        }


def _from_row(row: Row) -> SealedContact:
    return SealedContact(
        id=ContactId(Id(row["id"])),
        kind=ContactKind(row["kind"]),
        blind_index=row["blind_index"],
        sealed_value=row["sealed_value"],
        key=_key_from_row(row),
    )


def _key_from_row(row: Row) -> PersonKey:
    return PersonKey(
        person_id=row["person_id"], data_version=row["data_version"], wrapped=row["wrapped"]
    )
