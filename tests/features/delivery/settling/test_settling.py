"""How attempts end that end together."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import pytest

from tests.features.delivery.outbox import Post
from tests.stores import BANK, SHOP, MovableTime
from watchword.features.delivery.rules import (
    LEASE,
    Accepted,
    Next,
    Refused,
    SendOutcome,
    State,
    Unavailable,
)
from watchword.foundation.ids import Reach
from watchword.foundation.storage import Storage, Transaction

SECOND = timedelta(seconds=1)
OUTCOMES: Sequence[SendOutcome] = (Accepted("SM1"), Refused("HTTP 400"), Unavailable("HTTP 503"))
ENDS = (State.SENT, State.REFUSED, State.QUEUED)


class Counted:
    """A storage that counts how often somebody has begun to write."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.begun = 0

    def begin(self, reach: Reach = None) -> AbstractAsyncContextManager[Transaction]:
        self.begun += 1
        return self._storage.begin(reach)

    def reading(self, reach: Reach = None) -> AbstractAsyncContextManager[Transaction]:
        return self._storage.reading(reach)

    def now(self) -> datetime:
        return self._storage.now()


@pytest.fixture
def post(house: Storage) -> Post:
    return Post(house)


async def test_many_that_end_together_are_written_down_each_as_it_ended(house: Storage) -> None:
    counted = Counted(house)
    post = Post(counted)  # type: ignore[arg-type] # it begins, reads and has a clock
    for number in range(12):
        await post.put(f"{number}")
    claimed = await post.claim()
    begun = counted.begun

    ended = await asyncio.gather(
        *(post.settle(each, OUTCOMES[number % 3]) for number, each in enumerate(claimed))
    )

    assert [after and after.state for after in ended] == [*ENDS] * 4
    for number, each in enumerate(claimed):
        assert [sending.state for sending in await post.trace(each.about)] == [ENDS[number % 3]]
    assert counted.begun - begun == 2  # the first alone, and all who came meanwhile


async def test_each_organisation_has_transactions_of_its_own(post: Post) -> None:
    for whose in (BANK, SHOP) * 3:
        await post.put("mine", whose=whose)
    claimed = await post.claim()

    await asyncio.gather(*(post.settle(each, Accepted()) for each in claimed))

    for whose in (BANK, SHOP):
        assert [each.state for each in await post.trace("mine", whose=whose)] == [State.SENT] * 3


async def test_whoever_comes_back_too_late_changes_nothing_for_others(
    post: Post, time: MovableTime
) -> None:
    for number in range(4):
        await post.put(f"{number}")
    late = await post.claim()
    time.pass_by(LEASE + SECOND)
    await post.deliveries.recover(late[0].provider, knows_repeats=True)
    [first, second, *_] = anew = await post.claim()

    # The second and those after it share a transaction, whoever comes first.
    ended = await asyncio.gather(
        *(post.settle(each, Refused("late")) for each in reversed(late)),
        post.settle(first, Accepted()),
    )

    assert ended[:-1] == [None] * 4
    assert ended[-1] is not None
    assert await states(post, anew[0].about) == [State.SENT]
    assert await states(post, second.about) == [State.SENDING]


async def test_what_is_handed_in_twice_is_written_down_once(post: Post) -> None:
    for number in range(3):
        await post.put(f"{number}")
    claimed = await post.claim()

    ended = await asyncio.gather(
        *(post.settle(each, Accepted()) for each in [*claimed, claimed[1], claimed[2]])
    )

    assert [isinstance(after, Next) for after in ended] == [True, True, True, False, False]
    assert len(post.told) == 3


async def test_what_is_given_back_was_never_tried(post: Post) -> None:
    await post.put()
    [queued] = await post.claim()

    await post.deliveries.give_back([queued])

    assert [(each.state, each.attempts) for each in await post.trace()] == [(State.QUEUED, 0)]
    [again] = await post.claim()
    assert again.attempts == 1


async def test_what_others_have_taken_over_is_not_given_back(post: Post, time: MovableTime) -> None:
    await post.put()
    [queued] = await post.claim()
    time.pass_by(LEASE + SECOND)
    await post.deliveries.recover(queued.provider, knows_repeats=True)
    await post.claim()

    await post.deliveries.give_back([queued])

    assert await states(post, queued.about) == [State.SENDING]


async def states(post: Post, about: str) -> list[State]:
    return [each.state for each in await post.trace(about)]
