"""Where customers are kept: sealed under their own keys, and found by blind terms."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.store import PersonKey
from watchword.features.customers.rules import (
    NOBODY,
    START,
    Customer,
    CustomerId,
    CustomerState,
    NewlySealed,
    Origin,
)
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Listing, Row, Transaction, Value

AT_ONCE = 100
"""Of what is looked for in one statement. What is missing is filled up with the last one."""

ADD = """
    insert into customers (
        organisation_id, id, person_id, sealed_profile, locale, state, origin, version,
        created_at, updated_at
    ) values (
        :organisation_id, :id, :person_id, :sealed_profile, :locale, 'active', :origin, 1,
        :created_at, :created_at
    )
"""

ADD_KEY = """
    insert into person_keys (organisation_id, person_id, data_version, wrapped)
    values (:organisation_id, :person_id, :data_version, :wrapped)
"""

ADD_TERM = """
    insert into customer_terms (organisation_id, term, customer_id)
    values (:organisation_id, :term, :customer_id)
"""
"""Whoever is new has none yet, and whoever has changed has lost theirs: nothing is in the way. To
look for that all the same would take a fifth of the time on PostgreSQL."""

COLUMNS = """
    c.id, c.person_id, c.sealed_profile, c.locale, c.state, c.merged_into, c.origin, c.version,
    c.created_at, c.updated_at, c.deleted_at, k.data_version, k.wrapped
"""
WITH_KEY = """
    customers c left join person_keys k
      on k.organisation_id = c.organisation_id and k.person_id = c.person_id
"""

GET = f"""
    select {COLUMNS} from {WITH_KEY}
    where c.organisation_id = :organisation_id and c.id = :id
"""  # noqa: S608 - made of constants

HOLD = """
    select state, merged_into from customers
    where organisation_id = :organisation_id and id = :id
    for update
"""

PAGE = f"""
    select {COLUMNS} from {WITH_KEY}
    where c.organisation_id = :organisation_id and c.state = 'active'
      and (c.created_at, c.id) < (:before, :below)
    order by c.created_at desc, c.id desc limit :most
"""  # noqa: S608 - likewise

UNDER = f"""
    select {COLUMNS}
    from customer_terms t
    join customers c on c.organisation_id = t.organisation_id and c.id = t.customer_id
    join person_keys k on k.organisation_id = c.organisation_id and k.person_id = c.person_id
    where t.organisation_id = :organisation_id and t.term = :term and t.customer_id > :after
    order by t.customer_id limit :most
"""  # noqa: S608 - likewise

WHO_HAS = f"""
    select {COLUMNS}
    from customer_contacts o
    join customers c on c.organisation_id = o.organisation_id and c.id = o.customer_id
    join person_keys k on k.organisation_id = c.organisation_id and k.person_id = c.person_id
    where o.organisation_id = :organisation_id and o.contact_id = :contact_id
      and o.customer_id > :after
    order by o.customer_id limit :most
"""  # noqa: S608 - likewise

OF_TERMS = """
    select term, customer_id from customer_terms
    where organisation_id = :organisation_id and term = :each
"""

SOME = Listing.of(
    f"""
    select {COLUMNS} from {WITH_KEY}
    where c.organisation_id = :organisation_id and c.id in (:of_0)
    """,  # noqa: S608 - likewise
    AT_ONCE,
)

SOME_AS_IT_GROWS = f"""
    select {COLUMNS} from {WITH_KEY}
    where c.organisation_id = :organisation_id and c.id = :each
"""  # noqa: S608 - likewise

SAVE = """
    update customers set
        sealed_profile = :sealed_profile, locale = :locale, state = :state,
        merged_into = :merged_into, version = :version, updated_at = :updated_at,
        deleted_at = :deleted_at
    where organisation_id = :organisation_id and id = :id
"""

LEAD_ON = """
    update customers set merged_into = :kept
    where organisation_id = :organisation_id and merged_into = :merged
"""

ALIASES = """
    select id from customers
    where organisation_id = :organisation_id and merged_into = :id
    order by created_at, id
"""

DROP_TERMS = """
    delete from customer_terms
    where organisation_id = :organisation_id and customer_id = :customer_id
"""

UNNAME = """
    update customers set person_id = '' where organisation_id = :organisation_id and id = :id
"""

DROP_KEY = "delete from person_keys where organisation_id = :organisation_id and person_id = :id"

NOTHING = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCustomer:
    """A customer as they rest. Of one who was merged or forgotten there is no key any more."""

    customer: Customer
    """Without a name and without contacts."""
    sealed_profile: bytes = field(repr=False)
    key: PersonKey | None
    terms: Collection[bytes] = field(default=(), repr=False)


class CustomerStore:
    """The customers of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, *sealed: NewlySealed) -> None:
        """Keep new customers with their keys and terms: one statement for each table."""
        now = to_microseconds(self._transaction.now())
        await self._transaction.many(ADD, (self._written(each, now) for each in sealed))
        await self._transaction.many(ADD_KEY, map(self._key, sealed))
        # Terms lie where chance has put them: in order, no page of the table is touched twice.
        terms = [(term, id) for each in sealed for id in (str(each.id),) for term in each.terms]
        await self._add_terms(sorted(terms))

    async def get(self, id: CustomerId) -> SealedCustomer | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: CustomerId) -> SealedCustomer | None:
        """Read a customer whom nobody else can change until the end."""
        held = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if held is None else await self.get(id)

    async def page(self, after: Bookmark | None, most: int) -> Sequence[SealedCustomer]:
        """Give customers, the newest first."""
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            **older_than(after),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def under(
        self, term: bytes, *, after: CustomerId = START, most: int
    ) -> Sequence[SealedCustomer]:
        """Give customers who have a term, in an order of their own."""
        rows = await self._transaction.all(
            UNDER, organisation_id=self._ours, term=term, after=str(after), most=most
        )
        return [_from_row(row) for row in rows]

    async def of_terms(self, terms: Sequence[bytes]) -> Sequence[tuple[bytes, CustomerId]]:
        """Give who has which of some terms, without reading who they are."""
        rows = await self._transaction.each(OF_TERMS, terms, organisation_id=self._ours)
        return [*{(row["term"], CustomerId(Id(row["customer_id"]))): None for row in rows}]

    async def some(self, ids: Collection[CustomerId]) -> Sequence[SealedCustomer]:
        wanted = [str(id) for id in ids]
        return _each(await SOME.all(self._transaction, wanted, organisation_id=self._ours))

    async def some_as_it_grows(self, ids: Collection[CustomerId]) -> Sequence[SealedCustomer]:
        """Do the same while many come in. It asks for more than a page is to take."""
        wanted = [str(id) for id in ids]
        rows = await self._transaction.each(SOME_AS_IT_GROWS, wanted, organisation_id=self._ours)
        return _each(rows)

    async def who_has(
        self, contact_id: ContactId, *, after: CustomerId = START, most: int
    ) -> Sequence[SealedCustomer]:
        rows = await self._transaction.all(
            WHO_HAS,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            after=str(after),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def save(self, sealed: SealedCustomer) -> None:
        """Keep what was held, with its terms."""
        customer = sealed.customer
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(customer.id),
            sealed_profile=sealed.sealed_profile,
            locale=customer.locale,
            state=customer.state,
            merged_into=None if customer.merged_into is None else str(customer.merged_into),
            version=customer.version,
            updated_at=to_microseconds(customer.updated_at),
            deleted_at=microseconds_if_any(customer.deleted_at),
        )
        await self._transaction.run(
            DROP_TERMS, organisation_id=self._ours, customer_id=str(customer.id)
        )
        await self._add_terms((term, str(customer.id)) for term in sealed.terms)

    async def empty(self, sealed: SealedCustomer) -> None:
        """Keep of a customer nothing but that there was one: name, terms and key go."""
        bare = replace(sealed, sealed_profile=NOTHING, key=None, terms=())
        await self.save(bare)
        customer = sealed.customer
        await self._transaction.run(DROP_KEY, organisation_id=self._ours, id=customer.person_id)
        await self._transaction.run(UNNAME, organisation_id=self._ours, id=str(customer.id))

    async def lead_on(self, merged: CustomerId, kept: CustomerId) -> None:
        """Let whoever was merged into one lead to the other, so that no id takes two steps."""
        await self._transaction.run(
            LEAD_ON, organisation_id=self._ours, merged=str(merged), kept=str(kept)
        )

    async def aliases(self, id: CustomerId) -> Sequence[CustomerId]:
        rows = await self._transaction.all(ALIASES, organisation_id=self._ours, id=str(id))
        return [CustomerId(Id(row["id"])) for row in rows]

    async def _add_terms(self, terms: Iterable[tuple[bytes, str]]) -> None:
        ours = self._ours
        await self._transaction.many(
            ADD_TERM,
            [{"organisation_id": ours, "term": term, "customer_id": id} for term, id in terms],
        )

    def _written(self, new: NewlySealed, now: int) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "id": str(new.id),
            "person_id": new.person_id,
            "sealed_profile": new.sealed_profile,
            "locale": new.locale,
            "origin": new.origin,
            "created_at": now,
        }

    def _key(self, new: NewlySealed) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "person_id": new.person_id,
            "data_version": new.data_version,
            "wrapped": new.wrapped,
        }


def _each(rows: Sequence[Row]) -> Sequence[SealedCustomer]:
    return [*{row["id"]: _from_row(row) for row in rows}.values()]


def _from_row(row: Row) -> SealedCustomer:
    key = None
    if row["wrapped"] is not None:
        key = PersonKey(
            person_id=row["person_id"], data_version=row["data_version"], wrapped=row["wrapped"]
        )
    merged_into = row["merged_into"]
    customer = Customer(
        id=CustomerId(Id(row["id"])),
        person_id=row["person_id"],
        profile=NOBODY,
        locale=row["locale"],
        state=CustomerState(row["state"]),
        origin=Origin(row["origin"]),
        merged_into=None if merged_into is None else CustomerId(Id(merged_into)),
        version=row["version"],
        created_at=from_microseconds(row["created_at"]),
        updated_at=from_microseconds(row["updated_at"]),
        deleted_at=moment_if_any(row["deleted_at"]),
    )
    return SealedCustomer(customer=customer, sealed_profile=row["sealed_profile"], key=key)
