"""Lanes to try, with providers that do as they are told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

from tests.features.delivery.outbox import MIDDLE, ONE, Post
from tests.stores import MovableTime
from watchword.features.delivery.rules import Accepted, Message, ProviderName, SendOutcome
from watchword.workers.delivery import Lane

NEVER, OFTEN = 60.0, 0.01  # seconds between two looks that no bell has asked for


@dataclass
class Scripted:
    """A provider that ends each attempt as its script says, and the rest of them well."""

    script: list[SendOutcome | Exception] = field(default_factory=list)
    knows_repeats: bool = False
    gives_receipts: bool = False
    is_hanging: bool = False
    taken: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.goes_on = asyncio.Event()

    async def send(self, message: Message) -> SendOutcome:
        self.taken.append(message)
        if self.is_hanging:
            await self.goes_on.wait()
        outcome = self.script.pop(0) if self.script else Accepted(str(message.id))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Nothing is held."""


def new_lane(
    post: Post,
    provider: Scripted,
    time: MovableTime,
    *,
    name: ProviderName = ONE,
    concurrency: int = 4,
    look_every: float = OFTEN,
    seconds: Callable[[], float] = monotonic,
) -> Lane:
    return Lane(
        name=name,
        provider=provider,
        deliveries=post.deliveries,
        bells=post.bells,
        concurrency=concurrency,
        chance=lambda: MIDDLE,
        now=time,
        look_every=look_every,
        seconds=seconds,
    )


@asynccontextmanager
async def at_work(*lanes: Lane) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(lane.run()) for lane in lanes]
    try:
        yield
    finally:
        for lane in lanes:
            lane.stop()
        await asyncio.gather(*tasks)


async def until(is_so: Callable[[], bool], within: float = 60.0) -> None:
    async with asyncio.timeout(within):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.005)


async def a_while() -> None:
    """Wait as long as anything that should not happen would have taken to happen."""
    await asyncio.sleep(0.2)
