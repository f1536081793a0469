"""What happens to a file of a list: its rows are looked up, counted, and let go of.

Nothing of the file is kept but who was found. It is read in pieces, so a long one stands in
nobody's way, and the list is there as a whole or not at all.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from watchword.features.audiences.lists.rules import (
    BYTES_AT_MOST,
    ROWS_AT_MOST,
    Layout,
    ListTooLong,
    Named,
    NoList,
    Unlisted,
    read_headings,
    read_row,
)
from watchword.features.audiences.lists.store import MemberStore, WhomStore
from watchword.features.audiences.rules import (
    Audience,
    AudienceId,
    BadFilter,
    Listed,
    NameTaken,
    Tally,
    TooManyAudiences,
    find_fault_of_name,
    made,
)
from watchword.features.audiences.service import Audiences
from watchword.features.cards.service import COLUMN
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactKind
from watchword.features.contacts.service import index_of
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.imports.files import look
from watchword.features.imports.reading import Reader, Record
from watchword.features.imports.rules import NoTable
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Storage, Transaction

AT_ONCE = 500
"""Rows that are looked up, or written down, together."""
LINES_TOLD = 20
"""Of rows that name nobody, so many are told by their lines. A file is wrong alike in all of them,
or in a few."""


class Lists:
    def __init__(
        self, *, storage: Storage, organisations: Organisations, audiences: Audiences
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._audiences = audiences

    async def receive(
        self, caller: Caller, name: str, pieces: AsyncIterator[bytes]
    ) -> Audience | BadFilter | TooManyAudiences | NameTaken | Unlisted:
        """Make an audience of those whom a file names. What became of its rows stands with it."""
        if fault := find_fault_of_name(name):
            return fault
        found = await self._look_up(caller, pieces)
        if not isinstance(found, _Found):
            return found
        whose, id = caller.organisation.id, AudienceId(new_id())
        await self._write_down(whose, id, found.customers)
        async with self._storage.begin(whose) as transaction:
            listed = made(id, name, Listed(id), transaction.now())
            kept = await self._audiences.keep(
                transaction, caller, replace(listed, tally=found.tally)
            )
            if not isinstance(kept, Audience):
                await MemberStore(transaction, whose).drop(id)
        return kept

    async def _write_down(
        self, whose: OrganisationId, id: AudienceId, customers: Collection[CustomerId]
    ) -> None:
        """Write who is on a list, some at once, so that nobody waits long to write. Of one that
        does not come to its end nothing is left after a day: there is no audience of that id."""
        everybody = iter(sorted(customers))
        while some := [*islice(everybody, AT_ONCE)]:
            async with self._storage.begin(whose) as transaction:
                await MemberStore(transaction, whose).add(id, some)

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None:
        """Whoever is on a list stays there, however they are called by now."""

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        await MemberStore(transaction, caller.organisation.id).unite(kept.id, merged.id)

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None:
        await MemberStore(transaction, caller.organisation.id).drop_customer(id)

    async def _look_up(self, caller: Caller, pieces: AsyncIterator[bytes]) -> "_Found | Unlisted":
        content = bytearray()
        async for piece in pieces:
            content += piece
            if len(content) > BYTES_AT_MOST:
                return ListTooLong()
        sight = look(bytes(content))
        if isinstance(sight, NoTable):
            return NoList()
        layout = read_headings(sight.headings)
        if not isinstance(layout, Layout):
            return layout
        found = _Found(set(), Tally())
        for records in _batches(bytes(content)):
            found = await self._find(caller, records, layout, found)
            if found.tally.read > ROWS_AT_MOST:
                return ListTooLong()
            await asyncio.sleep(0)
        return found

    async def _find(
        self, caller: Caller, records: Sequence[Record], layout: Layout, before: "_Found"
    ) -> "_Found":
        country, whose = caller.organisation.country, caller.organisation.id
        rows = [read_row(each, layout, country) for each in records]
        async with self._storage.reading(whose) as transaction:
            keys = await self._organisations.keys(transaction, whose)
            book = await _Book.of(WhomStore(transaction, whose), keys, rows)
        lines = [one.line for one, row in zip(records, rows, strict=True) if row.is_empty]
        return before.and_(rows, book, lines)


@dataclass(frozen=True, slots=True)
class _Book:
    """Who is named by what, of some rows."""

    keys: OrganisationKeys
    ids: "dict[str, CustomerId]"
    cards: "dict[bytes, CustomerId]"
    contacts: "dict[tuple[ContactKind, bytes], Collection[CustomerId]]"

    @classmethod
    async def of(cls, store: WhomStore, keys: OrganisationKeys, rows: Iterable[Named]) -> "_Book":
        rows = [*rows]
        ids = await store.by_ids(list({each.id for each in rows if each.id}))
        numbers = {_number(keys, each) for each in rows if each.card}
        cards = await store.by_numbers(list(numbers))
        contacts = dict[tuple[ContactKind, bytes], Collection[CustomerId]]()
        for kind in (ContactKind.EMAIL, ContactKind.PHONE):
            wanted = {index_of(keys, each) for row in rows for each in row.reached_by(kind)}
            some = await store.by_contacts(kind, list(wanted))
            contacts |= {(kind, index): whose for index, whose in some.items()}
        return cls(keys, {**ids}, {**cards}, contacts)

    def whom(self, row: Named) -> Collection[CustomerId]:
        """Give whom a row names, by the first thing in it that leads to anybody."""
        if row.id in self.ids:
            return [self.ids[row.id or ""]]
        if row.card and (index := _number(self.keys, row)) in self.cards:
            return [self.cards[index]]
        for each in row.contacts:
            if found := self.contacts.get((each.kind, index_of(self.keys, each))):
                return found
        return ()


@dataclass(frozen=True, slots=True)
class _Found:
    """Who was found so far, and what became of the rows."""

    customers: set[CustomerId]
    tally: Tally

    def and_(self, rows: Sequence[Named], book: _Book, lines: Sequence[int]) -> "_Found":
        counted = dict.fromkeys(("found", "missing", "twice", "refused"), 0)
        for row in rows:
            whom = {*book.whom(row)}
            if row.is_empty:
                counted["refused"] += 1
            elif not whom:
                counted["missing"] += 1
            elif whom <= self.customers:
                counted["twice"] += 1
            else:
                counted["found"] += 1
            self.customers.update(whom)
        before = self.tally
        sums = {name: getattr(before, name) + more for name, more in counted.items()}
        told = (*before.lines, *lines)[:LINES_TOLD]
        return _Found(self.customers, Tally(read=before.read + len(rows), lines=told, **sums))


def _number(keys: OrganisationKeys, row: Named) -> bytes:
    return keys.blind(COLUMN, row.card.reveal()) if row.card else b""


def _batches(content: bytes) -> Iterable[Sequence[Record]]:
    """Give the rows below the headings, some at once. What is quite empty is no row."""
    reader = Reader()
    gathered, is_heading = list[Record](), True
    for records in (reader.feed(content), reader.end()):
        for record in records:
            if is_heading:
                is_heading = False
                continue
            if record.flaw is None and not any(cell.strip() for cell in record.cells):
                continue
            gathered.append(record)
            if len(gathered) >= AT_ONCE:
                yield gathered
                gathered = []
    if gathered:
        yield gathered
