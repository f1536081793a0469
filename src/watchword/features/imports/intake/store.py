"""Where it is kept what rows are known by: digests alone, and the customer's own number sealed."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from watchword.features.customers.rules import CustomerId
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Listing, Transaction

AT_ONCE = 200
"""Ids in one statement."""

KNOWN = """
    select key, customer_id from import_keys
    where organisation_id = :organisation_id and key = :each
"""

CARDS = """
    select number_index from cards
    where organisation_id = :organisation_id and number_index = :each
"""

NUMBERS = Listing.of(
    """
    select customer_id, id, sealed_number from import_keys
    where organisation_id = :organisation_id and sealed_number is not null
      and customer_id in (:of_0)
""",
    AT_ONCE,
)

ADD = """
    insert into import_keys (organisation_id, key, id, customer_id, person_id, sealed_number)
    values (:organisation_id, :key, :id, :customer_id, :person_id, :sealed_number)
"""

UNITE = """
    update import_keys set customer_id = :kept, sealed_number = null
    where organisation_id = :organisation_id and customer_id = :merged
"""

DROP = """
    delete from import_keys where organisation_id = :organisation_id and customer_id = :customer_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    id: str
    key: bytes = field(repr=False)
    customer_id: CustomerId
    person_id: str = field(repr=False)
    """Under whose key the number is sealed."""
    sealed_number: bytes | None = field(default=None, repr=False)


class KeyStore:
    """What rows of one organisation are known by, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def known(self, keys: Sequence[bytes]) -> Mapping[bytes, CustomerId]:
        rows = await self._transaction.each(KNOWN, keys, organisation_id=self._ours)
        return {row["key"]: CustomerId(Id(row["customer_id"])) for row in rows}

    async def cards(self, indexes: Sequence[bytes]) -> frozenset[bytes]:
        """Give which of some cards there are, by the index of their number."""
        rows = await self._transaction.each(CARDS, indexes, organisation_id=self._ours)
        return frozenset(row["number_index"] for row in rows)

    async def numbers(self, ids: Sequence[CustomerId]) -> Mapping[CustomerId, tuple[str, bytes]]:
        """Give the numbers that customers have elsewhere: with the id of the row, and sealed."""
        wanted = [str(id) for id in ids]
        rows = await NUMBERS.all(self._transaction, wanted, organisation_id=self._ours)
        return {
            CustomerId(Id(row["customer_id"])): (row["id"], row["sealed_number"]) for row in rows
        }

    async def add(self, keys: Iterable[NewKey]) -> None:
        await self._transaction.many(
            ADD,
            [
                {
                    "organisation_id": self._ours,
                    "key": new.key,
                    "id": new.id,
                    "person_id": new.person_id,
                    "customer_id": str(new.customer_id),
                    "sealed_number": new.sealed_number,
                }
                for new in sorted(keys, key=attrgetter("key"))
            ],
        )

    async def unite(self, kept: CustomerId, merged: CustomerId) -> None:
        """Let rows lead to whoever somebody was merged into; what was sealed goes with its key."""
        await self._transaction.run(
            UNITE, organisation_id=self._ours, kept=str(kept), merged=str(merged)
        )

    async def drop(self, id: CustomerId) -> None:
        await self._transaction.run(DROP, organisation_id=self._ours, customer_id=str(id))


class Tried:
    """What the rows of a trial are known by: on the disk, so that it takes no memory, and in no
    database of ours. Digests alone stand there, and it is gone with the trial."""

    def __init__(self) -> None:
        self._tried = sqlite3.connect("")
        self._tried.execute("create table tried (key blob primary key, owner blob) without rowid")

    def known(self, keys: Iterable[bytes]) -> Mapping[bytes, bytes]:
        ask, found = "select owner from tried where key = ?", dict[bytes, bytes]()
        for key in keys:
            row = self._tried.execute(ask, (key,)).fetchone()
            if row is not None:
                found[key] = row[0]
        return found

    def add(self, keys: Iterable[tuple[bytes, bytes]]) -> None:
        self._tried.executemany("insert or ignore into tried values (?, ?)", keys)

    def close(self) -> None:
        self._tried.close()
