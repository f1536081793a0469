"""The file that is verified: a head, then each entry and each checkpoint on a line of its own.

The bytes of an entry stand in its line just as they were hashed. So whoever wants to check our
checker needs SHA-256 and Ed25519, and a few lines of any language.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from watchword.features.ledger.checkpoints import to_base64
from watchword.features.ledger.rules import canonical

FORMAT = "watchword-ledger-1"
LINE_AT_MOST = 64 * 1024
ENTRY, LEAF, END = b'{"entry":', b',"leaf":"', b'"}'
LEAF_CHARACTERS = 44  # of a hash in base64
TAIL = len(LEAF) + LEAF_CHARACTERS + len(END)


class Head(Struct, frozen=True, forbid_unknown_fields=True):
    """What the file says of itself. None of it is believed before something signed says so."""

    checkpoints: int
    format: str
    keys: tuple[str, ...]
    origin: str
    size: int


class WrittenEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry as it stands in a file, with its position and the hash of the one before it."""

    action: str
    actor: str
    at: str
    details: dict[str, Any]
    id: str
    position: int
    previous: str
    target: str


class _Signed(Struct, frozen=True, forbid_unknown_fields=True):
    checkpoint: str


def head_line(origin: str, size: int, checkpoints: int, keys: Sequence[str]) -> bytes:
    head = {
        "checkpoints": checkpoints,
        "format": FORMAT,
        "keys": [*keys],
        "origin": origin,
        "size": size,
    }
    return canonical(head) + b"\n"


def entry_line(entry: bytes, leaf: bytes) -> bytes:
    return ENTRY + entry + LEAF + to_base64(leaf).encode() + END + b"\n"


def checkpoint_line(note: str) -> bytes:
    return canonical({"checkpoint": note}) + b"\n"


def read_head(line: bytes) -> Head | None:
    head = _read(line, Head)
    if not isinstance(head, Head) or head.format != FORMAT:
        return None
    again = head_line(head.origin, head.size, head.checkpoints, head.keys)
    return head if again == line + b"\n" else None


def read_checkpoint(line: bytes) -> str | None:
    found = _read(line, _Signed)
    if not isinstance(found, _Signed):
        return None
    return found.checkpoint if checkpoint_line(found.checkpoint) == line + b"\n" else None


def split_entry(line: bytes) -> tuple[bytes, str] | None:
    """Give the bytes of an entry, and the hash that its line says it has."""
    content, tail = line[len(ENTRY) : -TAIL], line[-TAIL:]
    is_one = line.startswith(ENTRY) and tail.startswith(LEAF) and tail.endswith(END)
    if not is_one or not content:
        return None
    try:
        return content, tail[len(LEAF) : -len(END)].decode("ascii")
    except UnicodeDecodeError:
        return None


def read_entry(content: bytes) -> WrittenEntry | None:
    try:
        return _ENTRIES.decode(content)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _read(line: bytes, kind: type) -> object:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


_ENTRIES = msgspec.json.Decoder(WrittenEntry)
