"""Workers are killed in the middle of a campaign while people say STOP: nobody gets it twice, and
nobody is missed, and nobody hears anything two seconds after their STOP was acknowledged.

DRILL_CAMPAIGN sets how many get it; `make drill` takes 5,000.
"""

import asyncio
import json
import os
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from tests.features.campaigns.stand import Stand, new_stand, phone_of
from tests.races.campaigner import settings_for
from tests.stores import KEYRING, MovableTime
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.rules import Campaign
from watchword.foundation.keyring_files import KeyringFile
from watchword.settings import parse
from watchword.wiring import open_services

MANY = int(os.environ.get("DRILL_CAMPAIGN", "80"))
SEED = 36
WORKERS = 2
GRACE = 2.0  # seconds
LAPSED = timedelta(minutes=1)
WITHIN = 120 + MANY / 20
REFUSED_ONE_IN = 33
CRLF = "\r\n"

pytestmark = pytest.mark.timeout(300 + MANY)


@dataclass
class Gateway:
    """A provider that takes a message once, however often it comes, and refuses three in a hundred
    for good."""

    heard: dict[str, float] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    port: int = 0

    def refuses(self, to: str) -> bool:
        return int(to[-6:]) % REFUSED_ONE_IN == 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.split("content-length:")[1].split(CRLF)[0])
                said = json.loads(await reader.readexactly(length))
                at = monotonic()
                await asyncio.sleep(0.005)
                status = "400 Bad Request" if self.refuses(said["to"]) else "200 OK"
                if said["id"] not in self.ids[said["to"]] and not self.refuses(said["to"]):
                    self.heard[said["to"]] = at
                self.ids[said["to"]].add(said["id"])
                writer.write(f"HTTP/1.1 {status}{CRLF}Content-Length: 2{CRLF * 2}{{}}".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    server = await asyncio.start_server(gateway.answer, "127.0.0.1", 0)
    gateway.port = server.sockets[0].getsockname()[1]
    try:
        yield gateway
    finally:
        server.close()


@dataclass
class Crew:
    """Processes that work; each can be killed, and another one comes in its place."""

    database: str
    keyring: Path
    port: int
    later: timedelta
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def hire(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.races.campaigner", self.database, str(self.keyring)),
            *(str(self.port), str(self.later.total_seconds())),
        )
        self.processes.append(process)

    async def kill(self) -> None:
        """Kill one, by a signal that cannot be caught; the next one lives when leases are over."""
        process = self.processes.pop(0)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        self.later += LAPSED
        await self.hire()

    async def go(self) -> None:
        for process in self.processes:
            process.kill()
            await process.wait()


async def test_two_deaths_and_many_stops_in_the_middle_of_a_campaign(
    migrated: str, tmp_path: Path
) -> None:
    keyring, chance = tmp_path / "keyring", Random(SEED)  # noqa: S311 - the same each time
    KeyringFile(keyring).save(KEYRING)
    real = datetime.now(UTC)
    noon = real.replace(hour=12, minute=0, second=0, microsecond=0) - real
    clock = MovableTime(real + noon)
    async with (
        listening() as gateway,
        open_services(parse(settings_for(migrated, gateway.port)), KEYRING, now=clock) as services,
    ):
        stand = await new_stand(services, clock)
        await stand.welcome(MANY)
        crew = Crew(migrated, keyring, gateway.port, noon)
        campaign = await stand.agreed(per_second=max(MANY // 8, 20))
        try:
            for _ in range(WORKERS):
                await crew.hire()
            stopped = await _people_stop_and_workers_die(stand, gateway, crew, chance)
            await _until_done(stand, campaign)
            await asyncio.sleep(GRACE)
        finally:
            await crew.go()
        _judge(gateway, stopped)
        standing = await stand.standing(campaign)
        refused = sum(gateway.refuses(_number(at)) for at in range(MANY) if at not in stopped)
        assert standing["failed"] >= refused - len(stopped)
        assert set(standing) <= {"sent", "failed", "stopped"}
        # Who stopped before anybody was counted is no recipient.
        assert MANY - len(stopped) <= sum(standing.values()) <= MANY


async def _people_stop_and_workers_die(
    stand: Stand, gateway: Gateway, crew: Crew, chance: Random
) -> dict[int, float]:
    """Let a tenth say STOP at any moment, and a worker die at a third and at two thirds."""
    stopped, deaths = dict[int, float](), [MANY // 3, MANY * 2 // 3]
    wanting = chance.sample(range(MANY), MANY // 10)
    async with asyncio.timeout(WITHIN):
        while deaths or wanting:
            got = len(gateway.heard)
            while deaths and got >= deaths[0]:
                deaths.pop(0)
                await crew.kill()
            due = wanting and got >= (MANY * 0.8 * len(stopped)) / (MANY // 10)
            if due:
                at = wanting.pop()
                await stand.stop(phone_of(at))
                stopped[at] = monotonic()
            await asyncio.sleep(0.01 if due else 0.02)
    return stopped


async def _until_done(stand: Stand, campaign: Campaign) -> None:
    async with asyncio.timeout(WITHIN):
        while (await stand.read(campaign.id)).state is not State.DONE:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def _judge(gateway: Gateway, stopped: dict[int, float]) -> None:
    twice = [to for to, ids in gateway.ids.items() if len(ids) > 1]
    assert twice == []
    for at in range(MANY):
        number = _number(at)
        if gateway.refuses(number):
            continue
        heard_at = gateway.heard.get(number)
        if at not in stopped:
            assert heard_at is not None, "somebody was missed"
        elif heard_at is not None:
            assert heard_at <= stopped[at] + GRACE


def _number(at: int) -> str:
    return phone_of(at).address.reveal()
