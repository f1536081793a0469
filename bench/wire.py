"""A client that costs little, so that what is measured is the server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import msgspec

Job = TypeVar("Job")

HOST = "127.0.0.1:8000"
"""As which a server is known that nobody has told its address, wherever it listens."""


@dataclass
class Wire:
    """One connection that is kept open."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: str

    async def post(self, path: str, body: object, once: str | None = None) -> bytes:
        """Post JSON, and give the body of the reply, which must be a success.

        `once` is the key by which the request would be known if it came again.
        """
        content = msgspec.json.encode(body)
        key = "" if once is None else f"Idempotency-Key: {once}\r\n"
        request = f"POST {path} {self.head}{key}Content-Length: {len(content)}\r\n\r\n"
        return await self._ask(request.encode() + content)

    async def get(self, path: str) -> bytes:
        """Get a page; the reply must be a success."""
        return await self._ask(f"GET {path} {self.head}\r\n".encode())

    async def _ask(self, request: bytes) -> bytes:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        found = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        reply = await self.reader.readexactly(int(found))
        if not head.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(f"{head[:40]!r} {reply!r}")
        return reply


@asynccontextmanager
async def connected(port: int, key: str) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\n"
    )
    try:
        yield Wire(reader, writer, head)
    finally:
        writer.close()


async def at_once(
    places: Iterable[tuple[int, str]],
    jobs: Iterable[Job],
    work: Callable[[Wire, Job], Awaitable[None]],
) -> None:
    """Do all jobs: at each place, which is a port and a key, one after the other.

    The same place may be named many times, and has as many connections then.
    """
    left = iter(jobs)

    async def one(port: int, key: str) -> None:
        async with connected(port, key) as wire:
            for job in left:
                await work(wire, job)

    await asyncio.gather(*(one(port, key) for port, key in places))
