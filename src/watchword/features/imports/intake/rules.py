"""What is to be done with rows, given what is known already; nothing is done here.

A row that comes again is known by the same key, and is kept once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from watchword.features.customers.rules import CustomerId
from watchword.features.imports.rows import Fault, Row, Why

Key = bytes
"""A digest: of what a row is known by, or of the number of a card."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A row, and the digests that it is known by. `card`: if it has one."""

    row: Row
    key: Key = field(repr=False)
    card: Key | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card for somebody who is here: before this file, or since a row of these (`owner`)."""

    row: Row
    owner: CustomerId | int
    """The id of somebody, or the place among the new customers."""
    index: Key = field(repr=False)
    """What its number is found by."""


@dataclass(slots=True)
class Decision:
    """`new`: rows with new customers; `cards`: all new cards; `keys`: what is known from now on."""

    new: list[Row] = field(default_factory=list)
    cards: list[NewCard] = field(default_factory=list)
    keys: list[tuple[Key, CustomerId | int, Row | None]] = field(default_factory=list)
    taken: list[tuple[Row, Fault]] = field(default_factory=list)
    kept: int = 0
    known: int = 0


def decide(
    rows: Sequence[Keyed], known: Mapping[Key, CustomerId | Key], cards: frozenset[Key]
) -> Decision:
    """Decide about rows in their order.

    `known`: whose keys are known, of rows and of cards alike; in a trial, the key of a row that was
    only tried stands for its customer. `cards`: those that are there, wherever they came from.
    """
    found, decision = dict[Key, CustomerId | Key | int](known), Decision()
    for each in rows:
        owner = _owner(found, each.key)
        if each.card is not None and (each.card in found or each.card in cards):
            if owner is not None and _owner(found, each.card) == owner:
                decision.known += 1
            else:
                decision.taken.append((each.row, Fault(Why.CARD_TAKEN)))
            continue
        if owner is not None and each.card is None:
            decision.known += 1
            continue
        decision.kept += 1
        if owner is None:
            owner = len(decision.new)
            decision.new.append(each.row)
            _learn(decision, found, each.key, owner, each.row)
        if each.card is not None:
            _learn(decision, found, each.card, owner, None)
            if not isinstance(owner, bytes):
                decision.cards.append(NewCard(each.row, owner, each.card))
    return decision


def _owner(found: Mapping[Key, CustomerId | Key | int], key: Key) -> CustomerId | Key | int | None:
    owner = found.get(key)
    # What a trial has learnt of somebody who is here leads to them by the key of their row.
    return found.get(owner, owner) if isinstance(owner, bytes) else owner


def _learn(
    decision: Decision,
    found: dict[Key, CustomerId | Key | int],
    key: Key,
    owner: CustomerId | Key | int,
    row: Row | None,
) -> None:
    if key not in found:
        found[key] = owner
        if not isinstance(owner, bytes):
            decision.keys.append((key, owner, row))
