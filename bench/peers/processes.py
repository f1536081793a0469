"""Programs that are installed, started, watched and stopped for a measurement."""

import asyncio
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeAlias

from bench.peers.peer import Unavailable

HOST = "127.0.0.1"
TO_START = 60.0
TO_STOP = 10.0
LAST_WORDS = 600

Command: TypeAlias = Sequence[str | Path]

# A command that is not told otherwise should not see our virtual environment.
OURS = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")


def cache_for(peer: str) -> Path:
    """Outside the tree, so that a checkout stays clean and a second run starts at once."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "watchword-peers" / peer
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fresh_folder(peer: str) -> Path:
    """One run's data, on the cache's disk: in memory, a durable commit would cost nothing."""
    return Path(mkdtemp(prefix="run-", dir=cache_for(peer)))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


async def run(command: Command, folder: Path, extra: Mapping[str, str]) -> str:
    """Run to the end, and give what it printed."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=surroundings(extra),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as fault:
        raise Unavailable(f"{command[0]}: {fault.strerror}") from fault
    out, err = await process.communicate()
    if process.returncode != 0:
        said = (err.strip() or out.strip()).decode(errors="replace")[-LAST_WORDS:]
        raise Unavailable(f"{Path(command[0]).name} ended with {process.returncode}: {said}")
    return out.decode()


class Server:
    """One program that listens on a port, with its log beside its data."""

    def __init__(self, command: Command, folder: Path, port: int) -> None:
        self._command = command
        self._folder = folder
        self._port = port
        self._log = folder / "server.log"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise Unavailable(f"{self._command[0]} was not started")
        return self._process.pid

    async def start(self, extra: Mapping[str, str]) -> None:
        with self._log.open("wb") as log:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    cwd=self._folder,
                    env=surroundings(extra),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            except OSError as fault:
                raise Unavailable(f"{self._command[0]}: {fault.strerror}") from fault
        await self._until_it_listens(self._process)

    async def stop(self) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), TO_STOP)
        except TimeoutError:
            # The whole session is ours alone: it was begun for this program.
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    async def _until_it_listens(self, process: asyncio.subprocess.Process) -> None:
        for _ in range(int(TO_START * 10)):
            with suppress(OSError):
                _, writer = await asyncio.open_connection(HOST, self._port)
                writer.close()
                return
            if process.returncode is not None:
                break
            await asyncio.sleep(0.1)
        last_words = self._log.read_text(errors="replace").strip()[-LAST_WORDS:]
        raise Unavailable(f"it does not listen on its port: {last_words}")


def surroundings(extra: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**inherited, **extra}
