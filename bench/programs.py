"""Servers that are started to be measured, each in a process of its own."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bench.peers.processor import seconds_used

HERE = Path(__file__).parent
STARTS_WITHIN, STOPS_WITHIN = 60.0, 25.0  # seconds

Surroundings: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Server:
    """A server that is ready to be called."""

    pid: int
    port: int
    key: str

    def seconds(self) -> float:
        """Give the processor time of the server and of all that it has started."""
        return seconds_used([self.pid])

    def megabytes(self) -> float:
        """Give the memory that it holds at this moment."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@asynccontextmanager
async def floor(path: Path) -> AsyncIterator[Server]:
    port = free_port()
    async with _running("floor.py", str(path), str(port), port=port) as server:
        yield server


@asynccontextmanager
async def ours(
    url: str, *words: str, surroundings: Surroundings | None = None
) -> AsyncIterator[Server]:
    """Start our server; for the words, see `server.py`."""
    port = free_port()
    async with _running(
        "server.py", url, str(port), *words, port=port, surroundings=surroundings or {}
    ) as server:
        yield server


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def _running(
    *command: str, port: int, surroundings: Surroundings | None = None
) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / command[0]),
        *command[1:],
        env={**os.environ, **(surroundings or {})},
        stdout=PIPE,
        stderr=DEVNULL,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it is piped
        key = await asyncio.wait_for(process.stdout.readline(), STARTS_WITHIN)
        if not key:
            raise RuntimeError(f"{command[0]} does not start; try it by hand.")
        yield Server(process.pid, port, key.decode().strip())
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), STOPS_WITHIN)
