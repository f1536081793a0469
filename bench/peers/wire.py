"""The driver's own HTTP client: kept connections, no cookies, and as little work as can be.

The driver shares two cores with what it measures, so a comfortable client would become the limit.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

HOST = "127.0.0.1"
PATIENCE = 60.0

Connection: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    lasting: bool


class Wire:
    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._port = port
        self._headers = dict(headers or {})
        self._idle: list[Connection] = []

    def always_send(self, name: str, value: str) -> None:
        self._headers[name] = value

    async def post(self, path: str, body: Mapping[str, object]) -> Reply:
        request = self._request(path, json.dumps(body).encode())
        async with asyncio.timeout(PATIENCE):
            reader, writer = await self._connection()
            try:
                writer.write(request)
                reply = await read_reply(reader)
            except BaseException:
                writer.close()  # What is half read can not be used again.
                raise
        if reply.lasting:
            self._idle.append((reader, writer))
        else:
            writer.close()
        return reply

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    def _request(self, path: str, body: bytes) -> bytes:
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {HOST}:{self._port}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in self._headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body

    async def _connection(self) -> Connection:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():  # Between rounds a server may have hung up.
                return reader, writer
            writer.close()
        return await asyncio.open_connection(HOST, self._port)


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    version, _, rest = (await reader.readuntil(b"\r\n")).partition(b" ")
    headers: dict[bytes, bytes] = {}
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    if headers.get(b"transfer-encoding") == b"chunked":
        body = await read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers[b"content-length"]))
    lasting = version == b"HTTP/1.1" and headers.get(b"connection", b"").lower() != b"close"
    return Reply(int(rest[:3]), body, lasting)


async def read_chunks(reader: asyncio.StreamReader) -> bytes:
    chunks: list[bytes] = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        chunks.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(chunks)
