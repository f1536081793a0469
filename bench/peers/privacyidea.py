"""privacyIDEA, by its own production server: e-mail tokens, triggered and checked by serial."""

import asyncio
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from string import Template

import msgspec

from bench.peers.peer import Refused, Unavailable
from bench.peers.processes import Command, Server, cache_for, free_port, fresh_folder, run
from bench.peers.sink import Sink
from bench.peers.wire import HOST, Wire

VERSION = "3.14"
PACKAGES = [f"privacyidea=={VERSION}", "gunicorn==23.0.0"]
WORKERS = "2"
APP = 'privacyidea.app:create_app(config_name="production")'
SENDER = "bench@example.org"

SETTINGS = Template("""
SUPERUSER_REALM = ["super"]
SECRET_KEY = "$secret"
PI_PEPPER = "$pepper"
PI_ENCFILE = "$folder/enckey"
PI_AUDIT_KEY_PRIVATE = "$folder/private.pem"
PI_AUDIT_KEY_PUBLIC = "$folder/public.pem"
PI_LOGFILE = "$folder/privacyidea.log"
PI_UUID_FILE = "$folder/uuid.txt"
SQLALCHEMY_DATABASE_URI = "sqlite:///$folder/privacyidea.db"
SQLALCHEMY_ENGINE_OPTIONS = {"connect_args": {"timeout": 30}}
PI_AUDIT_NO_SIGN = $unsigned
PI_NO_RESPONSE_SIGN = $unsigned
""")


class Token(msgspec.Struct):
    token: str


class Transaction(msgspec.Struct):
    transaction_id: str


class Result(msgspec.Struct):
    status: bool
    value: object = None


class Answer(msgspec.Struct):
    result: Result
    detail: object = None


class PrivacyIdea:
    version = VERSION
    crowd = 0  # each one more has to be enrolled

    def __init__(self, *, signing: bool) -> None:
        self.name = "privacyidea" if signing else "privacyidea-unsigned"
        self._signing = signing
        self._venv = cache_for("privacyidea") / "venv"
        self._folder: Path | None = None
        self._server: Server | None = None
        self._wire: Wire | None = None
        self._serials: dict[str, str] = {}

    async def install(self) -> None:
        ready = self._venv / f"ready-{VERSION}"
        if not ready.exists():
            await run([sys.executable, "-m", "venv", self._venv], self._venv.parent, {})
            await run([self._tool("pip"), "install", "--quiet", *PACKAGES], self._venv, {})
            ready.touch()

    async def start(self, sink: Sink) -> None:
        folder = self._folder = fresh_folder("privacyidea")
        surroundings = {"PRIVACYIDEA_CONFIGFILE": str(folder / "pi.cfg")}
        (folder / "pi.cfg").write_text(self._settings(folder))
        password = token_hex()
        for step in ("create_enckey", "create_audit_keys", "create_tables"):
            await run([self._tool("pi-manage"), "setup", step], folder, surroundings)
        add_admin = ["admin", "add", "admin", "-p", password]
        await run([self._tool("pi-manage"), *add_admin], folder, surroundings)
        write_ahead(folder / "privacyidea.db")
        port = free_port()
        command: Command = [self._tool("gunicorn"), "-w", WORKERS, "-b", f"{HOST}:{port}", APP]
        self._server = Server(command, folder, port)
        await self._server.start(surroundings)
        self._wire = Wire(port)
        await self._set_up(password, sink.smtp_port)

    async def prepare(self, addresses: Sequence[str]) -> None:
        """Enrol a token for each address; one at a time, as an administrator would."""
        for number, address in enumerate(addresses):
            serial = self._serials[address] = f"BENCH{number:06}"
            token = {"type": "email", "serial": serial, "email": address, "genkey": 1, "pin": ""}
            await self._ask("/token/init", token)

    async def create(self, address: str) -> str:
        serial = self._serials[address]
        answer = await self._ask("/validate/triggerchallenge", {"serial": serial})
        return msgspec.convert(answer.detail, Transaction).transaction_id

    async def check(self, address: str, handle: str, code: str) -> bool:
        guess = {"serial": self._serials[address], "transaction_id": handle, "pass": code}
        return (await self._ask("/validate/check", guess)).result.value is True

    def pids(self) -> Sequence[int]:
        return [self._server.pid] if self._server else []

    async def stop(self) -> None:
        if self._wire:
            self._wire.close()
        if self._server:
            await self._server.stop()
        if self._folder:
            await asyncio.to_thread(rmtree, self._folder)

    def _tool(self, name: str) -> Path:
        return self._venv / "bin" / name

    def _settings(self, folder: Path) -> str:
        unsigned = not self._signing
        return SETTINGS.substitute(
            folder=folder, secret=token_hex(), pepper=token_hex(), unsigned=unsigned
        )

    async def _set_up(self, password: str, smtp_port: int) -> None:
        wire = self._connected()
        reply = await wire.post("/auth", {"username": "admin", "password": password})
        result = msgspec.json.decode(reply.body, type=Answer).result
        wire.always_send("Authorization", msgspec.convert(result.value, Token).token)
        mail = {"server": HOST, "port": smtp_port, "sender": SENDER, "tls": False}
        await self._ask("/smtpserver/local", mail)
        await self._ask("/system/setConfig", {"email.identifier": "local"})

    async def _ask(self, path: str, body: Mapping[str, object]) -> Answer:
        reply = await self._connected().post(path, body)
        if reply.status != HTTPStatus.OK:
            raise Refused(f"{path}: {reply.status} {reply.body[:300]!r}")
        return msgspec.json.decode(reply.body, type=Answer)

    def _connected(self) -> Wire:
        if self._wire is None:
            raise Unavailable("it was not started")
        return self._wire


def write_ahead(database: Path) -> None:
    """WAL stays with the file; `synchronous` is FULL unless somebody lowers it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("pragma journal_mode = wal")
