"""Where cards are kept: the number sealed, and found by a blind index."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from watchword.features.cards.means import Assurance, Means
from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
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
"""Ids in one statement: so many as the longest page has."""

ADD = """
    insert into cards (
        organisation_id, id, account_id, customer_id, number_index, sealed_number, last_four,
        state, method, assurance, verified_at, linked_from, frozen_at, version, created_at,
        updated_at, deleted_at
    ) values (
        :organisation_id, :id, :account_id, :customer_id, :number_index, :sealed_number, :last_four,
        :state, :method, :assurance, :verified_at, :linked_from, :frozen_at, :version, :created_at,
        :updated_at, :deleted_at
    )
    on conflict (organisation_id, number_index) do nothing
"""

GET = "select * from cards where organisation_id = :organisation_id and id = :id"

HOLD = GET + " for update"

BY_NUMBER = """
    select * from cards where organisation_id = :organisation_id and number_index = :number_index
"""

OF_CUSTOMERS = Listing.of(
    """
    select * from cards
    where organisation_id = :organisation_id and customer_id in (:of_0)
    """,
    AT_ONCE,
)

SOME = Listing.of(
    """
    select * from cards
    where organisation_id = :organisation_id and id in (:of_0)
    """,
    AT_ONCE,
)

HOLD_OF_CUSTOMER = """
    select * from cards where organisation_id = :organisation_id and customer_id = :customer_id
    order by created_at, id
    for update
"""

SAVE = """
    update cards set
        account_id = :account_id, customer_id = :customer_id, state = :state, method = :method,
        assurance = :assurance, verified_at = :verified_at, linked_from = :linked_from,
        frozen_at = :frozen_at, version = :version, updated_at = :updated_at,
        deleted_at = :deleted_at
    where organisation_id = :organisation_id and id = :id
"""

SAVE_NUMBER = """
    update cards set sealed_number = :sealed_number
    where organisation_id = :organisation_id and id = :id
"""

OF_ACCOUNT = """
    select * from cards
    where organisation_id = :organisation_id and account_id = :account_id
    order by created_at, id for update
"""

PAGE = """
    select * from cards
    where organisation_id = :organisation_id
    and (created_at, id) < (:before, :below)
    order by created_at desc, id desc limit :most
"""

PAGE_OF_STATE = """
    select * from cards
    where organisation_id = :organisation_id and state = :state
    and (created_at, id) < (:before, :below)
    order by created_at desc, id desc limit :most
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedNumber:
    """The number of a card as it rests: found by its index, opened with its customer's key."""

    index: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


class CardStore:
    """The cards of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, card: Card, number: SealedNumber) -> bool:
        """Keep a card, unless there is one with its number already."""
        return await self._transaction.run(ADD, **self._values(card, number)) == 1

    async def hold_of_account(self, account_id: AccountId) -> Sequence[Card]:
        """Read the cards of an account, which nobody else can change until the end."""
        rows = await self._transaction.all(
            OF_ACCOUNT, organisation_id=self._ours, account_id=str(account_id)
        )
        return [_card(row) for row in rows]

    async def add_many(self, cards: Iterable[tuple[Card, SealedNumber]]) -> None:
        """Keep cards. Those whose number is there already are left out: look before."""
        rows = [self._values(card, number) for card, number in cards]
        await self._transaction.many(ADD, rows)

    async def get(self, id: CardId) -> Card | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _card(row)

    async def hold(self, id: CardId) -> Card | None:
        """Read a card that nobody else can change until the end."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _card(row)

    async def number(self, id: CardId) -> bytes | None:
        """Give the number of a card, sealed."""
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else row["sealed_number"]

    async def by_number(self, number_index: bytes) -> Card | None:
        row = await self._transaction.one(
            BY_NUMBER, organisation_id=self._ours, number_index=number_index
        )
        return None if row is None else _card(row)

    async def some(self, ids: Collection[CardId]) -> Sequence[Card]:
        wanted = [str(id) for id in ids]
        rows = await SOME.all(self._transaction, wanted, organisation_id=self._ours)
        return [*map(_card, rows)]

    async def of_customers(self, ids: Collection[CustomerId]) -> Sequence[Card]:
        """Give the cards of some customers, the oldest first."""
        wanted = [str(id) for id in ids]
        rows = await OF_CUSTOMERS.all(self._transaction, wanted, organisation_id=self._ours)
        # Sorted here: a database might read all cards in their order, to find these among them.
        return sorted(map(_card, rows), key=lambda card: (card.created_at, card.id))

    async def hold_of_customer(self, customer_id: CustomerId) -> Sequence[Card]:
        rows = await self._transaction.all(
            HOLD_OF_CUSTOMER, organisation_id=self._ours, customer_id=str(customer_id)
        )
        return [_card(row) for row in rows]

    async def page(
        self, state: CardState | None, after: Bookmark | None, most: int
    ) -> Sequence[Card]:
        """Give cards, the newest first; those in one state, or all."""
        which: dict[str, Value] = {} if state is None else {"state": state}
        rows = await self._transaction.all(
            PAGE if state is None else PAGE_OF_STATE,
            organisation_id=self._ours,
            **older_than(after),
            most=most,
            **which,
        )
        return [_card(row) for row in rows]

    async def save(self, card: Card) -> None:
        """Keep what was held."""
        await self._transaction.run(SAVE, organisation_id=self._ours, **_changeable(card))

    async def save_number(self, id: CardId, sealed: bytes) -> None:
        """Keep a number that was sealed for another customer."""
        await self._transaction.run(
            SAVE_NUMBER, organisation_id=self._ours, id=str(id), sealed_number=sealed
        )

    def _values(self, card: Card, number: SealedNumber) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "number_index": number.index,
            "sealed_number": number.sealed,
            "last_four": card.last_four,
            "created_at": to_microseconds(card.created_at),
            **_changeable(card),
        }


def _changeable(card: Card) -> dict[str, Value]:
    return {
        "id": str(card.id),
        "account_id": str(card.account_id),
        "customer_id": str(card.customer_id),
        "state": card.state,
        "method": card.method,
        "assurance": int(card.assurance),
        "verified_at": microseconds_if_any(card.verified_at),
        "linked_from": None if card.linked_from is None else str(card.linked_from),
        "frozen_at": microseconds_if_any(card.frozen_at),
        "version": card.version,
        "updated_at": to_microseconds(card.updated_at),
        "deleted_at": microseconds_if_any(card.deleted_at),
    }


def _card(row: Row) -> Card:
    linked_from = row["linked_from"]
    return Card(
        id=CardId(Id(row["id"])),
        account_id=AccountId(Id(row["account_id"])),
        customer_id=CustomerId(Id(row["customer_id"])),
        last_four=row["last_four"],
        state=CardState(row["state"]),
        method=None if row["method"] is None else Means(row["method"]),
        assurance=Assurance(row["assurance"]),
        verified_at=moment_if_any(row["verified_at"]),
        linked_from=None if linked_from is None else CustomerId(Id(linked_from)),
        frozen_at=moment_if_any(row["frozen_at"]),
        version=row["version"],
        created_at=from_microseconds(row["created_at"]),
        updated_at=from_microseconds(row["updated_at"]),
        deleted_at=moment_if_any(row["deleted_at"]),
    )
