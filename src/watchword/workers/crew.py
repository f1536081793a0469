"""All who work behind the doors of one process: started together, and sent home together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Protocol

import structlog

from watchword.features.delivery.ports import StaysConnected
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import ProviderName
from watchword.foundation.chance import chance
from watchword.foundation.roster import Roster
from watchword.foundation.storage.moments import LocalTime
from watchword.wiring import Services
from watchword.workers.campaigns import CampaignWorker
from watchword.workers.delivery import Lane
from watchword.workers.figures import Counter
from watchword.workers.imports import ImportWorker
from watchword.workers.ledger import LedgerKeeper
from watchword.workers.letters import Press
from watchword.workers.sandbox import Stage
from watchword.workers.steps import StepTaker
from watchword.workers.sweeping import Sweeper
from watchword.workers.webhooks import WebhookWorker

REST_AFTER_A_FAULT = 1.0  # seconds
SWEEPER, WEBHOOKS, PLANS, STAGE = "sweeper", "webhooks", "plans", "sandbox"
FIGURES = "figures"
CALLS = "calls"
DOUBTS = "doubts"
SURVEYS = "surveys"
SURVEYS_IDLE = 9
"""A survey of PINs works a tenth of the time: it is about a day, and callers are about now."""
LEDGER = "ledger"
IMPORTS = "imports"
PRESS = "press"
CAMPAIGNS = "campaigns"

log = structlog.get_logger()


class Worker(Protocol):
    async def run(self) -> None: ...

    def stop(self) -> None: ...


@asynccontextmanager
async def working(services: Services) -> AsyncIterator[None]:
    """Send messages and sweep up for as long as the block lasts; then finish what is under way."""
    crew, roster = _crew(services), services.operation.roster
    tasks = [asyncio.create_task(_work(name, worker, roster)) for name, worker in crew.items()]
    lines = [
        asyncio.create_task(_hold(name, provider))
        for name, provider in services.providers.items()
        if isinstance(provider, StaysConnected)
    ]
    try:
        yield
    finally:
        for worker in crew.values():
            worker.stop()
        await asyncio.gather(*tasks)
        for name in crew:
            roster.goes_home(name)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)


async def _work(name: str, worker: Worker, roster: Roster) -> None:
    """Let somebody work, and say when they do not any more."""
    roster.joins(name)
    try:
        await worker.run()
    finally:
        roster.ends(name)


async def _hold(name: ProviderName, provider: StaysConnected) -> None:
    """Hold the line of a provider that speaks by itself; it connects again when it is lost."""
    while True:
        try:
            await provider.stay_connected()
        except Exception as fault:  # noqa: BLE001 - it raises nothing; if it does, others go on
            log.error("line.failed", provider=name, fault=type(fault).__name__)  # noqa: TRY400
        await asyncio.sleep(REST_AFTER_A_FAULT)


def _crew(services: Services) -> dict[str, Worker]:
    """Give everybody by a name, under which it is on the roster."""
    stage = Stage(
        sandbox=services.sandbox,
        deliveries=services.deliveries,
        denials=services.denials,
        returns=services.returns,
        bells=services.bells,
        turns=_turns(services, STAGE),
    )
    steps = StepTaker(
        steps=services.steps,
        bells=services.bells,
        watch=services.operation.watchtower,
        turns=_turns(services, PLANS),
    )
    return {
        SWEEPER: _sweeper(services),
        WEBHOOKS: _webhooks(services),
        PLANS: steps,
        STAGE: stage,
        IMPORTS: ImportWorker(services.imports.working.advance, turns=_turns(services, IMPORTS)),
        LEDGER: LedgerKeeper(sealing=services.ledger.sealing, turns=_turns(services, LEDGER)),
        # A core that is slow keeps nobody else waiting who sweeps.
        DOUBTS: Sweeper([services.telephone.doubts.settle], turns=_turns(services, DOUBTS)),
        CAMPAIGNS: CampaignWorker(
            course=services.of_campaigns.course,
            bells=services.bells,
            turns=_turns(services, CAMPAIGNS),
        ),
        PRESS: Press(
            batches=services.letters.batches,
            bells=services.bells,
            turns=_turns(services, PRESS),
        ),
        **_counters(services),
        **_lanes(services),
    }


def _counters(services: Services) -> dict[str, Counter]:
    return {
        FIGURES: Counter(counting=services.overview.counting, turns=_turns(services, FIGURES)),
        CALLS: Counter(counting=services.telephone.figures, turns=_turns(services, CALLS)),
        SURVEYS: Counter(
            counting=services.telephone.surveys,
            idles=SURVEYS_IDLE,
            turns=_turns(services, SURVEYS),
        ),
    }


def _turns(services: Services, name: str) -> Callable[[], None]:
    return partial(services.operation.roster.turns, name)


def _sweeper(services: Services) -> Sweeper:
    return Sweeper(
        [
            services.challenges.expire,
            services.tills.expire,
            services.redemptions.expire,
            services.vouchers.vouchers.release,
            services.telephone.register.expire,
            services.telephone.register.forget,
            services.telephone.locks.forget,
            services.deliveries.expire,
            services.deliveries.forget_words,
            services.plans.forget,
            services.abuse.refunds.give_back,
            services.requests.forget,
            services.limits.gates.forget,
            services.joining.registrations.forget,
            services.staff.passkeys.forget,
            services.staff.sign_on.forget,
            services.abuse.guard.forget,
            services.privacy.retention.sweep,
            services.privacy.retention.tidy,
            services.sandbox.forget,
            services.letters.letters.forget,
            services.posting.give_up,
            services.posting.forget,
            services.posting.reseal,
            services.staff.sessions.forget_old,
            services.configuration.approvals.expire,
            services.imports.uploads.forget,
        ],
        turns=_turns(services, SWEEPER),
    )


def _lanes(services: Services) -> dict[str, Lane]:
    return {
        f"lane {name}": Lane(
            name=name,
            provider=provider,
            deliveries=services.deliveries,
            bells=services.bells,
            concurrency=services.settings.work.concurrency,
            chance=chance,
            now=LocalTime().now,
            # One organisation that plays an outage must not shut the sandbox to the others.
            rests=name != SANDBOX,
            note_rest=services.overview.rests.note,
            watch=services.operation.watchtower,
            turns=_turns(services, f"lane {name}"),
        )
        for name, provider in services.providers.items()
    }


def _webhooks(services: Services) -> WebhookWorker:
    return WebhookWorker(
        posting=services.posting,
        connector=services.connector,
        bells=services.bells,
        concurrency=services.settings.webhooks.concurrency,
        chance=chance,
        now=services.storage.now,
        watch=services.operation.watchtower,
        turns=_turns(services, WEBHOOKS),
    )
