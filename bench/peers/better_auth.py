"""better-auth on Node.js: codes by e-mail, given to the sink over HTTP by its callback."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex
from shutil import copy, rmtree

from bench.peers.peer import Refused, Unavailable
from bench.peers.processes import Command, Server, cache_for, free_port, fresh_folder, run
from bench.peers.sink import Sink
from bench.peers.wire import HOST, Wire

VERSION = "1.7.25"
SOURCES = Path(__file__).parent / "better_auth"
# No lock file: it would name the addresses of whichever registry is near.
INSTALL = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]


class BetterAuth:
    name = "better-auth"
    version = VERSION
    crowd = 0  # each one more would be a new user, who costs more

    def __init__(self) -> None:
        self._home = cache_for("better-auth")
        self._folder: Path | None = None
        self._server: Server | None = None
        self._wire: Wire | None = None

    async def install(self) -> None:
        for source in ("server.mjs", "package.json"):
            copy(SOURCES / source, self._home / source)
        ready = self._home / f"ready-{VERSION}"
        if not ready.exists():
            await run(INSTALL, self._home, {})
            ready.touch()

    async def start(self, sink: Sink) -> None:
        self._folder = fresh_folder("better-auth")
        port = free_port()
        database = self._folder / "better-auth.db"
        script = self._home / "server.mjs"
        command: Command = ["node", script, str(port), str(sink.http_port), database]
        self._server = Server(command, self._folder, port)
        await self._server.start({"NODE_ENV": "production", "BETTER_AUTH_SECRET": token_hex()})
        self._wire = Wire(port, {"Origin": f"http://{HOST}:{port}"})

    async def prepare(self, addresses: Sequence[str]) -> None:
        """Nobody must be known: whoever signs in first is made a user, in the warm-up round."""

    async def create(self, address: str) -> str:
        order = {"email": address, "type": "sign-in"}
        await self._ask("/api/auth/email-otp/send-verification-otp", order)
        return address

    async def check(self, address: str, handle: str, code: str) -> bool:
        await self._ask("/api/auth/sign-in/email-otp", {"email": address, "otp": code})
        return True

    def pids(self) -> Sequence[int]:
        return [self._server.pid] if self._server else []

    async def stop(self) -> None:
        if self._wire:
            self._wire.close()
        if self._server:
            await self._server.stop()
        if self._folder:
            await asyncio.to_thread(rmtree, self._folder)

    async def _ask(self, path: str, body: Mapping[str, object]) -> None:
        if self._wire is None:
            raise Unavailable("it was not started")
        reply = await self._wire.post(path, body)
        if reply.status != HTTPStatus.OK:
            raise Refused(f"{path}: {reply.status} {reply.body[:300]!r}")
