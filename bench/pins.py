"""Whether checks of PINs can be felt by others: health answers while 500 of them wait.

    PYTHONPATH=src:. python bench/pins.py                  # 500 checks at once
    PYTHONPATH=src:. python bench/pins.py --many 50

PINs are asked for of people who have none, which costs as much as any: Argon2id with
19 MiB, as many at once as the house lets (`HASHES_AT_ONCE`). Health is asked for all the while, by
way of all its doors, and first without any checks. Times are by the clock, for it is waiting that
is looked at; so they hold on a quiet machine, and the multiple of the one by the other on any.
"""

import argparse
import asyncio
import logging
import time
from collections.abc import Sequence
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvloop

from bench.figures import Figure, table
from bench.server import opened
from watchword.features.cores.rules import PinVerdict, PinWrong
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.pins.kept.rules import Locking, of_customer
from watchword.foundation.ids import new_id
from watchword.foundation.log import set_up_log
from watchword.foundation.secret import Secret
from watchword.migrations.steps import upgrade
from watchword.web.app import create_app
from watchword.wiring import Services

MOST_WAIT = 250.0  # milliseconds, for 99 of 100
QUIETLY = 200
HEALTH = "/health/ready"
PIN = Secret("902746")


async def measure(url: str, many: int) -> Sequence[Figure]:
    await upgrade(url)
    async with opened(url) as services:
        entrance: Any = create_app(services)  # typed as its own idea of ASGI
        transport = httpx.ASGITransport(entrance)
        async with httpx.AsyncClient(transport=transport, base_url="https://bench.test") as client:
            quiet = [await _asked(client) for _ in range(QUIETLY)]
            checks = asyncio.create_task(_check(services, many))
            began, spent = time.perf_counter(), time.process_time()
            beside = []
            while not checks.done():
                beside.append(await _asked(client))
                await asyncio.sleep(0.005)
            took, spent = time.perf_counter() - began, time.process_time() - spent
    ended = checks.result()
    judged = sum(isinstance(each, PinWrong) for each in ended)
    slow, usual = _p99(beside), _p99(quiet)
    note = f"longest {max(beside):.0f}, of {len(beside)}"
    told = f"{judged} judged, {many - judged} told to try again, in {took:.1f} s"
    name = f"health, 99 of 100, beside {many} checks"
    return [
        Figure(name="health, 99 of 100, without checks", unit="ms", rounds=[usual]),
        Figure(name=name, unit="ms", rounds=[slow], most=MOST_WAIT, note=note),
        Figure(name="the one as a multiple of the other", unit="x", rounds=[slow / usual]),
        Figure(name="a check", unit="ms CPU", rounds=[spent / judged * 1000], note=told),
    ]


async def _check(services: Services, many: int) -> Sequence[PinVerdict]:
    """Check so many PINs at once; none of them fits."""
    bank = await services.organisations.found(
        slug="bench", name="Bench", mode=Mode.TEST, country="DE", locale="en", actor="bench"
    )
    assert isinstance(bank, Organisation)  # noqa: S101 - so that types are known
    pins = services.telephone.pins
    subjects = [of_customer(CustomerId(new_id())) for _ in range(many)]
    return await asyncio.gather(*(pins.verify(bank.id, each, PIN, Locking()) for each in subjects))


async def _asked(client: httpx.AsyncClient) -> float:
    began = time.perf_counter()
    (await client.get(HEALTH)).raise_for_status()
    return (time.perf_counter() - began) * 1000


def _p99(waits: Sequence[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--many", type=int, default=500)
    asked = parser.parse_args()
    set_up_log(level=logging.ERROR)
    with TemporaryDirectory() as folder:
        print(table(uvloop.run(measure(f"sqlite:///{folder}/bench.db", asked.many))))


if __name__ == "__main__":
    main()
