"""Requests that reach a server at the same moment: all are written but for their last byte,
and then all last bytes leave together."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import msgspec


@dataclass
class Gun:
    """One connection that is kept open."""

    reader: StreamReader
    writer: StreamWriter
    key: str

    @classmethod
    async def at(cls, port: int, key: str) -> Self:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        return cls(reader, writer, key)

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()

    async def load(self, path: str, body: object) -> bytes:
        """Write a request but for its last byte, and give that."""
        content = msgspec.json.encode(body)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        self.writer.write(head.encode() + content[:-1])
        await self.writer.drain()
        return content[-1:]

    def fire(self, last: bytes) -> None:
        self.writer.write(last)

    async def hear(self) -> dict[str, object]:
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        body = await self.reader.readexactly(int(length))
        assert head.startswith(b"HTTP/1.1 201"), head + body
        reply: dict[str, object] = msgspec.json.decode(body)
        return reply

    async def ask(self, path: str, body: object) -> dict[str, object]:
        self.fire(await self.load(path, body))
        return await self.hear()


async def volley(
    guns: Sequence[Gun], path: str, bodies: Sequence[object]
) -> list[dict[str, object]]:
    """Let each gun post one of the bodies, all at the same moment."""
    lasts = [await gun.load(path, body) for gun, body in zip(guns, bodies, strict=True)]
    for gun, last in zip(guns, lasts, strict=True):
        gun.fire(last)
    return [await gun.hear() for gun in guns]
