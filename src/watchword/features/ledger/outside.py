"""Checkpoints that were kept elsewhere: one note after another, with an empty line between them."""

from collections.abc import Iterable, Iterator

from watchword.features.ledger.checkpoints import DASH, Note, read_note

LINES_AT_MOST = 64


def between(ends_with: bytes) -> bytes:
    """Give what must stand between what a file ends with and the next note."""
    return b"" if ends_with in (b"", b"\n\n") else b"\n\n"


def appended(note: str) -> bytes:
    return f"{note}\n".encode()


def read_notes(lines: Iterable[str]) -> Iterator[Note | None]:
    """Give each note of a file; nothing, where something stands that is none.

    A machine that dies while it copies leaves a part of a note, and copies it anew later.
    """
    text = list[str]()
    for block in _blocks(lines):
        if text and block[0].startswith(DASH):
            yield read_note("\n".join([*text, "", *block, ""]))
            text = []
            continue
        if text:
            yield None
        text = block
    if text:
        yield None


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Give what stands between empty lines; of what is too long for us, the first lines."""
    block = list[str]()
    for line in lines:
        if bare := line.removesuffix("\n"):
            block += [bare] if len(block) < LINES_AT_MOST else []
        elif block:
            yield block
            block = []
    if block:
        yield block
