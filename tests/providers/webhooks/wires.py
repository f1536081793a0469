"""Connectors to try, resolvers that are told what to say, and a canary that counts visits."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.stand_ins.certificates import authority
from watchword.features.webhooks.rules import Answer, SignedRequest
from watchword.providers.webhooks.addresses import Fence
from watchword.providers.webhooks.connector import (
    Found,
    LookUp,
    SafeConnector,
)

NAME = "hooks.example.org"
BODY = b'{"type":"webhook.test"}'
HEADERS = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
HERE = Fence(allow_loopback=True, high_ports=True)
STRICT = Fence(high_ports=True)
NOWHERE = "2d00::1"  # of a block that nobody has been given, so that nothing answers
SHUT = Answer(word="address closed")


def request_to(url: str, body: bytes = BODY) -> SignedRequest:
    return SignedRequest(url=url, headers=HEADERS, body=body)


def found(*addresses: str) -> list[Found]:
    return [(socket.AF_INET6 if ":" in one else socket.AF_INET, one) for one in addresses]


@dataclass
class Resolver:
    """Answers in turn; the last answer stays."""

    answers: list[list[Found]]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str) -> Sequence[Found]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass
class Canary:
    """Listens where nobody may come, and counts who does."""

    port: int = 0
    visits: int = 0

    async def _visit(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Canary]:
    canary = Canary()
    server = await asyncio.start_server(canary._visit, "127.0.0.1", 0)  # noqa: SLF001
    canary.port = server.sockets[0].getsockname()[1]
    try:
        yield canary
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def connecting(
    fence: Fence = HERE, look_up: LookUp | None = None, seconds: float = 5.0
) -> AsyncIterator[SafeConnector]:
    connector = SafeConnector(fence, look_up=look_up, ca_file=authority().ca_file, seconds=seconds)
    try:
        yield connector
    finally:
        await connector.close()
