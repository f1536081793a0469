"""All who work behind the doors of one process: started together, and sent home together."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from watchword.foundation.storage.moments import LocalTime
from watchword.wiring import Services
from watchword.workers.delivery import Lane
from watchword.workers.sweeping import Sweeper

CHANCES = 1_000_000


class Worker(Protocol):
    async def run(self) -> None: ...

    def stop(self) -> None: ...


@asynccontextmanager
async def working(services: Services) -> AsyncIterator[None]:
    """Send messages and sweep up for as long as the block lasts; then finish what is under way."""
    lanes = [
        Lane(
            name=name,
            provider=provider,
            deliveries=services.deliveries,
            bells=services.bells,
            concurrency=services.settings.work.concurrency,
            chance=_chance,
            now=LocalTime().now,
        )
        for name, provider in services.providers.items()
    ]
    sweeper = Sweeper(
        [
            services.challenges.expire,
            services.deliveries.expire,
            services.requests.forget,
            services.gates.forget,
            services.sandbox.forget,
        ]
    )
    crew: list[Worker] = [sweeper, *lanes]
    tasks = [asyncio.create_task(worker.run()) for worker in crew]
    try:
        yield
    finally:
        for worker in crew:
            worker.stop()
        await asyncio.gather(*tasks)


def _chance() -> float:
    return secrets.randbelow(CHANCES) / CHANCES
