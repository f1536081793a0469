"""What a store may ask of the database, whichever engine answers."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias

from watchword.foundation.ids import Reach
from watchword.foundation.storage.faults import HeldTooLong, NestedTransaction
from watchword.foundation.storage.moments import Now

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
        await self._open()
        self.is_open = True
        _latest.set(self)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_open = False
        reason = self._fault if fault is None else fault
        if reason is None:
            await self._keep()
            return
        await self._undo(reason)
        if fault is None:
            raise reason

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

    def __init__(self, patience: float | None) -> None:
        self._patience = patience

    def begin(self, reach: Reach = None) -> AbstractAsyncContextManager[Transaction]:
        """Write. Whoever leaves the block without a fault knows that it is durable.

        `reach` says whose rows the block may see and change. PostgreSQL holds it to that by
        row-level security, as a second wall behind the queries of the stores.
        """
        if self._patience is None:
            return self._writing(reach)
        return _Interrupted(self._writing(reach), self._patience)

    def reading(self, reach: Reach = None) -> AbstractAsyncContextManager[Transaction]:
        """Read what is durable, as of one moment. Nobody waits for it, however long it takes."""
        return self._reading(reach)

    @abstractmethod
    def now(self) -> datetime:
        """Give the time of the database, as a transaction would."""

    @abstractmethod
    async def close(self) -> None:
        """Let what is open come to its end, and let nothing begin."""

    @abstractmethod
    def _writing(self, reach: Reach) -> Transaction: ...

    @abstractmethod
    def _reading(self, reach: Reach) -> Transaction: ...


class _Interrupted(AbstractAsyncContextManager[Transaction]):
    """Ends a transaction that makes others wait; one that itself never waits runs to its end."""

    def __init__(self, transaction: Transaction, seconds: float) -> None:
        self._transaction = transaction
        self._seconds = seconds

    async def __aenter__(self) -> Transaction:
        transaction = await self._transaction.__aenter__()
        self._timer = asyncio.timeout(self._seconds)
        await self._timer.__aenter__()
        return transaction

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._timer.__aexit__(kind, fault, trace)
        except TimeoutError as expired:
            # It was our own timer, which takes the place of the cancellation that it caused.
            await self._transaction.__aexit__(type(expired), expired, expired.__traceback__)
            raise HeldTooLong(self._seconds) from fault
        await self._transaction.__aexit__(kind, fault, trace)
