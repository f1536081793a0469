"""A proof receipt: one entry, and all that is needed to show that it stands in a signed ledger.

It can be checked by itself, for ever: no server is asked, and no key that can be lost.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from watchword.features.ledger.checkpoints import (
    Checkpoint,
    PublicKey,
    from_base64,
    read_key,
    read_note,
    to_base64,
    who_signed,
    write_key,
)
from watchword.features.ledger.lines import WrittenEntry, read_entry
from watchword.features.ledger.proofs import HASHES_AT_MOST, is_included
from watchword.features.ledger.rules import Unwritable, canonical
from watchword.features.ledger.tree import leaf_hash

FORMAT = "watchword-proof-1"
BYTES_AT_MOST = 64 * 1024
DEPTH_AT_MOST = 32
"""No entry of ours is so deep, and whatever looks at one later need not fear it."""


class Receipt(Struct, frozen=True, forbid_unknown_fields=True):
    """As it is written. `key` is that by which the checkpoint is signed."""

    format: str
    entry: dict[str, Any]
    proof: tuple[str, ...]
    checkpoint: str
    key: str


class Because(StrEnum):
    """Why something proves nothing."""

    UNREADABLE = "unreadable"
    """It is no receipt, or not a whole one."""
    NOT_SIGNED = "not_signed"
    """The checkpoint was changed, or is signed by another key."""
    NOT_INCLUDED = "not_included"
    """The entry is not the one that stands in the signed ledger."""
    OTHER_ORIGIN = "other_origin"
    """The key is that of another ledger."""


@dataclass(frozen=True, slots=True)
class NotProven:
    because: Because


@dataclass(frozen=True, slots=True)
class Proven:
    """The entry stood in the ledger when the checkpoint was signed.

    `is_known`: the key is one of those that were trusted; without that, anybody may have signed.
    """

    entry: WrittenEntry
    checkpoint: Checkpoint
    key: PublicKey
    is_known: bool


Finding: TypeAlias = Proven | NotProven


def write_receipt(entry: bytes, proof: Sequence[bytes], note: str, public: bytes) -> bytes:
    """Write a receipt for people who may open it, too."""
    signed = read_note(note)
    if signed is None:
        raise ValueError("A receipt needs a checkpoint.")
    receipt = {
        "format": FORMAT,
        "entry": json.loads(entry),
        "proof": [to_base64(each) for each in proof],
        "checkpoint": note,
        "key": write_key(signed.checkpoint.origin, public),
    }
    return json.dumps(receipt, indent=2).encode() + b"\n"


def check_receipt(content: bytes, trusted: Collection[bytes] = ()) -> Finding:
    """Say what a receipt proves. `trusted`: the public keys that are known to be good."""
    receipt = _read(content)
    note = None if receipt is None else read_note(receipt.checkpoint)
    key = None if receipt is None else read_key(receipt.key)
    proof = [] if receipt is None else [from_base64(each) for each in receipt.proof]
    if receipt is None or note is None or key is None or None in proof:
        return NotProven(Because.UNREADABLE)
    entry = _entry(receipt.entry)
    if entry is None:
        return NotProven(Because.UNREADABLE)
    found, (content, position) = note.checkpoint, (canonical(receipt.entry), entry.position)
    if key.origin not in (None, found.origin):
        return NotProven(Because.OTHER_ORIGIN)
    if not who_signed(note, [key]):
        return NotProven(Because.NOT_SIGNED)
    hashes = [each for each in proof if each is not None]
    if not is_included(leaf_hash(content), position, found.size, hashes, found.root):
        return NotProven(Because.NOT_INCLUDED)
    return Proven(entry, found, key, is_known=key.public in trusted)


def _read(content: bytes) -> Receipt | None:
    if len(content) > BYTES_AT_MOST:
        return None
    try:
        json.loads(content, object_pairs_hook=_once, parse_float=_no_float)
        receipt = msgspec.json.decode(content, type=Receipt)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return None
    is_one = receipt.format == FORMAT and len(receipt.proof) <= HASHES_AT_MOST
    return receipt if is_one else None


def _entry(said: Mapping[str, Any]) -> WrittenEntry | None:
    if _is_deep(said, DEPTH_AT_MOST):
        return None
    try:
        return read_entry(canonical(said))
    except (Unwritable, UnicodeError):
        return None


def _is_deep(said: object, left: int) -> bool:
    if isinstance(said, dict | list):
        inner = said.values() if isinstance(said, dict) else said
        return left == 0 or any(_is_deep(each, left - 1) for each in inner)
    return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A name stands twice.")
    return found


def _no_float(said: str) -> float:
    raise ValueError("A fraction is in no receipt.")
