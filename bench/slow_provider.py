"""A provider on this machine that takes everything after 5 ms, and costs next to nothing itself.

Started by `drain.py`: prints its port, and answers until it is told to stop.
"""

import asyncio
import sys
from typing import Any

import uvloop

SECONDS = 0.005
REPLY = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"id":"1"}\n'
)
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "


def whole_request(read: bytes) -> tuple[bytes, bytes] | None:
    """Give the body of the first request in what was read, and what follows it; nothing, if it has
    not all come yet."""
    head, end, rest = read.partition(HEAD_END)
    if not end:
        return None
    length = int(head.lower().partition(LENGTH)[2].partition(b"\r\n")[0])
    return None if len(rest) < length else (rest[:length], rest[length:])


class Slow(asyncio.Protocol):
    """Reads requests one after the other, as a provider does on a connection that is kept."""

    def __init__(self, *, hangs: bool) -> None:
        self._hangs = hangs
        self._read = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while self._take() and not self._hangs:
            asyncio.get_running_loop().call_later(SECONDS, self._answer)

    def _take(self) -> bool:
        if (whole := whole_request(self._read)) is None:
            return False
        _, self._read = whole
        return True

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(REPLY)


async def main(*, hangs: bool) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Slow(hangs=hangs), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(hangs="hangs" in sys.argv[1:]))
