"""A file in pieces becomes batches of rows: those that can be kept, and those that cannot."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from watchword.features.imports.columns import Plan
from watchword.features.imports.reading import Dialect, Reader, Record
from watchword.features.imports.rows import House, Refusal, Row, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Behind what reading goes on: the place in the file, and the number of the line there."""

    place: int
    line: int
    dialect: Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some rows of a file, and where it goes on behind them."""

    rows: Sequence[Row] = field(repr=False)
    refusals: Sequence[Refusal] = field(repr=False)
    count: int
    first_line: int
    spot: Spot


class Batches:
    """Takes a file in pieces, and gives its rows, so many at once.

    `since` is where to go on; without it, the first row is that of the headings.
    """

    def __init__(self, plan: Plan, house: House, *, most: int, since: Spot | None = None) -> None:
        self._plan = plan
        self._house = house
        self._most = most
        self._to_skip = since is None
        self._gathered: list[Record] = []
        self._reader = (
            Reader() if since is None else Reader(since.dialect, start=since.place, line=since.line)
        )

    def feed(self, piece: bytes) -> Iterator[Batch]:
        yield from self._gather(self._reader.feed(piece))

    def end(self) -> Iterator[Batch]:
        yield from self._gather(self._reader.end())
        if self._gathered:
            yield self._whole()

    def _gather(self, records: Iterable[Record]) -> Iterator[Batch]:
        for record in records:
            if self._to_skip:
                self._to_skip = False
                continue
            self._gathered.append(record)
            if len(self._gathered) >= self._most:
                yield self._whole()

    def _whole(self) -> Batch:
        records, self._gathered = self._gathered, []
        return _batch(records, self._reader.dialect, self._plan, self._house)


def _batch(records: Sequence[Record], dialect: Dialect, plan: Plan, house: House) -> Batch:
    rows, refusals = list[Row](), list[Refusal]()
    for record in records:
        judged = judge(record, plan, house)
        if isinstance(judged, Row):
            rows.append(judged)
        elif judged is not None:
            refusals.append(judged)
    last = records[-1]
    spot = Spot(place=last.end, line=last.line + last.lines, dialect=dialect)
    return Batch(
        rows=rows,
        refusals=refusals,
        count=len(rows) + len(refusals),
        first_line=records[0].line,
        spot=spot,
    )
