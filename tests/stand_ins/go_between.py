"""Somebody between a database and whoever asks it, who loses what it is told to lose."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum

COMMIT = b"COMMIT"


class Manner(StrEnum):
    HONEST = "honest"
    ABSENT = "absent"
    """Lets nobody in, and sends away who is there."""
    DEAF = "deaf"
    """Takes what it is told, and hands nothing on."""
    LOSES_ANSWERS = "loses_answers"
    """Hands on that something is to be committed, and then is gone."""
    LOSES_COMMITS = "loses_commits"
    """Is gone as soon as something is to be committed."""


class GoBetween:
    """What a test holds in its hand; see `going_between`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lines: set[asyncio.StreamWriter] = set()
        self._manner = Manner.HONEST
        self.port = 0

    def behave(self, manner: Manner) -> None:
        self._manner = manner
        if manner is Manner.ABSENT:
            self.hang_up()

    def hang_up(self) -> None:
        for line in self._lines:
            line.transport.abort()

    async def serve(self, asker: asyncio.StreamReader, to_asker: asyncio.StreamWriter) -> None:
        if self._manner is Manner.ABSENT:
            to_asker.transport.abort()
            return
        answerer, to_answerer = await asyncio.open_unix_connection(self._path)
        lines = {to_asker, to_answerer}
        self._lines |= lines
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(
                self._hand_on(asker, to_answerer, to_asker), self._hand_on(answerer, to_asker)
            )
        self._lines -= lines
        for line in lines:
            line.transport.abort()

    async def _hand_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        asker: asyncio.StreamWriter | None = None,
    ) -> None:
        while part := await reader.read(64 * 1024):
            if self._manner is Manner.DEAF:
                continue
            if asker is not None and COMMIT in part and self._manner is not Manner.HONEST:
                asker.transport.abort()
                if self._manner is Manner.LOSES_COMMITS:
                    break
            writer.write(part)
            await writer.drain()
        with suppress(OSError):
            # What was handed on is still done, whoever has gone away meanwhile.
            writer.write_eof()


@asynccontextmanager
async def going_between(path: str) -> AsyncIterator[GoBetween]:
    between = GoBetween(path)
    server = await asyncio.start_server(between.serve, "127.0.0.1", 0)
    between.port = server.sockets[0].getsockname()[1]
    try:
        yield between
    finally:
        server.close()
        between.hang_up()
        await asyncio.sleep(0)
