"""The line to an Asterisk: one command, one reply."""

import asyncio
from collections.abc import Sequence

from watchword.foundation.secret import Secret
from watchword.telephone.fastagi.protocol import (
    HANGUP,
    LINES_AT_MOST,
    NotAgi,
    Reply,
    command,
    read_reply,
)

PREFACE_WITHIN = 5.0
"""Seconds. Asterisk tells everything at once."""
REPLY_WITHIN = 180.0
"""Seconds. So long a sound may be, and the wait for keys behind it."""
UP = Secret("6")
"""Of a channel that is answered, as `CHANNEL STATUS` says it."""


class Gone(Exception):
    """The caller has hung up, or the Asterisk is no more."""


class Channel:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._is_hung_up = False

    async def preface(self) -> Sequence[str]:
        """Read what is told of a call, up to the empty line."""
        lines = list[str]()
        async with asyncio.timeout(PREFACE_WITHIN):
            while line := await self._line():
                lines.append(line)
                if len(lines) > LINES_AT_MOST:
                    raise NotAgi("Too much was told about a call.")
        return lines

    async def ask(self, name: str, *arguments: str | int) -> Reply:
        """Give a command, and wait until it is done. Raise `Gone` if nobody is there any more."""
        self._writer.write(command(name, *arguments))
        await self._writer.drain()
        async with asyncio.timeout(REPLY_WITHIN):
            reply = read_reply(await self._reply())
        if reply.is_dead or self._is_hung_up:
            raise Gone
        return reply

    async def is_up(self) -> bool:
        """Say whether the caller is still there. What was typed before a hang-up looks like a short
        entry, so this is asked before anything comes of it."""
        return (await self.ask("CHANNEL STATUS")).result == UP

    async def _reply(self) -> str:
        """Read on to the reply; a hang-up may be told before it."""
        while (line := await self._line()) == HANGUP:
            self._is_hung_up = True
        return line

    async def _line(self) -> str:
        try:
            raw = await self._reader.readuntil(b"\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            raise Gone from None
        return raw.decode("utf-8", "replace").rstrip("\r\n")
