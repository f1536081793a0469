"""What a till remembers, in one file of SQLite: whatever it has answered is on the disk before.

Two programs of one till may share the file. Whoever takes the file away takes its memory away, and
with it the bounds: without a file, a till takes nothing in until it has learned anew.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from watchword.client.offline.promises import Promise
from watchword.client.offline.rules import Memory
from watchword.client.voucher_shapes import VoucherKit
from watchword.client.vouchers import TakenIn

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
KEPT_FOR = timedelta(days=1)
"""How much longer than a voucher is good a till remembers that it has settled it."""

TABLES = """
    create table if not exists kit (
        one integer primary key check (one = 1), content blob not null, last integer not null,
        ahead integer not null
    );
    create table if not exists taken (
        voucher_id text primary key, voucher text not null, value integer not null,
        ends_at integer not null, taken_at integer not null, order_id text, verdict text,
        is_told integer not null default 0
    );
"""


class TillFile:
    """One file. What is done in a `turn` is kept as a whole; nobody else has one meanwhile."""

    def __init__(self, path: str | Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, timeout=10)
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = full")
        self._database.executescript(TABLES)

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def turn(self) -> Iterator[None]:
        self._database.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._database.execute("rollback")
            raise
        self._database.execute("commit")

    def memory(self, id: UUID | None = None) -> Memory:
        """Give what the till remembers, and what it knows of one voucher."""
        count, value = self._database.execute(
            "select count(*), coalesce(sum(value), 0) from taken where verdict is null"
        ).fetchone()
        kit = self._database.execute("select content, last from kit").fetchone()
        earlier = self._database.execute(
            "select voucher, taken_at, order_id from taken where voucher_id = ?", (str(id),)
        ).fetchone()
        return Memory(
            kit=None if kit is None else msgspec.json.decode(kit[0], type=VoucherKit),
            last=None if kit is None else _moment(kit[1]),
            count=count,
            value=value,
            earlier=None if earlier is None else _taken_in(earlier),
        )

    def ahead(self) -> timedelta:
        """Say how far the clock of the house was ahead of that of this machine."""
        row = self._database.execute("select ahead from kit").fetchone()
        return timedelta() if row is None else row[0] * MICROSECOND

    def learn(self, kit: VoucherKit, ahead: timedelta) -> None:
        self._database.execute(
            "insert or replace into kit (one, content, last, ahead) values (1, ?, ?, ?)",
            (msgspec.json.encode(kit), _number(kit.issued_at), ahead // MICROSECOND),
        )
        self._database.execute(
            "delete from taken where verdict is not null and ends_at < ?",
            (_number(kit.issued_at - KEPT_FOR),),
        )

    def saw(self, now: datetime) -> None:
        """Remember how late it is, so that a clock that goes back is noticed."""
        self._database.execute("update kit set last = max(last, ?)", (_number(now),))

    def take(self, promise: Promise, taken: TakenIn) -> None:
        self._database.execute(
            "insert into taken (voucher_id, voucher, value, ends_at, taken_at, order_id)"
            " values (?, ?, ?, ?, ?, ?)",
            (
                str(promise.id),
                taken.voucher,
                promise.value,
                _number(promise.ends_at),
                _number(taken.taken_at),
                taken.order_id,
            ),
        )

    def undo(self, id: UUID) -> bool:
        """Forget a voucher of which nobody has been told: whoever was may have settled it."""
        done = self._database.execute(
            "delete from taken where voucher_id = ? and not is_told", (str(id),)
        )
        return done.rowcount == 1

    def unsettled(self, most: int) -> Sequence[TakenIn]:
        rows = self._database.execute(
            "select voucher, taken_at, order_id from taken where verdict is null"
            " order by taken_at, voucher_id limit ?",
            (most,),
        )
        return [_taken_in(row) for row in rows]

    def tell(self, taken: Iterable[TakenIn]) -> None:
        """Remember that these go out, and may arrive even if nobody hears of it."""
        self._database.executemany(
            "update taken set is_told = 1 where voucher = ?", ([each.voucher] for each in taken)
        )

    def heard(self, taken: TakenIn, verdict: str) -> None:
        self._database.execute(
            "update taken set verdict = ? where voucher = ? and verdict is null",
            (verdict, taken.voucher),
        )


def _taken_in(row: tuple[str, int, str | None]) -> TakenIn:
    return TakenIn(row[0], _moment(row[1]), row[2])


def _number(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def _moment(number: int) -> datetime:
    return EPOCH + number * MICROSECOND
