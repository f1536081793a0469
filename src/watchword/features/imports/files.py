"""What a file shows of itself before it is taken in, and how rows go back to whoever mends them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import msgspec
from msgspec import Struct

from watchword.features.imports.columns import Column, guess
from watchword.features.imports.faults import Fault, Why
from watchword.features.imports.reading import Reader, Record
from watchword.features.imports.rows import Refusal
from watchword.features.imports.rules import NoTable, Sight
from watchword.features.ledger.spreadsheets import BEGIN, cell

SHOWN = 5
NO_TABLES = (
    *(b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b"),
)
"""How the files of spreadsheets begin that were not saved as CSV, and documents and pictures."""
MARK = ";"
"""Between the cells of what we write: spreadsheets of all countries know it as such, with
`sep=` or without, as our own reader does."""


class _Written(Struct, array_like=True, frozen=True):
    line: int
    cells: Sequence[str]
    faults: Sequence[tuple[Why, Column | None]]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[_Written])


def look(beginning: bytes) -> Sight | NoTable:
    """Say what the headings of a file seem to mean, and give its first rows."""
    if beginning.startswith(NO_TABLES):
        return NoTable()
    reader = Reader()
    records = chain(reader.feed(beginning), reader.end())
    found = list[Record]()
    for record in records:
        found.append(record)
        if len(found) > SHOWN:
            break
    if not found or found[0].flaw is not None or not any(found[0].cells):
        return NoTable()
    headings = [heading.strip() for heading in found[0].cells]
    rows = [record.cells for record in found[1:] if record.flaw is None]
    return Sight(headings, guess(headings), rows)


def packed(refusals: Iterable[Refusal]) -> bytes:
    """Write refusals down, to be sealed."""
    return _encoder.encode(
        [
            _Written(each.line, each.cells, [(fault.why, fault.column) for fault in each.faults])
            for each in refusals
        ]
    )


def unpacked(content: bytes) -> Iterator[Refusal]:
    for each in _decoder.decode(content):
        faults = [Fault(why, column) for why, column in each.faults]
        yield Refusal(line=each.line, cells=each.cells, faults=faults)


def written_headings(headings: Sequence[str]) -> bytes:
    return _encoder.encode(headings)


def read_headings(content: bytes) -> Sequence[str]:
    return msgspec.json.decode(content, type=list[str])


class ErrorFile:
    """Writes the rows that were refused as a file to be mended and fed again: the columns are
    those of the file, and two more, which mean nothing when it comes back."""

    def __init__(self, headings: Sequence[str], own: Sequence[str], words: "Words") -> None:
        """`own`: what our two columns are called, the number of the line and the reason."""
        is_ours = [*headings[-len(own) :]] == [*own]
        self._headings = headings[: -len(own)] if is_ours else headings
        self._own = own
        self._words = words

    def head(self) -> bytes:
        return (BEGIN + row([*self._headings, *self._own])).encode()

    def lines(self, refusals: Iterable[Refusal]) -> bytes:
        return "".join(map(self._line, refusals)).encode()

    def _line(self, refusal: Refusal) -> str:
        width = len(self._headings)
        # What stands behind the last heading has no place of its own: it is told of, and cut.
        cells = [*refusal.cells[:width], *[""] * (width - len(refusal.cells))]
        reason = " ".join(self._words.of(fault) for fault in refusal.faults)
        return row([*cells, str(refusal.line), reason])


class Words:
    """The words for what is wrong, in one language. A column is called what it is in the file."""

    def __init__(
        self, sentences: Mapping[Why, str], headings: Mapping[Column, str] | None = None
    ) -> None:
        self._sentences = sentences
        self._headings = headings or {}

    def of(self, fault: Fault) -> str:
        said = self._sentences[fault.why]
        if fault.column is None:
            return said
        return f"{self._headings.get(fault.column, fault.column)}: {said}"


def row(cells: Sequence[str]) -> str:
    return MARK.join(map(cell, cells)) + "\r\n"
