"""Bells wake whoever waits for news, so that nobody has to keep asking.

A bell says only *that* there is news under a name. Whoever hears it looks for himself, and a
bell that was missed costs no more than the next look.
"""

import asyncio
from contextlib import suppress
from typing import Protocol, TypeAlias

import asyncpg

from watchword.foundation.storage.postgresql import DRIVER_FAULTS

ROOM = "watchword"  # the channel of NOTIFY

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Bells(Protocol):
    def ring(self, name: str) -> None:
        """Wake all who listen for `name`, in this process and in others that can hear it."""

    def listen(self, *names: str) -> "Ear": ...

    def forget(self, ear: "Ear") -> None:
        """Ring for this listener no more."""

    async def close(self) -> None: ...


class Ear:
    """One listener. What rings while it is not waiting is heard at its next waiting."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Say whether the bell has rung since the last time, at the latest after the seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.rung.wait()
        heard = self.rung.is_set()
        self.rung.clear()
        return heard


class LocalBells:
    """Bells for one process."""

    def __init__(self) -> None:
        self._ears: dict[str, list[Ear]] = {}

    def ring(self, name: str) -> None:
        for ear in self._ears.get(name, ()):
            ear.rung.set()

    def listen(self, *names: str) -> Ear:
        ear = Ear()
        for name in names:
            self._ears.setdefault(name, []).append(ear)
        return ear

    def forget(self, ear: Ear) -> None:
        for name in [name for name, ears in self._ears.items() if ear in ears]:
            self._ears[name].remove(ear)
            if not self._ears[name]:
                del self._ears[name]

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
            with suppress(*DRIVER_FAULTS):
                await self._connected()
            # Without a connection, work is found by looking for it, only later.
            await asyncio.sleep(1)

    async def _connected(self) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            # Who only listens would not notice that nothing can be heard any more.
            connection.add_termination_listener(self._wake)
            await connection.add_listener(ROOM, self._hear)
            while not connection.is_closed():
                self._wanted.clear()
                while self._names:
                    await self._tell(connection, self._names.pop())
                await self._wanted.wait()
        finally:
            await connection.close(timeout=1)

    async def _tell(self, connection: Connection, name: str) -> None:
        try:
            await connection.execute("select pg_notify($1, $2)", ROOM, name)
        except BaseException:
            self._names.add(name)  # It is told over the next connection.
            raise

    def _wake(self, connection: object) -> None:
        self._wanted.set()

    def _hear(self, connection: object, process: int, room: str, name: object) -> None:
        LocalBells.ring(self, str(name))
