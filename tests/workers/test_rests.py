"""A lane writes down when it leaves its provider alone, and when it does so no more."""

from collections.abc import Mapping

import pytest

from tests.features.delivery.outbox import MIDDLE, ONE, Post
from tests.stores import MovableTime
from tests.workers.lanes import OFTEN, Scripted, at_work, until
from watchword.features.delivery.breaker import FAILURES, FIRST_REST, Breaker
from watchword.features.delivery.rests.service import Rests
from watchword.features.delivery.rules import ProviderName, Unavailable
from watchword.foundation.storage import Storage
from watchword.workers.delivery import Lane

FAILED = Unavailable("HTTP 503")


class Noted(Rests):
    """The rests of the house, and how often somebody wrote one down."""

    def __init__(self, storage: Storage) -> None:
        super().__init__(storage=storage)
        self.times = 0

    async def note(self, provider: ProviderName, breaker: Breaker) -> None:
        await super().note(provider, breaker)
        self.times += 1


@pytest.fixture
def rests(house: Storage) -> Noted:
    return Noted(house)


def lane(post: Post, provider: Scripted, rests: Rests, now: MovableTime) -> Lane:
    return Lane(
        name=ONE,
        provider=provider,
        deliveries=post.deliveries,
        bells=post.bells,
        concurrency=1,
        chance=lambda: MIDDLE,
        now=now,
        look_every=OFTEN,
        note_rest=rests.note,
    )


async def test_a_rest_is_written_down_when_it_begins_and_when_it_ends(
    house: Storage, rests: Noted, time: MovableTime
) -> None:
    post, provider = Post(house), Scripted([FAILED] * FAILURES)
    for number in range(FAILURES + 3):
        await post.put(str(number))

    async with at_work(lane(post, provider, rests, time)):
        await until(lambda: rests.times == 1)
        resting: Mapping[ProviderName, object] = await rests.all()
        assert [*resting] == [ONE]

        time.pass_by(FIRST_REST)
        await until(lambda: rests.times == 2)
        assert await rests.all() == {}


async def test_where_all_is_well_nothing_is_written(
    house: Storage, rests: Noted, time: MovableTime
) -> None:
    post, provider = Post(house), Scripted([FAILED])
    for number in range(5):
        await post.put(str(number))

    async with at_work(lane(post, provider, rests, time)):
        await until(lambda: len(provider.taken) >= 5)

    assert rests.times == 0
