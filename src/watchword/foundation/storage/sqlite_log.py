"""What SQLite has written into its log is brought into the file beside those who go on writing.

By itself SQLite does it in the commit that has filled the log, and whoever shares that commit waits
for twice the work.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress

ROWS = 500
"""That were written since it was done last: some hundred pages, as a rule."""
FEW = 100
"""The same, where whoever has written has time: what is brought at once keeps the disk busy, and
others wait for it. They would wait seldom for much, and may often for little."""
LONG = 8192
"""Pages of a log that is only begun anew when nobody writes, so somebody has to wait once."""


class Log:
    """The log of one connection that writes, in a thread of its own once there is enough to do."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], *, rows: int = ROWS, long: int = LONG
    ) -> None:
        """`connect` gives a connection that nobody else uses."""
        self._connect = connect
        self._enough = rows
        self._most = long
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log")
        self._connection: sqlite3.Connection | None = None
        self._work = Future[None]()
        self._work.set_result(None)
        self._written = 0
        self._is_long = False

    def has_grown(self, written: int, *, in_a_hurry: bool = True) -> None:
        """Hear from whoever has just committed how many rows they have written in all, and whether
        somebody waits for them.

        They come back at once, or when a log that is long is in the file: until then, they do not
        write, so that it comes to its end.
        """
        enough = self._enough if in_a_hurry else min(self._enough, FEW)
        if abs(written - self._written) < enough:  # A new connection counts from nothing.
            return
        if self._is_long:
            wait([self._work])
        elif not self._work.done():
            return
        self._written = written
        self._work = self._thread.submit(self._bring)
        if self._is_long:
            wait([self._work])
            self._is_long = False

    async def brought(self) -> None:
        """Wait for what is under way."""
        if not (work := self._work).done():
            await asyncio.shield(asyncio.wrap_future(work))

    def close(self) -> None:
        self._thread.shutdown()
        if self._connection is not None:
            self._connection.close()

    def _bring(self) -> None:
        # What could not be brought stands in the log as before; it is tried with the next rows.
        with suppress(sqlite3.Error):
            if self._connection is None:
                self._connection = self._connect()
            [_, pages, _] = self._connection.execute("pragma wal_checkpoint(passive)").fetchone()
            self._is_long = pages > self._most
