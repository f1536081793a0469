"""A gateway on this machine that remembers what it was asked, and answers as it is told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """How long it thinks before it answers."""


@dataclass(frozen=True)
class Fault:
    """Break the connection after the request was read, or at another point on the way."""

    kind: Literal["reset", "hang", "half a reply"]


RESET, HANG, HALF_A_REPLY = Fault("reset"), Fault("hang"), Fault("half a reply")

Behaviour: TypeAlias = Answer | Fault


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Gateway:
    """What a test holds in its hand; see `running_gateway`."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Asked] = []
        self.connections: set[object] = set()
        self._behaviours: list[Behaviour] = [Answer()]

    def behave(self, *behaviours: Behaviour) -> None:
        """Say how to answer from now on, in turn; the last one stays."""
        self._behaviours = list(behaviours)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.connections.add(request.transport)
        self.requests.append(Asked(request.method, request.path_qs, request.headers.copy(), body))
        behaviour = self._behaviours[0]
        if len(self._behaviours) > 1:
            self._behaviours.pop(0)
        if isinstance(behaviour, Answer):
            await asyncio.sleep(behaviour.seconds)
            return web.Response(
                status=behaviour.status, body=behaviour.body, headers=behaviour.headers
            )
        return await _fail(request, behaviour)


async def _fail(request: web.BaseRequest, fault: Fault) -> web.StreamResponse:
    response = web.StreamResponse(status=201, headers={"Content-Length": "1000"})
    if fault.kind == "hang":
        await asyncio.Event().wait()
    if fault.kind == "half a reply":
        await response.prepare(request)
        await response.write(b'{"id": "gw-')
        await asyncio.sleep(0.01)  # so that it leaves before the end does
    if request.transport is not None:
        request.transport.abort()
    return response


@asynccontextmanager
async def running_gateway(tls: ssl.SSLContext | None = None) -> AsyncIterator[Gateway]:
    gateway = Gateway()
    server = web.Server(gateway.answer, handler_cancellation=True, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=0.01)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        port = runner.addresses[0][1]
        gateway.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        yield gateway
    finally:
        await runner.cleanup()
