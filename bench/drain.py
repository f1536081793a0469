"""How fast one worker process empties its outbox into a provider that takes 5 ms for each message.

    python bench/drain.py [--many 3000]

The messages lie there before the worker begins; a provider in a process of its own takes them.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop

from bench.figures import Figure
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Address, Draft, ProviderName
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.templates.rules import TemplateName
from watchword.foundation.ids import new_id
from watchword.foundation.keyring import KeyKind, new_keyring
from watchword.foundation.log import set_up_log
from watchword.foundation.sealing import Sealer
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.wiring import Services, open_services
from watchword.workers.crew import working

HERE = Path(__file__).parent
CONCURRENCY = 64
LEAST = 1500
AT_ONCE = 500
LOOK_EVERY = 0.02
WITHIN = 120.0  # seconds


async def drained(many: int, rounds: int) -> list[Figure]:
    speeds, costs = [], []
    for _ in range(rounds):
        seconds, cpu = await _drain(many)
        speeds.append(many / seconds)
        costs.append(cpu / many * 1_000_000)
    return [
        Figure(name="drain to a provider of 5 ms", unit="/s", rounds=speeds, least=LEAST),
        Figure(name="drain, one message", unit="µs CPU", rounds=costs),
    ]


async def _drain(many: int) -> tuple[float, float]:
    """Give the seconds, and those of the processor, that so many messages took."""
    keyring = new_keyring(datetime.now(UTC))
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/drain.db"
        await upgrade(url)
        async with provider() as port:
            settings = parse(settings_for(url, port))
            async with open_services(settings, keyring) as services:
                outbox = Outbox(
                    sealer=Sealer(keyring.versions(KeyKind.OUTBOX)), bells=services.bells
                )
                await _fill(services, outbox, many)
                began, used = time.perf_counter(), time.process_time()
                async with working(services):
                    await _until_empty(services)
                # What is under way has come to its end by now, too.
                return time.perf_counter() - began, time.process_time() - used


def settings_for(database: str, port: int) -> dict[str, Any]:
    """Send by one provider at a port of this machine."""
    return {
        "database": {"url": database},
        "work": {"concurrency": CONCURRENCY},
        "providers": {
            "slow": {
                "kind": "http",
                "channel": ["sms"],
                "url": f"http://127.0.0.1:{port}/send",
                "body": {"to": "{to}", "text": "{text}"},
                "reference_path": "id",
            }
        },
    }


async def found(services: Services) -> Organisation:
    organisation = await services.organisations.found(
        slug="bench", name="Bench", mode=Mode.LIVE, country="DE", locale="de", actor="bench"
    )
    assert isinstance(organisation, Organisation)  # noqa: S101
    return organisation


async def _fill(services: Services, outbox: Outbox, many: int) -> None:
    organisation = await found(services)
    for start in range(0, many, AT_ONCE):
        async with services.storage.begin(organisation.id) as transaction:
            for number in range(start, min(start + AT_ONCE, many)):
                draft = Draft(
                    channel=Channel.SMS,
                    provider=ProviderName("slow"),
                    address=Address(f"+49170{number:07d}"),
                    template=TemplateName.CODE,
                    locale="de",
                    facts={"code": f"{number:06d}", "organisation": "Bench"},
                    about=str(new_id()),
                    not_after=transaction.now() + timedelta(minutes=10),
                )
                await outbox.put(transaction, organisation.id, draft)


async def _until_empty(services: Services) -> None:
    async with asyncio.timeout(WITHIN):
        while await _waiting(services):  # noqa: ASYNC110 - nothing tells us that it is empty
            await asyncio.sleep(LOOK_EVERY)


async def _waiting(services: Services) -> int:
    inventory = await services.operation.census.inventory()
    return inventory.waiting.get(ProviderName("slow"), 0)


@asynccontextmanager
async def provider(*how: str) -> AsyncIterator[int]:
    """Start a provider, and give its port; `hangs` is one that never answers."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "slow_provider.py"), *how, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None  # noqa: S101
    try:
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    set_up_log()
    arguments = argparse.ArgumentParser(description="How fast a worker empties its outbox.")
    arguments.add_argument("--many", type=int, default=3000)
    arguments.add_argument("--rounds", type=int, default=3)
    chosen = arguments.parse_args()
    for figure in uvloop.run(drained(chosen.many, chosen.rounds)):
        print(f"{figure.name}: {figure.value:.0f} {figure.unit} {figure.budget} {figure.verdict}")
