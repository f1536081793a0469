"""How a table is read that somebody has saved as CSV: piece by piece, row by row.

Nobody is asked in which letters or with which marks it was written; it is seen from its beginning.
A row that cannot be read costs that row alone, however long it is: a quotation mark that is never
closed would otherwise swallow the rest, and a line of 10 MB the memory.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

LINE_AT_MOST = 64 * 1024  # bytes
ROW_LINES_AT_MOST = 50
CELLS_AT_MOST = 100
LOOKED_AT = 8 * 1024  # bytes
SHOWN_OF_A_LONG_LINE = 200  # bytes
NEW_LINE, RETURN, QUOTE, NUL, LOST = b"\n", b"\r", '"', "\0", "\N{REPLACEMENT CHARACTER}"
MARKS = (";", ",", "\t")
"""What stands between cells, the likeliest first."""
HINT = "sep="
"""With this line spreadsheets tell each other the mark."""
MANY = 4  # of so many bytes one is NUL, and that is UTF-16


class Flaw(StrEnum):
    """Why a row could not be read at all."""

    TOO_LONG = "too_long"
    BAD_LETTERS = "bad_letters"
    OPEN_QUOTE = "open_quote"
    BAD_QUOTE = "bad_quote"
    TOO_MANY_CELLS = "too_many_cells"


class Record(Struct, frozen=True, gc=False):
    """A row as it stands in the file. `line` is where it begins, from 1 on; `end` is the place in
    the file behind it, from which reading can go on."""

    line: int
    end: int
    cells: Sequence[str]
    flaw: Flaw | None = None
    lines: int = 1

    def __repr__(self) -> str:
        return f"Record({self.line})"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written. Without `charset` nothing but ASCII has come so far."""

    charset: str | None = None
    mark: str = MARKS[0]
    line_end: bytes = NEW_LINE


@dataclass(slots=True)
class _Line:
    number: int
    end: int
    text: str
    flaw: Flaw | None = None


class Reader:
    """Takes a file in pieces, and gives its rows. The first of them has the headings.

    `start` and `line` are where to go on, in a file of a known `dialect`.
    """

    def __init__(self, dialect: Dialect | None = None, *, start: int = 0, line: int = 1) -> None:
        self._dialect = dialect
        self._place, self._line = start, line
        self._rest = b""
        self._head: bytes | None = None
        self._waiting: list[_Line] = []

    @property
    def dialect(self) -> Dialect:
        return self._dialect or Dialect()

    def feed(self, piece: bytes) -> Iterator[Record]:
        """Give the rows that have come to their end by now."""
        self._rest += piece
        if self._dialect is None:
            if len(self._rest) < LOOKED_AT:
                return
            self._look()
        yield from self._rows(is_last=False)

    def end(self) -> Iterator[Record]:
        """Give the last rows: nothing comes any more."""
        if self._dialect is None:
            self._look()
        yield from self._rows(is_last=True)

    def _look(self) -> None:
        """See how the file is written, and pass over what is no row."""
        charset, bom = charset_of(self._rest[:LOOKED_AT])
        self._rest, self._place = self._rest[bom:], self._place + bom
        end = line_end_of(self._rest[:LOOKED_AT], charset)
        dialect = Dialect(charset, MARKS[0], end)
        first = self._rest[:LOOKED_AT].partition(end)[0]
        text = decoded(first, charset)[0] or ""
        if text.lower().startswith(HINT) and text[len(HINT) :].strip("\r") in MARKS:
            passed = len(first) + len(end)
            self._rest, self._place = self._rest[passed:], self._place + passed
            self._line += 1
            mark = text[len(HINT) :].strip("\r")
        else:
            mark = mark_of(text)
        self._dialect = Dialect(charset, mark, dialect.line_end)

    def _rows(self, *, is_last: bool) -> Iterator[Record]:
        for line in self._lines(is_last=is_last):
            self._waiting.append(line)
            yield from self._completed(is_last=False)
        if is_last:
            while self._waiting:
                yield from self._completed(is_last=True)

    def _lines(self, *, is_last: bool) -> Iterator[_Line]:
        end, start, rest = self.dialect.line_end, 0, self._rest
        width = len(end)
        while True:
            found = _find(rest, end, start)
            if found < 0:
                break
            yield self._line_of(rest[start:found], found - start + width)
            start = found + width
        self._rest = rest = rest[start:]
        if len(rest) > LINE_AT_MOST:
            # Enough is kept to know the line by; the place of the rest is remembered.
            self._head = self._head or rest[:SHOWN_OF_A_LONG_LINE]
            odd = len(rest) % width
            self._place += len(rest) - odd
            self._rest = rest[len(rest) - odd :]
        if is_last and (self._rest or self._head is not None):
            last, self._rest = self._rest, b""
            yield self._line_of(last, len(last))

    def _line_of(self, raw: bytes, length: int) -> _Line:
        number, self._line = self._line, self._line + 1
        self._place += length
        head, self._head = self._head, None
        if head is not None or len(raw) > LINE_AT_MOST:
            shown = (head or raw)[:SHOWN_OF_A_LONG_LINE]
            return _Line(number, self._place, _legible(shown), Flaw.TOO_LONG)
        text, charset = decoded(raw, self.dialect.charset)
        if charset != self.dialect.charset:
            self._dialect = Dialect(charset, self.dialect.mark, self.dialect.line_end)
        if text is None or NUL in text or LOST in text:
            return _Line(number, self._place, _legible(raw), Flaw.BAD_LETTERS)
        return _Line(number, self._place, text.removesuffix("\r"))

    def _completed(self, *, is_last: bool) -> Iterator[Record]:
        """Give the row that begins with the first line that waits, if it is whole."""
        while self._waiting:
            first = self._waiting[0]
            if first.flaw is not None:
                self._waiting.pop(0)
                yield Record(first.number, first.end, self._split(first.text), first.flaw)
                continue
            if QUOTE not in first.text:
                self._waiting.pop(0)
                yield self._record(first, first, first.text.split(self.dialect.mark), 1)
                continue
            whole = self._quoted()
            if whole is None and not is_last and not self._is_hopeless():
                return
            if isinstance(whole, Record):
                del self._waiting[: whole.lines]
                yield whole
                continue
            self._waiting.pop(0)
            cells = self._split(first.text)
            yield Record(first.number, first.end, cells, whole or Flaw.OPEN_QUOTE)

    def _quoted(self) -> Record | Flaw | None:
        """Read a row with quotation marks; nothing, if it goes on in a line that is not here."""
        first, text = self._waiting[0], ""
        for count, line in enumerate(self._waiting, 1):
            text = line.text if count == 1 else f"{text}\n{line.text}"
            if line.flaw is not None or count > ROW_LINES_AT_MOST or len(text) > LINE_AT_MOST:
                return Flaw.OPEN_QUOTE
            if count < len(self._waiting) and text.count(QUOTE) % 2:
                continue
            try:
                [cells] = csv.reader([text], delimiter=self.dialect.mark, strict=True)
            except csv.Error as fault:
                if "unexpected end" not in str(fault):
                    # A mark that was opened has met one that opens the next cell.
                    return Flaw.BAD_QUOTE if count == 1 else Flaw.OPEN_QUOTE
            else:
                return self._record(first, line, cells, count)
        return None

    def _is_hopeless(self) -> bool:
        flawed = any(line.flaw is not None for line in self._waiting)
        long = sum(len(line.text) for line in self._waiting) > LINE_AT_MOST
        return flawed or long or len(self._waiting) > ROW_LINES_AT_MOST

    def _record(self, first: _Line, last: _Line, cells: list[str], count: int) -> Record:
        if len(cells) > CELLS_AT_MOST:
            cells, flaw = cells[:CELLS_AT_MOST], Flaw.TOO_MANY_CELLS
            return Record(first.number, last.end, cells, flaw, count)
        return Record(first.number, last.end, cells, None, count)

    def _split(self, text: str) -> Sequence[str]:
        return [cell.strip(QUOTE) for cell in text.split(self.dialect.mark)[:CELLS_AT_MOST]]


def charset_of(beginning: bytes) -> tuple[str | None, int]:
    """Say in which letters a file is written, and how long the mark is that says so."""
    for bom, charset in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if beginning.startswith(bom):
            return charset, len(bom)
    half = len(beginning) // 2
    if half and beginning[1::2].count(0) * MANY > half:
        return "utf-16-le", 0
    if half and beginning[::2].count(0) * MANY > half:
        return "utf-16-be", 0
    return None, 0


def line_end_of(beginning: bytes, charset: str | None) -> bytes:
    encode = charset if charset is not None and charset.startswith("utf-16") else "ascii"
    new_line, alone = "\n".encode(encode), "\r".encode(encode)
    is_old = _find(beginning, new_line) < 0 <= _find(beginning, alone)
    return alone if is_old else new_line


def mark_of(headings: str) -> str:
    """Say what stands between cells: what stands oftenest in the headings, outside of quotes."""
    outside = "".join(headings.split(QUOTE)[::2])
    return max(MARKS, key=outside.count)


def decoded(raw: bytes, charset: str | None) -> tuple[str | None, str | None]:
    """Read a line; say what the file is written in, as far as that is known by now.

    The first line with more than ASCII decides between UTF-8 and Windows-1252.
    """
    try:
        if charset is not None:
            return raw.decode(charset), charset
        if raw.isascii():
            return raw.decode("ascii"), None
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if charset is not None:
            return None, charset
    try:
        return raw.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return None, None


def _legible(raw: bytes) -> str:
    """Give of a line what is ASCII, so that somebody finds it in their file."""
    return raw.decode("ascii", "replace").replace(NUL, "").rstrip("\r\n")


def _find(text: bytes, end: bytes, start: int = 0) -> int:
    """Look for the end of a line; of two bytes, only where a letter begins."""
    found = text.find(end, start)
    while len(end) > 1 and found >= 0 and (found - start) % len(end):
        found = text.find(end, found + 1)
    return found
