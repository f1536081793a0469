"""A mail server that offers what it is told to, takes everything, and keeps what was said to it."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class EnvelopeServer:
    offers: Sequence[str]
    port: int = 0
    commands: list[str] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def converse(self, reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            self.commands.append(line)
            writer.write(await self._answer(line.split()[0], reader, writer))
        writer.close()
        await writer.wait_closed()
        self.over.set()

    async def _answer(self, command: str, reader: StreamReader, writer: StreamWriter) -> bytes:
        match command:
            case "EHLO":
                rows = "".join(f"250-{offer}\r\n" for offer in ("here", *self.offers))
                return f"{rows}250 HELP\r\n".encode()
            case "DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                return b"250 taken\r\n"
            case _:
                return b"250 fine\r\n"


@asynccontextmanager
async def running_envelope_server(*offers: str) -> AsyncIterator[EnvelopeServer]:
    """Run one on 127.0.0.1, until the one conversation with it is over."""
    stand_in = EnvelopeServer(offers)
    server = await asyncio.start_server(stand_in.converse, "127.0.0.1", 0)
    stand_in.port = server.sockets[0].getsockname()[1]
    async with server:
        yield stand_in
        await stand_in.over.wait()
