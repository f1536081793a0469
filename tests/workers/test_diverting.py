"""When a provider rests, its messages go on to another one; and what is ours is not its fault."""

from collections.abc import Sequence
from datetime import timedelta

from tests.features.delivery.outbox import ONE, TWO, Post
from tests.stores import KEYRING, MovableTime
from tests.workers.lanes import NEVER, Scripted, at_work, new_lane, until
from watchword.features.delivery.rules import State, Unavailable
from watchword.foundation.keyring import KeyKind, rotated
from watchword.foundation.storage import Storage

DOWN = Unavailable("HTTP 503")


async def states(post: Post, about: Sequence[str]) -> list[State]:
    return [sending.state for name in about for sending in await post.trace(name)]


async def test_what_waits_for_a_provider_that_rests_is_sent_by_the_next(
    house: Storage, time: MovableTime
) -> None:
    post = Post(house, ways=(ONE, TWO))
    names = [f"challenge {number}" for number in range(40)]
    for name in names:
        await post.put(name)
    down, well = Scripted([DOWN] * 1000), Scripted()

    async with at_work(
        new_lane(post, down, time), new_lane(post, well, time, name=TWO, look_every=NEVER)
    ):
        await until(lambda: len(well.taken) >= 30)

    # Those that met the provider while it failed wait for their next attempt, as they must.
    assert len(down.taken) <= 8
    assert (await states(post, names)).count(State.SENT) >= 30


async def test_two_that_rest_do_not_throw_it_to_and_fro(house: Storage, time: MovableTime) -> None:
    post = Post(house, ways=(ONE, TWO))
    await post.put("challenge")

    diverted = [await post.deliveries.divert(name) for name in (ONE, TWO, ONE, TWO)]

    # Handed on at once the first time; after that it waits before it is handed on again.
    assert diverted == [1, 1, 0, 0]


async def test_what_came_back_is_what_a_provider_is_tried_with(
    house: Storage, time: MovableTime
) -> None:
    post = Post(house, ways=(ONE, TWO))
    await post.put("tried before")
    [tried] = await post.claim()
    await post.deliveries.settle(tried, DOWN, knows_repeats=False, chance=0.0)
    await post.put("never tried")
    for name in (ONE, TWO):
        assert await post.deliveries.divert(name)
    time.pass_by(timedelta(seconds=1))

    trial = await post.deliveries.claim(ONE, 1, freshest=True)

    assert [queued.about for queued in trial] == ["never tried"]


async def test_what_only_one_provider_serves_waits_for_it(
    house: Storage, time: MovableTime
) -> None:
    post = Post(house)
    await post.put("challenge")

    assert await post.deliveries.divert(ONE) == 0
    assert len(await post.claim()) == 1


async def test_a_key_that_is_away_is_not_held_against_the_provider(
    house: Storage, time: MovableTime
) -> None:
    newer = Post(house, keyring=rotated(KEYRING, [KeyKind.OUTBOX], time()))
    post, provider = Post(house), Scripted()
    for number in range(8):
        await newer.put(f"sealed elsewhere {number}")
    await post.put("ours")

    async with at_work(new_lane(post, provider, time)):
        await until(lambda: len(provider.taken) == 1)

    assert await states(post, ["ours"]) == [State.SENT]
    assert await states(post, ["sealed elsewhere 0"]) == [State.QUEUED]
