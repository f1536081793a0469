"""What an entry of the ledger is, how it is written so that all write it alike, and what is due.

An entry that is sealed has a position, and names the hash of the one before it. It is written as
JSON with sorted names and no spaces, in ASCII alone: so one entry is one line, whatever a name or
a detail holds, and its bytes are always the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from watchword.features.ledger.checkpoints import to_base64
from watchword.features.ledger.tree import CompactRange, Node, leaf_hash

EntryId = NewType("EntryId", UUID)

SIGN_EACH = 1000  # entries
SIGN_WITHIN = timedelta(seconds=60)
OVERDUE = timedelta(minutes=10)
"""After so long somebody should look why nothing is sealed, or copied."""


class Unwritable(ValueError):
    """A detail is of a kind that two programs may write in two ways. This is a mistake of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What was done, by whom, to what. One without a `position` is not sealed yet."""

    id: EntryId
    at: datetime
    action: str
    actor: str
    target: str
    details: Mapping[str, Any]
    position: int | None = None
    leaf: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries somebody wants to see. What is left out does not matter.

    `word`: an id, of the entry itself, of who did it, or of what it was done to.
    """

    action: str | None = None
    actor: str | None = None
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    word: str | None = None


def fits(entry: LedgerEntry, wanted: Wanted) -> bool:
    """Say whether an entry is wanted, whatever the word is that it is looked for by."""
    return (
        wanted.action in {None, entry.action}
        and wanted.actor in {None, entry.actor}
        and wanted.target in {None, entry.target}
        and (wanted.since is None or wanted.since <= entry.at)
        and (wanted.until is None or entry.at < wanted.until)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How far a ledger has got. `unsigned_since`: when the first entry was sealed that no
    checkpoint covers yet."""

    size: int
    peaks: tuple[bytes, ...]
    last_leaf: bytes
    signed_size: int
    unsigned_since: datetime | None


NOTHING_YET = Growth(size=0, peaks=(), last_leaf=b"", signed_size=0, unsigned_since=None)


class SealState(StrEnum):
    """How sure it is that an entry stays as it is."""

    SEALED = "sealed"
    """A signed checkpoint covers it."""
    WAITING = "waiting"
    """It is written down, and is sealed and signed soon."""


def seal_state(entry: LedgerEntry, signed_size: int) -> SealState:
    is_covered = entry.position is not None and entry.position < signed_size
    return SealState.SEALED if is_covered else SealState.WAITING


def written(entry: LedgerEntry, position: int, previous: bytes) -> bytes:
    """Write an entry as it is hashed. `previous`: the hash of the entry before it."""
    return canonical(
        {
            "action": entry.action,
            "actor": entry.actor,
            "at": spell_moment(entry.at),
            "details": entry.details,
            "id": str(entry.id),
            "position": position,
            "previous": to_base64(previous),
            "target": entry.target,
        }
    )


def canonical(value: Mapping[str, Any]) -> bytes:
    """Write JSON in the one way in which it is hashed."""
    if _has_float(value):
        raise Unwritable("No fraction can be sealed.")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def _has_float(value: object) -> bool:
    match value:
        case float():
            return True
        case Mapping():
            return any(map(_has_float, value.values()))
        case list() | tuple():
            return any(map(_has_float, value))
        case _:
            return False


def spell_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def grown(
    growth: Growth, entries: Sequence[LedgerEntry], now: datetime
) -> tuple[Growth, list[LedgerEntry], list[Node]]:
    """Give entries their places behind those that have one; and the nodes that are kept."""
    tree, nodes, sealed = CompactRange(growth.size, growth.peaks), list[Node](), []
    previous = growth.last_leaf
    for entry in entries:
        position, previous = tree.size, leaf_hash(written(entry, tree.size, previous))
        tree.append(previous, nodes)
        sealed.append(replace(entry, position=position, leaf=previous))
    since = growth.unsigned_since or (now if sealed else None)
    later = replace(
        growth,
        size=tree.size,
        peaks=tuple(tree.peaks),
        last_leaf=previous,
        unsigned_since=since,
    )
    return later, sealed, nodes


def is_due(growth: Growth, now: datetime) -> bool:
    """Say whether it is time to sign."""
    if growth.unsigned_since is None:
        return False
    is_much = growth.size - growth.signed_size >= SIGN_EACH
    return is_much or now - growth.unsigned_since >= SIGN_WITHIN
