"""All who work behind the doors of one process: started together, and sent home together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import structlog

from watchword.features.delivery.ports import StaysConnected
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import ProviderName
from watchword.foundation.chance import chance
from watchword.foundation.storage.moments import LocalTime
from watchword.wiring import Services
from watchword.workers.delivery import Lane
from watchword.workers.sandbox import Stage
from watchword.workers.steps import StepTaker
from watchword.workers.sweeping import Sweeper
from watchword.workers.webhooks import WebhookWorker

REST_AFTER_A_FAULT = 1.0  # seconds

log = structlog.get_logger()


class Worker(Protocol):
    async def run(self) -> None: ...

    def stop(self) -> None: ...


@asynccontextmanager
async def working(services: Services) -> AsyncIterator[None]:
    """Send messages and sweep up for as long as the block lasts; then finish what is under way."""
    crew = _crew(services)
    tasks = [asyncio.create_task(worker.run()) for worker in crew]
    lines = [
        asyncio.create_task(_hold(name, provider))
        for name, provider in services.providers.items()
        if isinstance(provider, StaysConnected)
    ]
    try:
        yield
    finally:
        for worker in crew:
            worker.stop()
        await asyncio.gather(*tasks)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)


async def _hold(name: ProviderName, provider: StaysConnected) -> None:
    """Hold the line of a provider that speaks by itself; it connects again when it is lost."""
    while True:
        try:
            await provider.stay_connected()
        except Exception as fault:  # noqa: BLE001 - it raises nothing; if it does, others go on
            log.error("line.failed", provider=name, fault=type(fault).__name__)  # noqa: TRY400
        await asyncio.sleep(REST_AFTER_A_FAULT)


def _crew(services: Services) -> list[Worker]:
    stage = Stage(
        sandbox=services.sandbox,
        deliveries=services.deliveries,
        denials=services.denials,
        returns=services.returns,
        bells=services.bells,
    )
    steps = StepTaker(steps=services.steps, bells=services.bells)
    return [_sweeper(services), _webhooks(services), steps, stage, *_lanes(services)]


def _sweeper(services: Services) -> Sweeper:
    return Sweeper(
        [
            services.challenges.expire,
            services.deliveries.expire,
            services.deliveries.forget_words,
            services.plans.forget,
            services.refunds.give_back,
            services.requests.forget,
            services.gates.forget,
            services.guard.forget,
            services.sandbox.forget,
            services.posting.give_up,
            services.posting.forget,
            services.posting.reseal,
        ]
    )


def _lanes(services: Services) -> list[Lane]:
    return [
        Lane(
            name=name,
            provider=provider,
            deliveries=services.deliveries,
            bells=services.bells,
            concurrency=services.settings.work.concurrency,
            chance=chance,
            now=LocalTime().now,
            # One organisation that plays an outage must not shut the sandbox to the others.
            rests=name != SANDBOX,
        )
        for name, provider in services.providers.items()
    ]


def _webhooks(services: Services) -> WebhookWorker:
    return WebhookWorker(
        posting=services.posting,
        connector=services.connector,
        bells=services.bells,
        concurrency=services.settings.webhooks.concurrency,
        chance=chance,
        now=services.storage.now,
    )
