"""Many messages that nobody waits for, through one lane."""

import asyncio
from dataclasses import dataclass

import pytest

from tests.features.delivery.outbox import Post
from tests.stores import MovableTime
from tests.workers.lanes import NEVER, Scripted, a_while, at_work, new_lane, until
from watchword.features.delivery.rules import Message, Priority, SendOutcome, State
from watchword.foundation.storage import Storage


@pytest.fixture
def post(house: Storage) -> Post:
    return Post(house)


@dataclass
class Slow(Scripted):
    """Takes its time, and counts how many it has at once."""

    has: int = 0
    most: int = 0

    async def send(self, message: Message) -> SendOutcome:
        self.has += 1
        self.most = max(self.most, self.has)
        await asyncio.sleep(0.002)
        self.has -= 1
        return await super().send(message)


async def test_all_leave_once_however_few_may_be_under_way(post: Post, time: MovableTime) -> None:
    provider = Scripted()
    for number in range(150):
        await post.put(f"bulk {number}", priority=Priority.BULK)

    async with at_work(new_lane(post, provider, time, concurrency=8)):
        await until(lambda: len(post.told) == 150)

    assert len({message.about for message in provider.taken}) == len(provider.taken) == 150


async def test_no_more_are_with_the_provider_than_may_be(post: Post, time: MovableTime) -> None:
    provider = Slow()
    for number in range(60):
        await post.put(f"bulk {number}", priority=Priority.BULK)

    async with at_work(new_lane(post, provider, time, concurrency=8)):
        await until(lambda: len(post.told) == 60)

    assert provider.most == 6


async def test_what_a_lane_has_ahead_goes_back_when_it_stops(post: Post, time: MovableTime) -> None:
    provider = Scripted()
    # Each of them takes a hundredth of a second by this clock.
    seconds = lambda: len(provider.taken) / 100  # noqa: E731
    lane = new_lane(post, provider, time, concurrency=4, look_every=NEVER, seconds=seconds)
    async with at_work(lane):
        # It learns that they leave quickly, and then they do not any more.
        for number in range(60):
            await post.put(f"quick {number}", priority=Priority.BULK)
        await until(lambda: len(post.told) == 60)
        provider.is_hanging = True
        for number in range(20):
            await post.put(f"slow {number}", priority=Priority.BULK)
        await until(lambda: len(provider.taken) == 63)
        await a_while()
        assert await in_hand(post) == 6
        lane.stop()
        await a_while()
        provider.goes_on.set()

    found = [await post.trace(f"slow {number}") for number in range(20)]
    ended = sorted((each.state, each.attempts) for [each] in found)
    assert ended == [(State.QUEUED, 0)] * 17 + [(State.SENT, 1)] * 3


async def in_hand(post: Post) -> int:
    """Count what was claimed, and is not settled."""
    found = [await post.trace(f"slow {number}") for number in range(20)]
    return sum(each.state is State.SENDING for [each] in found)
