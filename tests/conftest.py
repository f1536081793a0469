"""What tests share: databases that are real, fresh and empty.

A test that asks for `database`, or for what stands on it, runs once on each engine: on SQLite and
on the newest PostgreSQL; those of `tests/contracts/`, and those marked `every_postgresql`, on the
oldest PostgreSQL of this machine too. One that asks for `postgresql_server` runs on PostgreSQL
alone. We start these servers ourselves; TEST_POSTGRESQL=postgresql://… names another to take.

Nothing here is in a hurry: the machine may be busy with other things, and a test says what is so,
not how soon. Tests that may take longer than others have a `timeout` of their own, and come first.
"""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asyncpg import PostgresError
from hypothesis import HealthCheck, settings

from tests.not_tested import not_tested, report_gaps
from tests.postgresql import CannotStart, TestServer, found, join, start
from tests.stores import MovableTime
from watchword.foundation.storage import Storage, open_storage
from watchword.migrations.steps import upgrade

PATIENCE = 60.0  # seconds; a transaction in a test waits for nothing but the database

SQLITE = "sqlite"
GIVEN = os.environ.get("TEST_POSTGRESQL")
FOUND = {} if GIVEN else found()  # the newest comes first
NAMES = [*FOUND] or ["postgresql"]
REMEDY = "`make setup` brings one; TEST_POSTGRESQL=postgresql://… names another."


class Servers:
    """Starts a server when the first test asks for it, and stops all at the end."""

    def __init__(self) -> None:
        self._started: dict[str, TestServer] = {}
        self._faults: dict[str, str] = {}

    def get(self, name: str) -> TestServer:
        if name not in self._started and name not in self._faults:
            try:
                self._started[name] = self._start(name)
            except (CannotStart, OSError, PostgresError) as fault:
                self._faults[name] = f"{fault}".strip()
        if name in self._faults:
            not_tested(f"{name}, because {self._faults[name]}", REMEDY)
        return self._started[name]

    def stop(self) -> None:
        for server in self._started.values():
            server.stop()

    def _start(self, name: str) -> TestServer:
        if GIVEN:
            return join(GIVEN)
        if name in FOUND:
            return start(FOUND[name], within=in_memory())
        raise CannotStart("there is none on this machine")


class Templates:
    """Databases with the newest schema, made once for each engine, and copied or lent."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self._servers = servers
        self._file = folder / "template.db"
        self._names: dict[str, str] = {}

    def copy_sqlite(self, path: Path) -> str:
        if not self._file.exists():
            _upgrade(f"sqlite:///{self._file}")
        shutil.copyfile(self._file, path)
        return f"sqlite:///{path}"

    def copy_postgresql(self, engine: str) -> str:
        return self._servers.get(engine).create_database(template=self._name(engine))

    def lend_postgresql(self, engine: str) -> str:
        return self._servers.get(engine).lend(template=self._name(engine))

    def _name(self, engine: str) -> str:
        if engine not in self._names:
            url = self._servers.get(engine).create_database()
            _upgrade(url)
            self._names[engine] = urlsplit(url).path.removeprefix("/")
        return self._names[engine]


def _upgrade(url: str) -> None:
    # Tests may have a loop that runs already, so this one runs in a thread of its own.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, upgrade(url)).result()


IN_MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - everybody has a folder of their own there

NOW = settings.get_profile(settings.get_current_profile_name())  # the build server has its own
settings.register_profile(
    "patient",
    NOW,
    deadline=None,
    suppress_health_check=[*NOW.suppress_health_check, HealthCheck.too_slow],
)
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Keep what tests write where it is not waited for, if this machine has such a place.

    That is what pytest gives them, and what they, their programs and their browsers ask for.
    """
    if place := in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))
        os.environ.setdefault("TMPDIR", str(place))
        tempfile.tempdir = None  # it is looked up again


def in_memory() -> Path | None:
    """Give a place where what is written is there at once, and nobody turns a disk for it.

    What can be lost there is lost with the power of the machine, which no test takes away; both
    engines ask for all that they ask of a disk, and are told at once that it is done.
    """
    with suppress(OSError):
        there = os.statvfs(IN_MEMORY)
        if there.f_bavail * there.f_frsize >= ROOM and not there.f_flag & os.ST_NOEXEC:
            return IN_MEMORY
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage: what is found here stays until the end.

    After that it is looked for less often than else, for a test leaves little behind.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let those come first that take long, so that nobody is waited for at the end."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    test = metafunc.definition
    everywhere = "contracts" in test.path.parts or test.get_closest_marker("every_postgresql")
    servers = NAMES if everywhere else NAMES[:1]
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", [SQLITE, *servers], indirect=True)
    if "postgresql_server" in metafunc.fixturenames:
        metafunc.parametrize("postgresql_server", servers, indirect=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    report_gaps(terminalreporter)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.stop()


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """`sqlite`, or the name of one of the `servers`."""
    name: str = request.param
    return name


@pytest.fixture
def postgresql_server(request: pytest.FixtureRequest, servers: Servers) -> TestServer:
    """A server, for what is true of PostgreSQL alone."""
    return servers.get(request.param)


@pytest.fixture
def database(engine: str, servers: Servers, tmp_path: Path) -> Iterator[str]:
    """The URL of a new and empty database."""
    if engine == SQLITE:
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server = servers.get(engine)
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
async def storage(database: str) -> AsyncIterator[Storage]:
    async with open_storage(database, patience=PATIENCE) as storage:
        yield storage


@pytest.fixture(scope="session")
def templates(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(servers, tmp_path_factory.mktemp("templates"))


@pytest.fixture
def migrated(engine: str, servers: Servers, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that has the newest schema, and no rows."""
    if engine == SQLITE:
        yield templates.copy_sqlite(tmp_path / "migrated.db")
        return
    url = templates.lend_postgresql(engine)
    yield url
    servers.get(engine).take_back(url)


@pytest.fixture
def time() -> MovableTime:
    """The time of the storage in `house`: noon, until it is told to pass."""
    return MovableTime()


@pytest.fixture
async def house(migrated: str, time: MovableTime) -> AsyncIterator[Storage]:
    """Storage with the newest schema, at a time that passes when it is told to."""
    async with open_storage(migrated, patience=PATIENCE, now=time) as storage:
        yield storage
