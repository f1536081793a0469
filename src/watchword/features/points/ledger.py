"""What points are: transfers between books, each of which balances by itself.

Two books are an account's own: what its holders can spend, and what is put by for a sale. The
others are the organisation's. What an account has is never below zero, whatever comes in whatever
order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType
from uuid import UUID

from watchword.features.customers.accounts.rules import AccountId
from watchword.features.organisations.rules import LocationId

TransferId = NewType("TransferId", UUID)

POINTS_AT_MOST = 1_000_000_000
"""In one transfer."""


class Book(StrEnum):
    """Where points are."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    """Put by for a sale that is not over."""
    ISSUED = "issued"
    """Where points come from that are earned."""
    SPENT = "spent"
    ADJUSTED = "adjusted"
    """Where staff take points from, and put them."""


class Kind(StrEnum):
    """Why points were moved."""

    EARNED = "earned"
    RESERVED = "reserved"
    COMMITTED = "committed"
    RELEASED = "released"
    REVERSED = "reversed"
    ADJUSTED = "adjusted"
    MERGED = "merged"


PATHS: Mapping[Kind, tuple[Book, Book]] = {
    Kind.EARNED: (Book.ISSUED, Book.AVAILABLE),
    Kind.RESERVED: (Book.AVAILABLE, Book.RESERVED),
    Kind.COMMITTED: (Book.RESERVED, Book.SPENT),
    Kind.RELEASED: (Book.RESERVED, Book.AVAILABLE),
    Kind.REVERSED: (Book.SPENT, Book.AVAILABLE),
}
"""From which book to which. Adjusting goes both ways, and merging from account to account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    available: int
    reserved: int = 0


NOTHING = Balance(available=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Points that went from one book to another. `other_account_id` is who took them, if that is
    another account; `rules` are the earn rules by which they came."""

    id: TransferId
    account_id: AccountId
    kind: Kind
    giver: Book
    taker: Book
    points: int
    actor: str
    at: datetime
    other_account_id: AccountId | None = None
    redemption_id: UUID | None = None
    rules: tuple[str, ...] = ()
    amount: int | None = None
    reference: str | None = None
    location_id: LocationId | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TooFewPoints:
    """There are not so many. `available` are."""

    word: ClassVar = "too_few_points"

    available: int


@dataclass(frozen=True, slots=True)
class NothingReserved:
    """Nothing is put by for this redemption: never was, or not any more."""

    word: ClassVar = "nothing_reserved"


@dataclass(frozen=True, slots=True)
class ReservedBefore:
    """Points were put by under this name already, by this account or by another."""

    word: ClassVar = "reserved_before"


@dataclass(frozen=True, slots=True)
class MoreThanSpent:
    """So many points were not spent in this redemption, or came back before."""

    word: ClassVar = "more_than_spent"

    at_most: int


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """So many points are not moved at once."""

    word: ClassVar = "out_of_range"

    at_most: int = POINTS_AT_MOST


@dataclass(frozen=True, slots=True)
class Spending:
    """What stands of one redemption: what is still put by, and what was spent and is not back.

    `waits`: whether it is still put by. That can be nought, for some rewards cost nothing.
    """

    reserved: int = 0
    spent: int = 0
    waits: bool = False


def after(balance: Balance, transfer: Transfer) -> Balance | TooFewPoints:
    """Say what an account has when it has given or taken what a transfer within it moves."""
    available = balance.available + transfer.points * _into(transfer, Book.AVAILABLE)
    reserved = balance.reserved + transfer.points * _into(transfer, Book.RESERVED)
    if available < 0 or reserved < 0:
        return TooFewPoints(balance.available)
    return Balance(available=available, reserved=reserved)


def _into(transfer: Transfer, book: Book) -> int:
    return (transfer.taker is book) - (transfer.giver is book)


def united(into: Balance, other: Balance) -> Balance:
    return Balance(
        available=into.available + other.available, reserved=into.reserved + other.reserved
    )


def adjusting(points: int) -> tuple[Book, Book]:
    """Give the books between which an adjustment goes: what is below zero is taken away."""
    return (Book.ADJUSTED, Book.AVAILABLE) if points > 0 else (Book.AVAILABLE, Book.ADJUSTED)


def change_of(transfer: Transfer, account_id: AccountId) -> int:
    """Say by how much a transfer changed what an account can spend."""
    gave = transfer.giver is Book.AVAILABLE and transfer.account_id == account_id
    takes = transfer.other_account_id or transfer.account_id
    took = transfer.taker is Book.AVAILABLE and takes == account_id
    return transfer.points * (took - gave)


def spending(transfers: Iterable[Transfer]) -> Spending:
    """Work out what stands of a redemption, from all transfers that belong to it, in any order."""
    counts, sums = Counter[Kind](), Counter[Kind]()
    for each in transfers:
        counts[each.kind] += 1
        sums[each.kind] += each.points
    over = counts[Kind.COMMITTED] + counts[Kind.RELEASED]
    return Spending(
        reserved=sums[Kind.RESERVED] - sums[Kind.COMMITTED] - sums[Kind.RELEASED],
        spent=sums[Kind.COMMITTED] - sums[Kind.REVERSED],
        waits=counts[Kind.RESERVED] > over,
    )


def shown(balance: Balance, *, hides_points: bool) -> Balance:
    """Give what a customer and a till get to see: nought, where points are hidden."""
    return NOTHING if hides_points else balance
