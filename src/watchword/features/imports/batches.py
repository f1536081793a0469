"""A file in pieces becomes batches of rows: those that can be kept, and those that cannot."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msgspec import Struct

from watchword.features.imports.intake.rules import ReadyRow
from watchword.features.imports.reading import Dialect, Reader, Record
from watchword.features.imports.rows import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Behind what reading goes on: the place in the file, and the number of the line there."""

    place: int
    line: int
    dialect: Dialect


class Unread(Struct, frozen=True):
    """Some rows of a file as they stand there."""

    records: Sequence[Record]
    dialect: Dialect


class Batch(Struct, frozen=True, kw_only=True):
    """Some rows of a file, ready to be kept, and where it goes on behind them."""

    rows: Sequence[ReadyRow]
    refusals: Sequence[Refusal]
    count: int
    first_line: int
    spot: Spot

    def __repr__(self) -> str:
        return f"Batch({self.first_line}, {self.count})"


class Batches:
    """Takes a file in pieces, and gives its rows, so many at once.

    `since` is where to go on; without it, the first row is that of the headings.
    """

    def __init__(self, *, most: int, since: Spot | None = None) -> None:
        self._most = most
        self._to_skip = since is None
        self._gathered: list[Record] = []
        self._reader = (
            Reader() if since is None else Reader(since.dialect, start=since.place, line=since.line)
        )

    def feed(self, piece: bytes) -> Iterator[Unread]:
        yield from self._gather(self._reader.feed(piece))

    def end(self) -> Iterator[Unread]:
        yield from self._gather(self._reader.end())
        if self._gathered:
            yield self._whole()

    def _gather(self, records: Iterable[Record]) -> Iterator[Unread]:
        for record in records:
            if self._to_skip:
                self._to_skip = False
                continue
            self._gathered.append(record)
            if len(self._gathered) >= self._most:
                yield self._whole()

    def _whole(self) -> Unread:
        records, self._gathered = self._gathered, []
        return Unread(records, self._reader.dialect)


def spot_behind(unread: Unread) -> Spot:
    last = unread.records[-1]
    return Spot(place=last.end, line=last.line + last.lines, dialect=unread.dialect)
