"""Watchword as an operator would run it: `serve` on SQLite, mail by SMTP, outbox and audit on."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import rmtree
from string import Template

import msgspec

from bench.peers.peer import Refused, Unavailable
from bench.peers.processes import Command, Server, free_port, fresh_folder, run
from bench.peers.sink import Sink
from bench.peers.wire import HOST, Wire

TREE = Path(__file__).resolve().parents[2]
SENDER = "bench@example.org"

SETTINGS = Template("""
[database]
url = "sqlite:///$folder/watchword.db"

[keyring]
path = "$folder/keyring.json"

[web]
host = "$host"
port = $port
public_url = "http://$host:$port"

[limits]
sends_per_hour = 1000000
sends_per_day = 1000000

[providers.mail]
kind = "smtp"
host = "$host"
port = $smtp_port
security = "none"
sender = "$sender"
""")


class Created(msgspec.Struct):
    key: str


class Opened(msgspec.Struct):
    id: str


class Verdict(msgspec.Struct):
    verdict: str


def installed_version() -> str:
    try:
        return version("watchword")
    except PackageNotFoundError:
        return "this tree"


class Watchword:
    name = "watchword"
    version = installed_version()
    crowd = 5000  # so that nobody's budget remembers more orders than in daily life

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._server: Server | None = None
        self._wire: Wire | None = None

    async def install(self) -> None:
        """It is the tree we stand in, run by the interpreter that runs us."""

    async def start(self, sink: Sink) -> None:
        folder = self._folder = fresh_folder("watchword")
        port = free_port()
        text = SETTINGS.substitute(
            folder=folder, host=HOST, port=port, smtp_port=sink.smtp_port, sender=SENDER
        )
        (folder / "watchword.toml").write_text(text)
        key = await self._set_up(folder)
        self._server = Server(watchword(folder, "serve"), folder, port)
        await self._server.start(surroundings())
        self._wire = Wire(port, {"Authorization": f"Bearer {key}"})

    async def prepare(self, addresses: Sequence[str]) -> None:
        """Nobody must be known before a contact is verified."""

    async def create(self, address: str) -> str:
        order = {
            "purpose": "contact_verification",
            "to": {"email": address},
            "channel": "email",
            "locale": "en",
        }
        return msgspec.json.decode(await self._make("/v1/challenges", order), type=Opened).id

    async def check(self, address: str, handle: str, code: str) -> bool:
        body = await self._make(f"/v1/challenges/{handle}/answers", {"code": code})
        return msgspec.json.decode(body, type=Verdict).verdict == "verified"

    def pids(self) -> Sequence[int]:
        return [self._server.pid] if self._server else []

    async def stop(self) -> None:
        if self._wire:
            self._wire.close()
        if self._server:
            await self._server.stop()
        if self._folder:
            await asyncio.to_thread(rmtree, self._folder)

    async def _set_up(self, folder: Path) -> str:
        """Give the keys, the tables, one organisation, and what its API key is."""
        await run(watchword(folder, "keys", "create"), folder, surroundings())
        await run(watchword(folder, "database", "upgrade"), folder, surroundings())
        found = watchword(folder, "organisations", "create", "bench", "--name", "Bench", "--live")
        await run(found, folder, surroundings())
        permit = watchword(folder, "api-keys", "create", "bench", "--label", "bench", "--json")
        return created(await run(permit, folder, surroundings())).key

    async def _make(self, path: str, body: Mapping[str, object]) -> bytes:
        if self._wire is None:
            raise Unavailable("it was not started")
        reply = await self._wire.post(path, body)
        if reply.status != HTTPStatus.CREATED:
            raise Refused(f"{path}: {reply.status} {reply.body[:300]!r}")
        return reply.body


def watchword(folder: Path, *words: str) -> Command:
    return [sys.executable, "-m", "watchword", "--settings", folder / "watchword.toml", *words]


def surroundings() -> dict[str, str]:
    return {"PYTHONPATH": str(TREE / "src")}


def created(printed: str) -> Created:
    return msgspec.json.decode(printed, type=Created)
