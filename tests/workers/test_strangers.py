"""Nobody can have a provider rest for everybody by a handful of addresses that take nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.features.delivery.outbox import ONE, TWO, Post
from tests.stores import BANK, SHOP, MovableTime
from tests.workers.lanes import Scripted, at_work, new_lane, until
from watchword.features.delivery.breaker import FAILURES, FIRST_REST
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    ProviderName,
    SendOutcome,
    Unavailable,
)
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage
from watchword.workers.delivery import Lane

ADDRESSES, OTHERS = 12, 5
RESTS = ADDRESSES // FAILURES
TURNS_AT_LEAST = 3
SECOND, MOMENT = timedelta(seconds=1), timedelta(microseconds=1)

ONLY_THEM = Unavailable("HTTP 422", recipient=True)
MAILBOX = Unavailable("SMTP 450", recipient=True)
LIKE_AN_OUTAGE = Unavailable("authentication refused")  # HTTP 403, which nobody can tell from one


@dataclass
class Watched(MovableTime):
    """A clock that knows how often a lane has looked at it."""

    whose: MovableTime = field(default_factory=MovableTime)
    looks: int = 0

    def __call__(self) -> datetime:
        self.looks += 1
        return self.whose()


@dataclass
class Picky(Scripted):
    """A provider that takes nothing from one organisation, and everything from all others."""

    says: SendOutcome = ONLY_THEM
    tried: int = 0
    carried: int = 0

    async def send(self, message: Message) -> SendOutcome:
        if message.organisation_id == SHOP:
            self.tried += 1
            return self.says
        self.carried += 1
        return Accepted(str(message.id))


@dataclass
class Street:
    """Lanes at work, side by side, and time that passes only when none has anything to do."""

    storage: Storage
    time: MovableTime
    says: SendOutcome
    ways: Sequence[ProviderName] = (ONE,)
    concurrency: int = 4

    def __post_init__(self) -> None:
        self.post = Post(self.storage, ways=self.ways)
        self.providers = [Picky(says=self.says) for _ in self.ways]
        self.clocks = [Watched(whose=self.time) for _ in self.ways]

    @property
    def lanes(self) -> list[Lane]:
        return [
            new_lane(self.post, provider, clock, name=name, concurrency=self.concurrency)
            for name, provider, clock in zip(self.ways, self.providers, self.clocks, strict=True)
        ]

    @property
    def carried(self) -> int:
        return sum(provider.carried for provider in self.providers)

    @property
    def tried(self) -> int:
        return sum(provider.tried for provider in self.providers)

    async def put(self, count: int, whose: OrganisationId) -> None:
        for number in range(count):
            self.time.pass_by(MOMENT)
            await self.post.put(f"{whose} {number}", whose=whose)

    async def rest(self) -> None:
        """Wait until every lane has looked a few times, and nobody has found anything to do."""
        while True:
            is_free, before = not await self._is_under_way(), (self.carried, self.tried)
            await self._look_around()
            if is_free and before == (self.carried, self.tried) and not await self._is_under_way():
                return

    async def _look_around(self) -> None:
        lanes = range(len(self.ways))
        goals = [self._turns(number) + TURNS_AT_LEAST for number in lanes]
        await until(lambda: all(self._turns(number) >= goals[number] for number in lanes))

    def _turns(self, number: int) -> int:
        # A lane looks once in a turn, and once more for each attempt that has ended.
        provider = self.providers[number]
        return self.clocks[number].looks - provider.carried - provider.tried

    async def _is_under_way(self) -> bool:
        async with self.storage.reading(EVERYWHERE) as transaction:
            found = await transaction.one("select 1 from messages where state = 'sending' limit 1")
        return found is not None

    async def waits(self, for_: int) -> timedelta:
        """Let time pass until so many were carried, and tell how much it was."""
        waited = timedelta()
        await self.rest()
        while self.carried < for_:
            assert waited < timedelta(minutes=5), "they never leave"
            self.time.pass_by(SECOND)
            waited += SECOND
            await self.rest()
        return waited


@pytest.mark.parametrize("ways", [(ONE,), (ONE, TWO)])
@pytest.mark.parametrize("concurrency", [1, 32])
@pytest.mark.parametrize("says", [ONLY_THEM, MAILBOX])
async def test_what_concerns_one_recipient_costs_others_no_time(
    house: Storage,
    time: MovableTime,
    ways: Sequence[ProviderName],
    concurrency: int,
    says: SendOutcome,
) -> None:
    street = Street(house, time, says, ways, concurrency)
    await street.put(ADDRESSES, SHOP)

    async with at_work(*street.lanes):
        await street.rest()
        await street.put(OTHERS, BANK)
        waited = await street.waits(OTHERS)

    assert street.tried == ADDRESSES
    assert waited == timedelta()


@pytest.mark.parametrize("ways", [(ONE,), (ONE, TWO)])
@pytest.mark.parametrize("concurrency", [1, 4, 32])
async def test_even_what_looks_like_an_outage_costs_others_short_rests_and_no_long_one(
    house: Storage, time: MovableTime, ways: Sequence[ProviderName], concurrency: int
) -> None:
    street = Street(house, time, LIKE_AN_OUTAGE, ways, concurrency)
    await street.put(ADDRESSES, SHOP)

    async with at_work(*street.lanes):
        await until(lambda: street.tried >= 1)
        await street.put(OTHERS, BANK)
        waited = await street.waits(OTHERS)

    assert waited <= RESTS * FIRST_REST


@pytest.mark.parametrize("ways", [(ONE,), (ONE, TWO)])
async def test_what_comes_back_again_and_again_costs_others_no_more(
    house: Storage, time: MovableTime, ways: Sequence[ProviderName]
) -> None:
    street = Street(house, time, LIKE_AN_OUTAGE, ways)
    await street.put(ADDRESSES, SHOP)

    async with at_work(*street.lanes):
        for served in range(1, 4):
            await street.put(1, BANK)
            waited = await street.waits(served)
            assert waited <= (RESTS if served == 1 else 1) * FIRST_REST
            for _ in range(15):  # in which nothing but what was tried before is tried again
                time.pass_by(2 * SECOND)
                await street.rest()

    assert street.tried > 2 * ADDRESSES
