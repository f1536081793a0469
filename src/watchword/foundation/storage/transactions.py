"""What a store may ask of the database, whichever engine answers."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from contextvars import ContextVar
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias

from watchword.foundation.ids import Reach
from watchword.foundation.storage.calm import Calm
from watchword.foundation.storage.faults import NestedTransaction
from watchword.foundation.storage.moments import Now
from watchword.foundation.storage.patience import Patience, Watch
from watchword.foundation.watching import NOBODY, Act, Look, Onlooker

Value: TypeAlias = str | int | float | bytes | None


class Row(Protocol):
    """A row of a result; its columns are found by name."""

    def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 - only the table knows


class Transaction(ABC):
    """What one `async with` block reads and writes: kept as a whole, or not at all.

    A fault in a statement is final, even if the block catches it and goes on. PostgreSQL
    keeps nothing after that, so on SQLite nothing is kept either.
    """

    is_open = False
    _fault: Exception | None = None
    _now: Now
    _began_at: datetime | None = None
    _patience: Patience | None = None
    _watch: Watch
    _onlooker: Onlooker = NOBODY
    _act = Act.READ
    _look: AbstractContextManager[Look]
    _hurry: Calm | None = None
    """Who is told that somebody waits for this block."""
    _leisure: Calm | None = None
    """Who knows when this block is in nobody's way."""

    def be_in_a_hurry(self, calm: Calm) -> None:
        self._hurry = calm

    def have_time(self, calm: Calm) -> None:
        self._leisure = calm

    def be_watched_with(self, patience: Patience | None) -> None:
        self._patience = patience

    def be_looked_at_by(self, onlooker: Onlooker, act: Act) -> None:
        self._onlooker = onlooker
        self._act = act

    def now(self) -> datetime:
        """Give the time of the database when it was first asked for in this block.

        It is the same for every process that shares the database.
        """
        if self._began_at is None:
            self._began_at = self._now()
        return self._began_at

    @abstractmethod
    async def one(self, sql: str, /, **values: Value) -> Row | None:
        """Give the first row, if there is one."""

    @abstractmethod
    async def all(self, sql: str, /, **values: Value) -> Sequence[Row]: ...

    @abstractmethod
    async def each(self, sql: str, words: Sequence[Value], /, **values: Value) -> Sequence[Row]:
        """Ask the same about each of many words, wherever the statement says `= :each`.

        It is for tables that grow fast: each word is looked up by an index, though the database
        may not know yet how large they have become. Rows come in no order, and some may twice.
        """

    @abstractmethod
    async def run(self, sql: str, /, **values: Value) -> int:
        """Change rows, and say how many."""

    @abstractmethod
    async def many(self, sql: str, rows: Iterable[Mapping[str, Value]], /) -> None:
        """Run a statement once for each row of values."""

    async def __aenter__(self) -> Self:
        # The context also shows what was opened by the task that started this one.
        latest = _latest.get()
        if latest is not None and latest.is_open:
            raise NestedTransaction
        if self._leisure is not None:
            await self._leisure.comes()
        self._look = self._onlooker.over(self._act)
        self._look.__enter__()
        if self._hurry is not None:
            self._hurry.begins()
        try:
            await self._open()
        except BaseException as fault:
            self._be_seen_out(fault)
            raise
        self.is_open = True
        _latest.set(self)
        if self._patience is not None:
            self._watch = self._patience.watch()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_open = False
        try:
            await self._end(fault)
        except BaseException as other:
            self._be_seen_out(other)
            raise
        self._be_seen_out(fault)

    def _be_seen_out(self, fault: BaseException | None) -> None:
        if self._hurry is not None:
            self._hurry.ends()
        trace = None if fault is None else fault.__traceback__
        self._look.__exit__(None if fault is None else type(fault), fault, trace)

    async def _end(self, fault: BaseException | None) -> None:
        reason = self._fault if fault is None else fault
        if self._patience is not None and self._watch.end(fault):
            # Our own interruption takes the place of the cancellation that it caused.
            reason = self._patience.fault()
        if reason is None:
            await self._keep()
            return
        await self._undo(reason)
        if reason is not fault:
            raise reason from fault

    @abstractmethod
    async def _open(self) -> None: ...

    @abstractmethod
    async def _keep(self) -> None: ...

    @abstractmethod
    async def _undo(self, fault: BaseException) -> None: ...

    def _check(self) -> None:
        if self._fault is not None:
            raise self._fault
        if not self.is_open:
            raise RuntimeError("This transaction is not open.")


_latest: ContextVar[Transaction | None] = ContextVar("latest transaction", default=None)


class Storage(ABC):
    """Hands out transactions, one at a time to each task."""

    _onlooker: Onlooker = NOBODY

    def __init__(self, patience: float | None) -> None:
        self._patience = None if patience is None else Patience(patience)
        self._calm = Calm()

    def be_looked_at_by(self, onlooker: Onlooker) -> None:
        """Let somebody see how long transactions take, from when they are asked for."""
        self._onlooker = onlooker

    def begin(self, reach: Reach = None) -> AbstractAsyncContextManager[Transaction]:
        """Write. Whoever leaves the block without a fault knows that it is durable.

        `reach` says whose rows the block may see and change. PostgreSQL holds it to that by
        row-level security, as a second wall behind the queries of the stores.
        """
        transaction = self._watched(self._writing(reach))
        transaction.be_in_a_hurry(self._calm)
        return transaction

    def soon(self, reach: Reach = None) -> AbstractAsyncContextManager[Transaction]:
        """Write what can be done anew, as a whole or not at all. It is durable with the next block
        that is, or a little later: a machine that loses its power may forget it, and whatever came
        after it, but never what came before. It begins in a calm moment, so whoever is in a hurry
        hardly has to wait for it.
        """
        transaction = self._watched(self._writing(reach, at_once=False))
        transaction.have_time(self._calm)
        return transaction

    def _watched(self, transaction: Transaction) -> Transaction:
        transaction.be_watched_with(self._patience)
        transaction.be_looked_at_by(self._onlooker, Act.WRITE)
        return transaction

    def reading(self, reach: Reach = None) -> AbstractAsyncContextManager[Transaction]:
        """Read what is kept, as of one moment. Nobody waits for it, however long it takes."""
        transaction = self._reading(reach)
        transaction.be_looked_at_by(self._onlooker, Act.READ)
        return transaction

    @abstractmethod
    def now(self) -> datetime:
        """Give the time of the database, as a transaction would."""

    @abstractmethod
    async def risks(self) -> Mapping[str, str]:
        """Give the settings, as they are, under which it may lose what it said it kept."""

    @abstractmethod
    async def is_walled(self) -> bool:
        """Say whether the database itself holds us to our reach, in every table with a policy."""

    async def is_tended(self) -> bool:
        """Say whether the database looks after its tables by itself: takes away what is over, and
        keeps count of what is there, by which it finds its ways."""
        return True

    async def empty_log(self) -> bool:
        """Let what was deleted stand in no log of ours any more; say whether it is so by now.

        Whoever reads at the moment may be in the way; then it is to be tried again. What an engine
        keeps by itself, and lets nobody touch, is the business of whoever runs it.
        """
        return True

    @abstractmethod
    async def close(self) -> None:
        """Let what is open come to its end, and let nothing begin."""

    @abstractmethod
    def _writing(self, reach: Reach, *, at_once: bool = True) -> Transaction:
        """`at_once`: that it is durable when its block ends."""

    @abstractmethod
    def _reading(self, reach: Reach) -> Transaction: ...
