"""Where every peer's messages end: a mail server and an HTTP door that remember the last code.

It lives in the driver's process, so the driver can wait for a code without asking again and again,
and so its work is never counted as a peer's.
"""

import asyncio
import email
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias
from urllib.parse import parse_qs, parse_qsl, urlsplit

# Some templates write a code in two groups of three.
CODE = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})(?!\d)")
HOST = "127.0.0.1"
LONGEST_MESSAGE = 2**20
SMTP_REPLIES = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"QUIT": b"221 bye\r\n",
}
HTTP_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Speaker: TypeAlias = Callable[[Reader, Writer], Awaitable[None]]


class Sink:
    def __init__(self) -> None:
        self.smtp_port = 0
        self.http_port = 0
        self._last: dict[str, str] = {}
        self._awaited: dict[str, asyncio.Future[str]] = {}
        self._servers: list[asyncio.Server] = []
        self._open: dict[Writer, asyncio.Event] = {}

    async def start(self) -> None:
        self.smtp_port = await self._listen(self._speak_smtp)
        self.http_port = await self._listen(self._speak_http)

    async def stop(self) -> None:
        for server in self._servers:
            server.close()
        for writer, ended in list(self._open.items()):
            writer.close()
            await ended.wait()  # A conversation cut off by the loop's own end complains loudly.

    def expect(self, address: str) -> asyncio.Future[str]:
        """Ask for the next code to this address; to be called before it is ordered."""
        self._awaited[address] = asyncio.get_running_loop().create_future()
        return self._awaited[address]

    def receive(self, address: str, text: str) -> None:
        found = CODE.search(text)
        if found is None:
            return
        self._last[address] = "".join(found.groups())
        awaited = self._awaited.pop(address, None)
        if awaited is not None and not awaited.done():
            awaited.set_result(self._last[address])

    async def _listen(self, speak: Speaker) -> int:
        async def serve(reader: Reader, writer: Writer) -> None:
            ended = self._open[writer] = asyncio.Event()
            # A peer that hangs up has nothing more to say.
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await speak(reader, writer)
            del self._open[writer]
            writer.close()
            ended.set()

        server = await asyncio.start_server(serve, HOST, 0, limit=LONGEST_MESSAGE, backlog=512)
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _speak_smtp(self, reader: Reader, writer: Writer) -> None:
        recipients: list[str] = []
        writer.write(b"220 sink ESMTP\r\n")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                recipients.append(line.decode().partition("<")[2].partition(">")[0])
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                text = text_of(await reader.readuntil(b"\r\n.\r\n"))
                for recipient in recipients:
                    self.receive(recipient, text)
                recipients.clear()
            writer.write(SMTP_REPLIES.get(verb, b"250 ok\r\n"))
            if verb == b"QUIT":
                return

    async def _speak_http(self, reader: Reader, writer: Writer) -> None:
        while line := await reader.readline():
            _, target, _ = line.decode().split(" ", 2)
            body = await body_of(reader)
            if body:
                message = fields_of(body)
                self.receive(message["to"], message["text"])
            asked = parse_qs(urlsplit(target).query).get("to", [""])[0]
            answer = json.dumps({"code": self._last.get(asked)}).encode()
            writer.write(HTTP_HEAD % len(answer) + answer)


def text_of(message: bytes) -> str:
    """The readable part alone: headers and styles have digits of their own."""
    for part in email.message_from_bytes(message).walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
    return ""


async def body_of(reader: Reader) -> bytes:
    length = 0
    while (line := await reader.readline()).strip():
        name, _, value = line.decode().partition(":")
        if name.lower() == "content-length":
            length = int(value)
    return await reader.readexactly(length)


def fields_of(body: bytes) -> dict[str, str]:
    """What was posted, as JSON or as a form: gateways differ."""
    if body.startswith(b"{"):
        return {name: str(value) for name, value in json.loads(body).items()}
    return dict(parse_qsl(body.decode()))
