"""A crowd of customers with their cards, poured into an empty database for others to measure.

All is sealed and written down as an import does it, by the same stores. Only the way into
PostgreSQL is another: rows are copied into tables that have no index yet, a batch at a time, so a
million takes minutes, and nothing is open for long.
"""

import re
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, NoReturn, TypeAlias

import asyncpg

from bench.measures import say
from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.cards.service import COLUMN
from watchword.features.cards.store import CardStore, SealedNumber
from watchword.features.contacts.rules import Contact, ContactKind
from watchword.features.contacts.store import ContactStore
from watchword.features.customers.accounts.rules import NewAccount, opened
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.bulk.rules import ReadyCustomer
from watchword.features.customers.bulk.service import made_ready
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.matching import Trait
from watchword.features.customers.reached.store import NewLink, ReachedStore
from watchword.features.customers.rules import CustomerId, NewCustomer, Origin, Profile
from watchword.features.customers.store import CustomerStore
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.rules import Organisation
from watchword.foundation.ids import new_ids
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction, Value

Ways: TypeAlias = Callable[[], AbstractAsyncContextManager[Transaction]]
"""How a transaction is opened that takes what many statements of one kind write."""

AT_ONCE = 1_000
TOLD_AFTER = 50_000
FIRST_BORN = date(1940, 1, 1)
BEGIN = 29_000_000
"""The first number of a card."""
GIVEN = ("Anna", "Maria", "Ursula", "Monika", "Petra", "Sabine", "Peter", "Michael", "Thomas")
FAMILY = ("Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker")
STEMS = ("Bach", "Berg", "Brunn", "Dorf", "Eich", "Feld", "Groß", "Kirch", "Mühl", "Ober", "Stein")
ENDS = ("mann", "meier", "er", "hofer", "berger", "bauer", "müller", "huber", "egger", "inger")
STATES = (CardState.UNVERIFIED, CardState.VERIFIED, CardState.VERIFIED)

FILLED = (
    *("customers", "person_keys", "customer_terms", "customer_contacts", "contact_points"),
    *("accounts", "account_holders", "cards", "duplicates"),
)
INSERT = re.compile(
    r"insert into (?P<table>\w+) \((?P<columns>[^)]*)\)\s*values \((?P<values>[^)]*)\)"
)
INDEXES = """
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made,
           i.indrelid::regclass::text as of, c.conname as key, pg_get_constraintdef(c.oid) as rule
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p'
    where i.indrelid = any($1::regclass[])
    order by pg_relation_size(i.indrelid), i.indexrelid
"""
QUICKLY = """
    set synchronous_commit = off; set maintenance_work_mem = '1GB'; set max_parallel_workers = 2
"""


async def pour(
    ways: Ways, keys: OrganisationKeys, organisation: Organisation, many: int
) -> datetime:
    """Keep so many customers, each with an account and a card, and note who may be one person.

    Give the moment at which half of them were there.
    """
    people, began = everybody(many), time.perf_counter()
    born, half = dict[bytes, CustomerId](), datetime.now(UTC)
    for first in range(0, many, AT_ONCE):
        draw = new_ids()
        ready = [
            made_ready(keys, each, organisation.locale, draw)[0] for each in islice(people, AT_ONCE)
        ]
        async with ways() as transaction:
            await _keep(transaction, keys, ready, first)
            alike = [(id, each.sealed.id) for each in ready if (id := born.get(each.born or b""))]
            traits = [Trait.NAME, Trait.BIRTH_DATE]
            store = DuplicateStore(transaction, organisation.id)
            await store.add((*pair, traits) for pair in alike)
        born.update((each.born, each.sealed.id) for each in ready if each.born)
        if first <= many // 2:
            half = datetime.now(UTC)
        if first % TOLD_AFTER == 0:
            say(f"{first:,} of {many:,} customers after {time.perf_counter() - began:.0f} s")
    return half


async def _keep(
    transaction: Transaction, keys: OrganisationKeys, ready: Sequence[ReadyCustomer], first: int
) -> None:
    whose, now = keys.organisation_id, transaction.now()
    await ContactStore(transaction, whose).add_many(
        [contact for each in ready for contact in each.contacts]
    )
    await CustomerStore(transaction, whose).add(*(each.sealed for each in ready))
    await ReachedStore(transaction, whose).add(
        NewLink(each.sealed.id, contact.id, contact.kind)
        for each in ready
        for contact in each.contacts
    )
    await AccountStore(transaction, whose).add(
        (opened(each.account_id, each.account or NewAccount(), now), each.sealed.id)
        for each in ready
    )
    await CardStore(transaction, whose).add_many(cards(keys, ready, first, now))


def everybody(many: int) -> Iterator[NewCustomer]:
    """Names are as common as in life: every thirtieth is a Müller."""
    chance = Random(7)  # noqa: S311 - figures, no secret
    families = [*FAMILY, *(f"{stem}{end}" for stem in STEMS for end in ENDS)]
    weights = [20, 15, 10, 8, 8, 7, 7, 6, *[5] * (len(families) - len(FAMILY))]
    for number in range(many):
        [family] = chance.choices(families, weights)
        born = FIRST_BORN + timedelta(days=chance.randrange(25_000))
        yield NewCustomer(
            profile=Profile(chance.choice(GIVEN), family, born),
            contacts=[
                _contact(ContactKind.EMAIL, f"c{number}@example.org"),
                _contact(ContactKind.PHONE, f"+49{1700000000 + number}"),
            ],
            origin=Origin.IMPORT,
            account=NewAccount(points=chance.randrange(5_000)),
        )


def cards(
    keys: OrganisationKeys, ready: Sequence[ReadyCustomer], first: int, came: datetime
) -> Iterator[tuple[Card, SealedNumber]]:
    """Give each a card. Its number is what an import would keep of it, as far as lists go."""
    draw = new_ids()
    for place, each in enumerate(ready, first):
        number = f"{BEGIN + place}"
        card = Card(
            id=CardId(draw()),
            account_id=each.account_id,
            customer_id=each.sealed.id,
            last_four=number[-4:],
            state=STATES[place % len(STATES)],
            created_at=came,
            updated_at=came,
        )
        yield card, SealedNumber(index=keys.blind(COLUMN, number), sealed=b"")


def _contact(kind: ContactKind, address: str) -> Contact:
    """Give a contact point as if it had been read; to read them is the business of an import."""
    return Contact(kind, Secret(address), Secret(address), "•••")


@asynccontextmanager
async def copying(admin_url: str) -> AsyncIterator[Ways]:
    """Take the indexes from the tables, let rows be copied in, and put the indexes back.

    At the end the database is as PostgreSQL itself leaves it after a while: vacuumed, analysed, and
    with nothing waiting to be written. It takes a superuser: whom policies bind may not copy.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(QUICKLY)
        indexes = await connection.fetch(INDEXES, [*FILLED])
        for index in indexes:
            await connection.execute(
                f"alter table {index['of']} drop constraint {index['key']}"
                if index["key"]
                else f"drop index {index['name']}"
            )
        yield lambda: _copy(connection)
        for index in indexes:
            began = time.perf_counter()
            await connection.execute(
                f"alter table {index['of']} add constraint {index['key']} {index['rule']}"
                if index["key"]
                else index["made"]
            )
            say(f"{index['name']} was built in {time.perf_counter() - began:.0f} s")
        await connection.execute("vacuum (analyze)")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


@asynccontextmanager
async def _copy(connection: "asyncpg.Connection[Any]") -> AsyncIterator[Transaction]:
    yield _Copy(connection)


class _Copy(Transaction):
    """Takes what stores write for many rows at once, and copies it in. It answers no question."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection
        self._now = lambda: datetime.now(UTC)

    async def many(self, sql: str, rows: Iterable[Mapping[str, Value]], /) -> None:
        into = _Into.read(sql)
        await self._connection.copy_records_to_table(
            into.table, records=map(into.record, rows), columns=into.columns
        )

    async def one(self, sql: str, /, **values: Value) -> NoReturn:
        raise NotImplementedError

    async def all(self, sql: str, /, **values: Value) -> NoReturn:
        raise NotImplementedError

    async def each(self, sql: str, words: object, /, **values: Value) -> NoReturn:
        raise NotImplementedError

    async def run(self, sql: str, /, **values: Value) -> NoReturn:
        raise NotImplementedError

    async def _open(self) -> NoReturn:
        raise NotImplementedError

    async def _keep(self) -> NoReturn:
        raise NotImplementedError

    async def _undo(self, fault: BaseException) -> NoReturn:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _Into:
    """Where an insert of a store puts its values: `:name`, a word in quotes, or a number."""

    table: str
    columns: Sequence[str]
    values: Sequence[str]

    @classmethod
    def read(cls, sql: str) -> "_Into":
        found = INSERT.search(sql)
        if found is None:
            raise ValueError(sql)
        columns, values = _words(found["columns"]), _words(found["values"])
        if len(columns) != len(values) or found["table"] not in FILLED:
            raise ValueError(sql)
        return cls(found["table"], columns, values)

    def record(self, row: Mapping[str, Value]) -> Sequence[Value]:
        return [row[said[1:]] if said[0] == ":" else _literal(said) for said in self.values]


def _words(said: str) -> Sequence[str]:
    return [word.strip() for word in said.split(",")]


def _literal(said: str) -> Value:
    return said[1:-1] if said[0] == "'" else int(said)
