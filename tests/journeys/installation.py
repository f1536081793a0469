"""Watchword as an operator has it: a folder with settings, a keyring, a database, and a server.

The server is a process of its own, started by `watchword serve`, and its log is kept in a file.
"""

import asyncio
import os
import resource
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
from httpx import AsyncClient, Limits, TransportError

from watchword.client import AsyncClient as Watchword
from watchword.client import Patience, challenges, shapes
from watchword.client.acts import Id
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.keyring import new_keyring
from watchword.foundation.keyring_files import KeyringFile
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import open_services

STARTS_WITHIN, STOPS_WITHIN = 180.0, 120.0  # seconds
PATIENCE, PAUSE = 120.0, 0.05
PHONE = "+491701234567"

Section = Mapping[str, object]


@dataclass
class Installation:
    folder: Path
    database: str
    sections: Mapping[str, object]

    @property
    def settings(self) -> Path:
        return self.folder / "watchword.toml"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def everything_at_rest(self) -> bytes:
        """Give the content of every file, as a thief of the machine's disk would see it."""
        return b"".join(
            path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()
        )


async def install(folder: Path, database: str, **sections: Section) -> Installation:
    """Lay everything out; `sections` are those of the settings."""
    keyring = folder / "keys" / "keyring.json"
    given = {"database": {"url": database}, "keyring": {"path": str(keyring)}, **sections}
    KeyringFile(keyring).save(new_keyring(datetime.now(UTC)))
    await upgrade(database)
    place = Installation(folder, database, given)
    place.settings.write_bytes(msgspec.toml.encode(given))
    return place


async def new_key(place: Installation, mode: Mode, slug: str = "shop") -> str:
    """Found an organisation, and give the API key of an application of it."""
    keyring = KeyringFile(place.folder / "keys" / "keyring.json").load()
    async with open_services(parse(place.sections), keyring) as services:
        organisation = await services.organisations.found(
            slug=slug, name=slug.title(), mode=mode, country="DE", locale="de", actor="test"
        )
        assert isinstance(organisation, Organisation)
        _, key = await services.clients.create(
            organisation, label="test", scopes=frozenset(Scope), actor="test"
        )
    return key.reveal()


@dataclass
class Served:
    """A server that runs, and two who call it: one as programs do, and one byte by byte."""

    process: Process
    url: str
    client: AsyncClient
    watchword: Watchword

    async def open(
        self, phone: str | None = None, email: str | None = None, channel: str | None = None
    ) -> shapes.Challenge:
        to = PHONE if phone is None and email is None else phone
        asked = challenges.create("wallet_signin", phone=to, email=email, channel=channel)
        return await self.watchword.do(asked)

    async def answer(self, id: Id, code: str) -> str:
        return (await self.watchword.do(challenges.answer(id, code))).verdict

    async def states(self, id: Id) -> list[str]:
        """Give the state of each message of a challenge."""
        traced = await self.watchword.do(challenges.read(id))
        return [sending.state for sending in traced.sendings]

    async def kill(self) -> None:
        """End it as a power cut would: it is told nothing."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def serving(
    place: Installation, key: str, *options: str, files: int | None = None
) -> AsyncIterator[Served]:
    """Start the server; at the end, ask it to stop, and see that it does.

    It may open so many `files` at once, and cannot ask for more.
    """
    said_before = len(place.log.read_bytes()) if place.log.exists() else 0
    process = await start(place, "serve", "--port", "0", *options, files=files)
    async with ended_with_the_journey(process):
        url = await _address(place, process, said_before)
        headers = {"Authorization": f"Bearer {key}"}
        limits = Limits(max_connections=100)
        async with (
            AsyncClient(base_url=url, headers=headers, timeout=PATIENCE, limits=limits) as client,
            Watchword(url, key, patience=Patience(timeout=PATIENCE)) as watchword,
        ):
            yield Served(process, url, client, watchword)


@asynccontextmanager
async def ended_with_the_journey(process: Process) -> AsyncIterator[None]:
    """Ask a process to stop, and see that it does; where the journey failed, leave none behind."""
    try:
        yield
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), STOPS_WITHIN) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def start(place: Installation, *command: str, files: int | None = None) -> Process:
    limit = partial(resource.setrlimit, resource.RLIMIT_NOFILE, (files, files)) if files else None
    with place.log.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "watchword",
            "--settings",
            str(place.settings),
            *command,
            stdout=log,
            stderr=log,
            cwd=place.folder,
            preexec_fn=limit,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )


async def _address(place: Installation, process: Process, said_before: int) -> str:
    async with asyncio.timeout(STARTS_WITHIN):
        while process.returncode is None:
            for line in place.log.read_bytes()[said_before:].splitlines():
                if b'"server.started"' in line:
                    url = f"http://{msgspec.json.decode(line)['address']}"
                    if await _answers(url):
                        return url
            await asyncio.sleep(PAUSE)
    raise AssertionError(f"The server did not start: {place.log.read_text()}")


async def _answers(url: str) -> bool:
    try:
        async with AsyncClient(timeout=PATIENCE) as client:
            return (await client.get(f"{url}/health/ready")).status_code == 200
    except TransportError:
        return False


async def eventually(
    what: str, holds: Callable[[], Awaitable[bool]], within: float = PATIENCE
) -> None:
    """Wait until something holds, and say what did not if it never does."""
    end = asyncio.get_running_loop().time() + within
    while not await holds():
        assert asyncio.get_running_loop().time() < end, f"It never came true that {what}."
        await asyncio.sleep(PAUSE)
