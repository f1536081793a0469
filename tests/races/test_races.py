"""Races for one challenge, over HTTP: on SQLite against one server, on PostgreSQL against two.

`make drill` runs thirty times as many rounds; DRILL_ROUNDS sets the number.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random

import pytest

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

    def __init__(self, guns: list[Gun]) -> None:
        self.guns = guns
        self._numbers = count()

    async def round(self, bodies: list[dict[str, str]]) -> Counter[str]:
        """Open a challenge, answer it with all bodies at once, and count the verdicts."""
        phone = f"+49151{next(self._numbers):08}"
        asked = {"purpose": "wallet_signin", "to": {"phone": phone}}
        challenge = await self.guns[0].ask("/v1/challenges", asked)
        path = f"/v1/challenges/{challenge['id']}/answers"
        return Counter(str(reply["verdict"]) for reply in await volley(self.guns, path, bodies))


@pytest.fixture
async def range_(migrated: str, engine: str, tmp_path: Path) -> AsyncIterator[Range]:
    keyring = tmp_path / "keyring.json"
    KeyringFile(keyring).save(new_keyring(datetime.now(UTC)))
    key = await new_key(migrated, keyring)
    servers = 1 if engine == "sqlite" else 2
    async with AsyncExitStack() as stack:
        ports = [
            await stack.enter_async_context(serving(migrated, keyring)) for _ in range(servers)
        ]
        guns = [await Gun.at(ports[gun % servers], key) for gun in range(AT_ONCE)]
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


@asynccontextmanager
async def serving(database: str, keyring: Path) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.races.server",
        database,
        str(keyring),
        "0",
        stdout=PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().strip()
    try:
        yield int(address.rpartition(":")[2])
    finally:
        process.kill()
        await process.wait()


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
