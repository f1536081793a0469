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


def batches(
    pieces: Iterable[bytes], reader: Reader, plan: Plan, house: House, *, most: int, is_new: bool
) -> Iterator[Batch]:
    """Give the rows of a file, so many at once. `is_new`: its first row has the headings."""
    gathered = list[Record]()
    to_skip = is_new
    for record in _records(pieces, reader):
        if to_skip:
            to_skip = False
            continue
        gathered.append(record)
        if len(gathered) >= most:
            yield _batch(gathered, reader, plan, house)
            gathered = []
    if gathered:
        yield _batch(gathered, reader, plan, house)


def _records(pieces: Iterable[bytes], reader: Reader) -> Iterator[Record]:
    for piece in pieces:
        yield from reader.feed(piece)
    yield from reader.end()


def _batch(records: Sequence[Record], reader: Reader, plan: Plan, house: House) -> Batch:
    rows, refusals = list[Row](), list[Refusal]()
    for record in records:
        judged = judge(record, plan, house)
        if isinstance(judged, Row):
            rows.append(judged)
        elif judged is not None:
            refusals.append(judged)
    last = records[-1]
    spot = Spot(place=last.end, line=last.line + last.lines, dialect=reader.dialect)
    return Batch(
        rows=rows,
        refusals=refusals,
        count=len(rows) + len(refusals),
        first_line=records[0].line,
        spot=spot,
    )
