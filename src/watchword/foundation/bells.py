"""Bells wake whoever waits for news, so that nobody has to keep asking.

A bell says only *that* there is news under a name. Whoever hears it looks for himself, and a
bell that was missed costs no more than the next look.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Protocol

import asyncpg

ROOM = "watchword"  # the channel of NOTIFY


class Bells(Protocol):
    def ring(self, name: str) -> None:
        """Wake all who listen for `name`, in this process and in others that can hear it."""

    def listen(self, name: str) -> "Ear": ...

    async def close(self) -> None: ...


class Ear:
    """One listener. What rings while it is not waiting is heard at its next waiting."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return when the bell has rung since the last time, or when the seconds are over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.rung.wait(), seconds)
        self.rung.clear()


class LocalBells:
    """Bells for one process."""

    def __init__(self) -> None:
        self._ears: dict[str, list[Ear]] = defaultdict(list)

    def ring(self, name: str) -> None:
        for ear in self._ears[name]:
            ear.rung.set()

    def listen(self, name: str) -> Ear:
        ear = Ear()
        self._ears[name].append(ear)
        return ear

    def forget(self, name: str, ear: Ear) -> None:
        self._ears[name].remove(ear)

    async def close(self) -> None:
        """Nothing is held."""


class PostgresqlBells(LocalBells):
    """Bells that other processes hear, by NOTIFY on a connection of their own.

    A notice is sent after the transaction that it speaks of, never inside it: at commit,
    NOTIFY makes all transactions of the server that use it wait for each other.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._names: set[str] = set()
        self._wanted = asyncio.Event()
        self._task = asyncio.create_task(self._work(), name="bells")

    def ring(self, name: str) -> None:
        super().ring(name)
        self._names.add(name)
        self._wanted.set()

    async def close(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _work(self) -> None:
        while True:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._connected()
            # Without a connection, work is found by looking for it, only later.
            await asyncio.sleep(1)

    async def _connected(self) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            await connection.add_listener(ROOM, self._hear)
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                while self._names:
                    await connection.execute("select pg_notify($1, $2)", ROOM, self._names.pop())
        finally:
            await connection.close(timeout=1)

    def _hear(self, connection: object, process: int, room: str, name: object) -> None:
        LocalBells.ring(self, str(name))
