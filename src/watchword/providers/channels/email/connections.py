"""Connections to one mail server: opened when needed, used again, let go of when idle."""

import asyncio
from asyncio import TimerHandle
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiosmtplib import SMTP, SMTPException, SMTPStatus


class Connections:
    """Hands out so many connections at a time; whoever comes later waits."""

    def __init__(
        self, connect: Callable[[], Awaitable[SMTP]], *, limit: int, idle_seconds: float
    ) -> None:
        self._connect = connect
        self._turns = asyncio.Semaphore(limit)
        self._idle_seconds = idle_seconds
        self._idle: dict[SMTP, TimerHandle] = {}
        self._is_closed = False

    @asynccontextmanager
    async def one(self) -> AsyncIterator[SMTP]:
        """Lend a connection on which a new mail can begin. After a fault it is not used again."""
        async with self._turns:
            client = await self._reuse() or await self._connect()
            try:
                yield client
            except BaseException:
                client.close()
                raise
            self._keep(client)

    async def _reuse(self) -> SMTP | None:
        """Find a connection that still answers; a server may have ended it while it was idle."""
        while self._idle:
            client, timer = self._idle.popitem()
            timer.cancel()
            try:
                reply = await client.execute_command(b"RSET")
            except SMTPException:
                client.close()
                continue
            except BaseException:
                client.close()
                raise
            if reply.code == SMTPStatus.completed:
                return client
            client.close()
        return None

    def _keep(self, client: SMTP) -> None:
        if self._is_closed or not client.is_connected:
            client.close()
            return
        loop = asyncio.get_running_loop()
        self._idle[client] = loop.call_later(self._idle_seconds, self._drop, client)

    def _drop(self, client: SMTP) -> None:
        self._idle.pop(client).cancel()
        client.close()

    def close(self) -> None:
        """Let go of what is idle now, and of what is in use when it is given back."""
        self._is_closed = True
        for client in list(self._idle):
            self._drop(client)
