"""How long a campaign takes to know its recipients with nothing beside it.

    PYTHONPATH=src:. python bench/expansion.py                  # a million, on SQLite
    PYTHONPATH=src:. python bench/expansion.py --many 40000     # so many, told as of a million
    PYTHONPATH=src:. python bench/expansion.py --only PostgreSQL

`bench/beside.py` shows what codes notice of it; those who send them cost the processor as well.
"""

import argparse
import asyncio
import resource
import time
from datetime import UTC, datetime
from logging import ERROR
from tempfile import TemporaryDirectory

import uvloop

from bench.campaigns import (
    MANY,
    POSTGRESQL,
    SECONDS,
    SQLITE,
    fill,
    noon,
    scheduled,
)
from bench.drain import found, settings_for
from bench.figures import Figure, table
from tests.postgresql import found as servers
from tests.postgresql import start
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import open_services

MEBIBYTES = 400.0
BREATH = 0.05
"""Seconds between two turns, as its worker takes them."""


async def expanded(url: str, engine: str, many: int) -> list[Figure]:
    await upgrade(url)
    settings, keyring = parse(settings_for(url, 9)), new_keyring(datetime.now(UTC))
    async with open_services(settings, keyring, now=noon()) as services:
        organisation = await found(services)
        await fill(services, organisation, many)
        campaign = await scheduled(services, organisation, "Hello.")
        find, course = services.campaigns.find, services.of_campaigns.course
        wall, used = time.perf_counter(), time.process_time()
        while (await find(organisation.id, campaign.id)).expanded_at is None:
            await course.advance(lambda: True)
            await asyncio.sleep(BREATH)
        seconds, cpu = time.perf_counter() - wall, time.process_time() - used
        count = (await find(organisation.id, campaign.id)).recipients
    if count != many:
        raise RuntimeError(f"{count} of {many} recipients: nothing was measured.")
    return told(engine, seconds * MANY / many, cpu * MANY / many, f"{count} of {many}")


def told(engine: str, seconds: float, cpu: float, note: str) -> list[Figure]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    what = f"{engine}: a million recipients alone"
    return [
        Figure(name=f"{what}, on the wall", unit="s", rounds=[seconds], most=SECONDS, note=note),
        Figure(name=what, unit="s CPU", rounds=[cpu], note="of ours; a server's is not in it"),
        Figure(name=f"{engine}: memory at its most", unit="MiB", rounds=[peak], most=MEBIBYTES),
    ]


async def main(many: int, only: str) -> list[Figure]:
    if only == SQLITE:
        with TemporaryDirectory() as folder:
            return await expanded(f"sqlite:///{folder}/bench.db", SQLITE, many)
    server = start(next(iter(servers().values())))
    try:
        return await expanded(server.create_database(), POSTGRESQL, many)
    finally:
        server.stop()


if __name__ == "__main__":
    set_up_log(level=ERROR)
    arguments = argparse.ArgumentParser(description="How long a campaign takes by itself.")
    arguments.add_argument("--many", type=int, default=MANY, help="how many recipients")
    arguments.add_argument("--only", choices=(SQLITE, POSTGRESQL), default=SQLITE, help="engine")
    chosen = arguments.parse_args()
    print(table(uvloop.run(main(chosen.many, chosen.only))))
