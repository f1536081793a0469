"""Races for one challenge, over HTTP: on SQLite against one server, on PostgreSQL against two.

`make drill` runs thirty times as many rounds; DRILL_ROUNDS sets the number.
"""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, cycle, islice
from pathlib import Path
from random import Random

import pytest

from tests.conftest import SQLITE, Servers, Templates
from tests.races import server
from tests.races.volley import Gun, volley
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.keyring import new_keyring
from watchword.foundation.keyring_files import KeyringFile
from watchword.settings import parse
from watchword.wiring import open_services

ROUNDS = int(os.environ.get("DRILL_ROUNDS", "300"))
AT_ONCE, CAP = 16, 5
RIGHT, WRONG = {"code": f"{server.CODE}"}, {"code": "654321"}

pytestmark = pytest.mark.timeout(600 + ROUNDS)


class Range:
    """Guns aimed at every server in turn, and a fresh phone number for every round."""

    _numbers = count()
    """No race has a number of another one."""

    def __init__(self, guns: list[Gun]) -> None:
        self.guns = guns

    async def round(self, bodies: list[dict[str, str]]) -> Counter[str]:
        """Open a challenge, answer it with all bodies at once, and count the verdicts."""
        phone = f"+49151{next(self._numbers):08}"
        asked = {"purpose": "wallet_signin", "to": {"phone": phone}}
        challenge = await self.guns[0].ask("/v1/challenges", asked)
        path = f"/v1/challenges/{challenge['id']}/answers"
        return Counter(str(reply["verdict"]) for reply in await volley(self.guns, path, bodies))


@dataclass
class Place:
    """A database with servers that have opened for it."""

    key: str
    servers: "list[subprocess.Popen[str]]"
    ports: list[int]


class Places:
    """Opens a place on each engine when the first race asks for it. All races are run there: each
    has phone numbers of its own, and takes nothing from the others."""

    def __init__(self, servers: Servers, templates: Templates, folder: Path) -> None:
        self._servers = servers
        self._templates = templates
        self._folder = folder
        self._open: dict[str, Place] = {}
        self._lent: list[tuple[str, str]] = []

    def at(self, engine: str) -> Place:
        if engine not in self._open:
            self._open[engine] = self._opened(engine)
        return self._open[engine]

    def close(self) -> None:
        for place in self._open.values():
            for process in place.servers:
                process.kill()
                process.communicate()
        for engine, url in self._lent:
            self._servers.get(engine).take_back(url)

    def _opened(self, engine: str) -> Place:
        database = self._database(engine)
        keyring = self._folder / f"{engine}.json"
        KeyringFile(keyring).save(new_keyring(datetime.now(UTC)))
        with ThreadPoolExecutor(1) as thread:  # a loop runs already in this one
            key = thread.submit(asyncio.run, new_key(database, keyring)).result()
        place = Place(key, [], [])
        self._open[engine] = place  # what was started is ended, also if another does not start
        place.servers += [serving(database, keyring) for _ in range(1 if engine == SQLITE else 2)]
        place.ports += [port_of(each) for each in place.servers]
        return place

    def _database(self, engine: str) -> str:
        if engine == SQLITE:
            return self._templates.copy_sqlite(self._folder / "races.db")
        url = self._templates.lend_postgresql(engine)
        self._lent.append((engine, url))
        return url


@pytest.fixture(scope="module")
def places(
    servers: Servers, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Places]:
    places = Places(servers, templates, tmp_path_factory.mktemp("races"))
    yield places
    places.close()


@pytest.fixture
async def range_(places: Places, engine: str) -> AsyncIterator[Range]:
    place = places.at(engine)
    async with AsyncExitStack() as stack:
        ports = islice(cycle(place.ports), AT_ONCE)
        guns = [await Gun.at(port, place.key) for port in ports]
        for gun in guns:
            stack.push_async_callback(gun.close)
        yield Range(guns)


async def new_key(database: str, keyring: Path) -> str:
    settings = parse({"database": {"url": database}})
    async with open_services(settings, KeyringFile(keyring).load()) as services:
        organisation = await services.organisations.found(
            slug="drill", name="Drill", mode=Mode.TEST, country="DE", locale="de", actor="test"
        )
        assert isinstance(organisation, Organisation)
        _, key = await services.clients.create(
            organisation, label="drill", scopes=frozenset(Scope), actor="test"
        )
    return key.reveal()


def serving(database: str, keyring: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.races.server", database, str(keyring), "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def port_of(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline().strip().rpartition(":")[2])


async def test_of_sixteen_right_answers_at_once_one_is_accepted(range_: Range) -> None:
    for _ in range(ROUNDS):
        assert await range_.round([RIGHT] * AT_ONCE) == {"verified": 1, "over": AT_ONCE - 1}


async def test_of_sixteen_wrong_answers_at_once_five_are_compared(range_: Range) -> None:
    for _ in range(ROUNDS // 5):
        verdicts = await range_.round([WRONG] * AT_ONCE)
        assert verdicts == {"wrong": CAP, "exhausted": AT_ONCE - CAP}


async def test_a_right_answer_is_never_lost_among_wrong_ones_below_the_cap(range_: Range) -> None:
    chance = Random(2)  # noqa: S311 - the same order in every run
    for _ in range(ROUNDS // 5):
        bodies = [WRONG] * (CAP - 1) + [RIGHT] * (AT_ONCE - CAP + 1)
        chance.shuffle(bodies)

        verdicts = await range_.round(bodies)

        assert verdicts["verified"] == 1
        assert verdicts["wrong"] <= CAP - 1
        assert verdicts["exhausted"] == 0


async def test_one_right_answer_among_fifteen_wrong_ones_is_accepted_or_came_too_late(
    range_: Range,
) -> None:
    for _ in range(ROUNDS // 5):
        verdicts = await range_.round([RIGHT, *[WRONG] * (AT_ONCE - 1)])

        compared = verdicts["wrong"] + verdicts["verified"]
        assert compared == CAP or (verdicts["verified"] == 1 and compared <= CAP)
        assert sum(verdicts.values()) == AT_ONCE
