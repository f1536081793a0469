"""The network side of a banking core on this machine, which falls over as it is told to."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from aiohttp import web

from tests.contracts.cores import Trouble


class BankingServer(ABC):
    """Answers by what its subclass knows. It never writes unless it says so in `writes`."""

    def __init__(self) -> None:
        self.url = ""
        self.writes = 0
        self.paths: list[str] = []
        """What was asked, as it stands in the log of a server."""
        self._trouble: Trouble | None = None
        self._transports: set[asyncio.BaseTransport] = set()

    @abstractmethod
    async def answer(self, request: web.BaseRequest, body: bytes) -> web.Response: ...

    @abstractmethod
    def is_write(self, request: web.BaseRequest, body: bytes) -> bool: ...

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.paths.append(request.path_qs)
        if request.transport is not None:
            self._transports.add(request.transport)
        is_write = self.is_write(request, body)
        match self._trouble:
            case Trouble.MAINTENANCE:
                return web.Response(status=503, text="Poster is off host")
            case Trouble.SLOW:
                await asyncio.Event().wait()
            case Trouble.LOST_ON_THE_WAY if is_write:
                return self._vanish(request)
            case Trouble.ANSWER_LOST if is_write:
                await self.answer(request, body)
                return self._vanish(request)
        return await self.answer(request, body)

    def cause(self, trouble: Trouble | None) -> None:
        self._trouble = trouble

    def hang_up(self) -> None:
        for transport in self._transports:
            transport.close()
        self._transports.clear()

    def _vanish(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.StreamResponse()


Server = TypeVar("Server", bound=BankingServer)


class Door:
    """Where a server is reached. It can be shut, and opened again at the same place."""

    def __init__(self, server: BankingServer) -> None:
        self._server = server
        self._runner: web.ServerRunner | None = None
        self._port = 0

    async def open(self) -> None:
        inner = web.Server(self._server.handle, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(inner, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        self._server.url = f"http://127.0.0.1:{self._port}"

    async def shut(self) -> None:
        if self._runner is not None:
            self._server.hang_up()
            await self._runner.cleanup()
            self._runner = None
            await asyncio.sleep(0.01)  # so that whoever was connected hears of it

    async def cause(self, trouble: Trouble) -> None:
        if trouble is Trouble.DOWN:
            await self.shut()
        else:
            self._server.cause(trouble)

    async def heal(self) -> None:
        self._server.cause(None)
        if self._runner is None:
            await self.open()


@asynccontextmanager
async def running(server: BankingServer) -> AsyncIterator[Door]:
    door = Door(server)
    await door.open()
    try:
        yield door
    finally:
        await door.shut()
