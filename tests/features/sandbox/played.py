"""A test organisation at play, with nobody at work but the test: each turn is taken by hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.stores import KEYRING, MovableTime
from tests.whole_house import new_client
from watchword.features.clients.rules import Client
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.rules import Mode
from watchword.settings import parse
from watchword.wiring import Services, open_services
from watchword.workers.sandbox import Stage

MIDDLE = 0.5  # the chance that neither shortens nor lengthens a pause
AT_ONCE = 100


@dataclass
class Play:
    """One house, its time, and one test organisation of it."""

    services: Services
    time: MovableTime
    client: Client

    def __post_init__(self) -> None:
        self.stage = Stage(
            sandbox=self.services.sandbox,
            deliveries=self.services.deliveries,
            denials=self.services.denials,
            returns=self.services.returns,
            bells=self.services.bells,
        )

    async def settle(self) -> None:
        """Let everybody work until there is nothing to do at this moment."""
        while await self._send() + await self.stage.play_due() + await self._step():
            continue
        await self.services.challenges.expire(AT_ONCE)
        await self.services.deliveries.expire(AT_ONCE)

    async def _send(self) -> int:
        provider, deliveries = self.services.providers[SANDBOX], self.services.deliveries
        claimed = await deliveries.claim(SANDBOX, AT_ONCE)
        for queued in claimed:
            outcome = await provider.send(await deliveries.open(queued))
            await deliveries.settle(queued, outcome, knows_repeats=True, chance=MIDDLE)
        return len(claimed)

    async def _step(self) -> int:
        due = await self.services.steps.due(AT_ONCE)
        for place in due:
            await self.services.steps.take(place)
        return len(due)


@asynccontextmanager
async def playing(url: str, slug: str = "tester") -> AsyncIterator[Play]:
    """Open a house of its own, with a test organisation."""
    time = MovableTime()
    async with open_services(parse({"database": {"url": url}}), KEYRING, now=time) as services:
        yield Play(services, time, await new_client(services, slug, Mode.TEST))


async def another(play: Play, slug: str) -> Play:
    """Play for another organisation in the same house."""
    return Play(play.services, play.time, await new_client(play.services, slug, Mode.TEST))


def counting() -> Callable[[], int]:
    """Give numbers that were not given before."""
    given = 0

    def next_one() -> int:
        nonlocal given
        given += 1
        return given

    return next_one
