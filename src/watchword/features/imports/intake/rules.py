"""What is to be done with rows, given what is known already; nothing is done here.

A row that comes again is known by the same key, and is kept once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from watchword.features.cards.rules import CardId
from watchword.features.customers.bulk.rules import ReadyCustomer
from watchword.features.customers.rules import CustomerId
from watchword.features.imports.agreements import Way
from watchword.features.imports.faults import Fault, Why
from watchword.features.imports.rows import Shown

Key = bytes
"""A digest: of what a row is known by, or of the number of a card."""


class ReadyCard(Struct, frozen=True, gc=False):
    """A new card, sealed under the key of the customer of its row."""

    id: CardId
    index: Key
    """What its number is found by."""
    last_four: str
    sealed: bytes
    number: str
    """As it stands on the card: it may come to somebody who is here already."""

    def __repr__(self) -> str:
        return f"ReadyCard({self.id})"


class ReadyAgreement(Struct, frozen=True, gc=False):
    """That somebody agreed to offers, by the digests of the contact point where they are written
    to: `index` is what it is found by, `digest` what those know it by who keep opt-outs."""

    way: Way
    index: Key
    digest: Key
    at: datetime
    wording: str

    def __repr__(self) -> str:
        return f"ReadyAgreement({self.way})"


class ReadyRow(Struct, frozen=True, gc=False, omit_defaults=True):
    """A row with all that is kept of it if it is new: sealed before anybody knows whether it is.

    Of one that is only tried, nothing is sealed.
    """

    line: int
    cells: Sequence[str]
    key: Key
    """A digest of what it is known by."""
    card_key: Key | None
    shown: Shown | None
    customer: ReadyCustomer | None = None
    card: ReadyCard | None = None
    key_id: UUID | None = None
    number: bytes | None = None
    """The number that the customer has elsewhere, sealed for the row `key_id`."""
    agreed: Sequence[ReadyAgreement] = ()
    reached: Sequence[Key] = ()
    """What contact points are found by of somebody who is only tried, if the file says who
    agreed."""

    def __repr__(self) -> str:
        return f"ReadyRow({self.line})"


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card for somebody who is here: before this file, or since a row of these (`owner`)."""

    row: ReadyRow
    owner: CustomerId | int
    """The id of somebody, or the place among the new customers."""


@dataclass(slots=True)
class Decision:
    """`new`: rows with new customers; `cards`: all new cards; `keys`: what is known from now on."""

    new: list[ReadyRow] = field(default_factory=list)
    cards: list[NewCard] = field(default_factory=list)
    keys: list[tuple[Key, CustomerId | int, ReadyRow | None]] = field(default_factory=list)
    taken: list[tuple[ReadyRow, Fault]] = field(default_factory=list)
    agreeing: list[tuple[ReadyRow, CustomerId | Key | int]] = field(default_factory=list)
    """Rows that say that somebody agreed, whether they are new or not, and who that is."""
    kept: int = 0
    known: int = 0


def decide(
    rows: Sequence[ReadyRow], known: Mapping[Key, CustomerId | Key], cards: frozenset[Key]
) -> Decision:
    """Decide about rows in their order.

    `known`: whose keys are known, of rows and of cards alike; in a trial, the key of a row that was
    only tried stands for its customer. `cards`: those that are there, wherever they came from.
    """
    found, decision = dict[Key, CustomerId | Key | int](known), Decision()
    for row in rows:
        owner, card = _owner(found, row.key), row.card_key
        if card is not None and (card in found or card in cards):
            if owner is not None and _owner(found, card) == owner:
                _note_known(decision, row, owner)
            else:
                decision.taken.append((row, Fault(Why.CARD_TAKEN)))
            continue
        if owner is not None and card is None:
            _note_known(decision, row, owner)
            continue
        decision.kept += 1
        if owner is None:
            owner = len(decision.new)
            decision.new.append(row)
            _learn(decision, found, row.key, owner, row)
        if card is not None:
            _learn(decision, found, card, owner, None)
            if not isinstance(owner, bytes):
                decision.cards.append(NewCard(row, owner))
        if row.agreed:
            decision.agreeing.append((row, owner))
    return decision


def _note_known(decision: Decision, row: ReadyRow, owner: CustomerId | Key | int) -> None:
    decision.known += 1
    if row.agreed:
        decision.agreeing.append((row, owner))


def _owner(found: Mapping[Key, CustomerId | Key | int], key: Key) -> CustomerId | Key | int | None:
    owner = found.get(key)
    # What a trial has learnt of somebody who is here leads to them by the key of their row.
    return found.get(owner, owner) if isinstance(owner, bytes) else owner


def _learn(
    decision: Decision,
    found: dict[Key, CustomerId | Key | int],
    key: Key,
    owner: CustomerId | Key | int,
    row: ReadyRow | None,
) -> None:
    if key not in found:
        found[key] = owner
        if not isinstance(owner, bytes):
            decision.keys.append((key, owner, row))
