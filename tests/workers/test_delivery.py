"""The worker of a lane, with a real outbox and providers that do as they are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from tests.features.delivery.outbox import CODE, NUMBER, ONE, TWO, Post
from tests.stores import MovableTime
from tests.workers.lanes import NEVER, Scripted, a_while, at_work, new_lane, until
from watchword.features.delivery.breaker import FAILURES, FIRST_REST
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import (
    LEASE,
    Accepted,
    Priority,
    Refused,
    SendOutcome,
    State,
    Unavailable,
    Uncertain,
)
from watchword.foundation.ids import EVERYWHERE, Reach
from watchword.foundation.storage import Storage, StorageUnavailable, Transaction

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
FAILED = Unavailable("HTTP 503")


@pytest.fixture
def post(house: Storage) -> Post:
    return Post(house)


async def states(post: Post, about: str = "challenge") -> list[State]:
    return [each.state for each in await post.trace(about)]


async def settled(post: Post, about: str = "challenge") -> list[State]:
    """Wait until nothing is on its way, and tell how it ended."""
    async with asyncio.timeout(60):
        while True:
            found = await states(post, about)
            if not {State.QUEUED, State.SENDING} & {*found}:
                return found
            await asyncio.sleep(0.005)


class TestALane:
    async def test_sends_what_was_put_there_before_it_began(
        self, post: Post, time: MovableTime
    ) -> None:
        await post.put()
        provider = Scripted()

        async with at_work(new_lane(post, provider, time)):
            assert await settled(post) == [State.SENT]

        [message] = provider.taken
        assert message.address == NUMBER
        assert CODE in message.text.reveal()

    async def test_sends_at_the_sound_of_a_bell_without_waiting_for_its_next_look(
        self, post: Post, time: MovableTime
    ) -> None:
        provider = Scripted()

        async with at_work(new_lane(post, provider, time, look_every=NEVER)):
            await a_while()  # by now it has looked, and listens
            await post.put()
            await until(lambda: len(provider.taken) == 1)
            await a_while()
            await post.put("another")
            await until(lambda: len(provider.taken) == 2)

    async def test_finds_by_looking_what_no_bell_has_told_of(
        self, post: Post, house: Storage, time: MovableTime
    ) -> None:
        provider = Scripted()

        async with at_work(new_lane(post, provider, time)):
            await a_while()
            await Post(house).put()  # with bells that nobody hears

            assert await settled(post) == [State.SENT]

    async def test_sends_more_than_it_can_have_under_way_at_once(
        self, post: Post, time: MovableTime
    ) -> None:
        for number in range(10):
            await post.put(str(number))
        provider = Scripted()

        async with at_work(new_lane(post, provider, time, concurrency=3, look_every=NEVER)):
            await until(lambda: len(provider.taken) == 10)

        assert len({message.id for message in provider.taken}) == 10

    async def test_has_no_more_under_way_than_it_may(self, post: Post, time: MovableTime) -> None:
        for number in range(10):
            await post.put(str(number))
        provider = Scripted(is_hanging=True)

        async with at_work(new_lane(post, provider, time, concurrency=3)):
            await until(lambda: len(provider.taken) == 3)
            await a_while()
            assert len(provider.taken) == 3
            provider.goes_on.set()

    async def test_tries_again_what_could_not_be_taken_when_it_is_due(
        self, post: Post, time: MovableTime
    ) -> None:
        await post.put()
        provider = Scripted([FAILED])

        async with at_work(new_lane(post, provider, time)):
            await until(lambda: len(provider.taken) == 1)
            await a_while()
            assert len(provider.taken) == 1
            time.pass_by(SECOND)
            assert await settled(post) == [State.SENT]

        assert provider.taken[0].id == provider.taken[1].id

    @pytest.mark.parametrize(
        ("outcome", "state"),
        [
            (Accepted(None), State.SENT),
            (Refused("HTTP 400"), State.REFUSED),
            (Uncertain("timeout"), State.UNKNOWN),
        ],
    )
    async def test_writes_down_how_it_ended(
        self, post: Post, time: MovableTime, outcome: SendOutcome, state: State
    ) -> None:
        await post.put()

        async with at_work(new_lane(post, Scripted([outcome]), time)):
            assert await settled(post) == [state]

    async def test_gives_up_what_it_cannot_open(
        self, post: Post, house: Storage, time: MovableTime
    ) -> None:
        await post.put()
        async with house.begin(EVERYWHERE) as transaction:
            await transaction.run("update messages set sealed = :garbage", garbage=b"garbage")
        provider = Scripted()

        async with at_work(new_lane(post, provider, time)):
            assert await settled(post) == [State.REFUSED]

        assert provider.taken == []


class TestAProviderThatHangs:
    async def test_holds_up_nobody_in_another_lane(self, post: Post, time: MovableTime) -> None:
        hanging, healthy = Scripted(is_hanging=True), Scripted()
        lanes = [
            new_lane(post, hanging, time, concurrency=1),
            new_lane(post, healthy, time, name=TWO, concurrency=1),
        ]

        async with at_work(*lanes):
            await post.put("a", provider=ONE)
            await until(lambda: len(hanging.taken) == 1)
            for number in range(5):
                await post.put(str(number), provider=TWO)
            await until(lambda: len(healthy.taken) == 5)
            hanging.goes_on.set()

    async def test_holds_no_transaction_while_it_does(self, post: Post, time: MovableTime) -> None:
        hanging = Scripted(is_hanging=True)

        async with at_work(new_lane(post, hanging, time)):
            await post.put()
            await until(lambda: len(hanging.taken) == 1)
            async with asyncio.timeout(60):
                await post.cancel()
                assert await states(post) == [State.SENDING]
            hanging.goes_on.set()


class TestAProviderThatFails:
    async def test_is_left_alone_after_five_failures_and_then_tried_with_one_message(
        self, post: Post, time: MovableTime
    ) -> None:
        for number in range(20):
            await post.put(str(number))
        provider = Scripted([FAILED] * FAILURES)

        async with at_work(new_lane(post, provider, time, concurrency=1)):
            await until(lambda: len(provider.taken) == FAILURES)
            await a_while()
            assert len(provider.taken) == FAILURES

            provider.is_hanging = True
            time.pass_by(FIRST_REST)
            await until(lambda: len(provider.taken) == FAILURES + 1)
            await a_while()
            assert len(provider.taken) == FAILURES + 1

            provider.goes_on.set()
            await until(lambda: len(provider.taken) == FAILURES + 20)

    async def test_is_tried_with_one_alone_however_many_may_be_under_way(
        self, post: Post, time: MovableTime
    ) -> None:
        for number in range(20):
            await post.put(str(number))
        provider = Scripted([FAILED] * 8)

        async with at_work(new_lane(post, provider, time, concurrency=4)):
            await until(lambda: len(provider.taken) >= FAILURES)
            await a_while()
            tried = len(provider.taken)
            assert tried <= 8

            provider.is_hanging = True
            time.pass_by(FIRST_REST)
            await until(lambda: len(provider.taken) == tried + 1)
            await a_while()
            assert len(provider.taken) == tried + 1
            provider.goes_on.set()

    async def test_by_a_mistake_does_not_end_the_lane_and_is_not_quoted(
        self, post: Post, time: MovableTime
    ) -> None:
        provider = Scripted([ValueError(f"cannot send {CODE} to {NUMBER}")])

        with capture_logs() as logs:
            async with at_work(new_lane(post, provider, time)):
                await post.put("a")
                assert await settled(post, "a") == [State.UNKNOWN]
                await post.put("b")
                assert await settled(post, "b") == [State.SENT]

        assert {"provider.failed", "message.settled"} <= {line["event"] for line in logs}
        assert NUMBER not in repr(logs)
        assert CODE not in repr(logs)
        assert {line["fault"] for line in logs if "fault" in line} == {"ValueError"}


class TestWhenALaneStops:
    async def test_what_is_under_way_comes_to_its_end(self, post: Post, time: MovableTime) -> None:
        await post.put()
        provider = Scripted(is_hanging=True)
        lane = new_lane(post, provider, time)
        running = asyncio.create_task(lane.run())
        await until(lambda: len(provider.taken) == 1)

        lane.stop()
        await a_while()
        assert not running.done()

        provider.goes_on.set()
        await running
        assert await states(post) == [State.SENT]

    async def test_nothing_more_is_begun(self, post: Post, time: MovableTime) -> None:
        provider = Scripted()
        lane = new_lane(post, provider, time, look_every=NEVER)
        running = asyncio.create_task(lane.run())
        await a_while()

        lane.stop()
        await asyncio.wait_for(running, 60)
        await post.put()
        await a_while()

        assert provider.taken == []


class TestWhenAWorkerIsKilled:
    @pytest.mark.parametrize(
        ("knows_repeats", "state"), [(True, State.SENT), (False, State.UNKNOWN)]
    )
    async def test_the_next_one_finishes_its_work_without_reaching_anybody_twice(
        self, post: Post, time: MovableTime, *, knows_repeats: bool, state: State
    ) -> None:
        await post.put()
        await post.claim()  # and nothing more: the power is gone
        provider = Scripted(knows_repeats=knows_repeats)

        time.pass_by(LEASE + SECOND)
        async with at_work(new_lane(post, provider, time)):
            assert await settled(post) == [state]

        assert len(provider.taken) == (1 if knows_repeats else 0)


class TestAMessageOfATestOrganisation:
    async def test_never_leaves_the_sandbox_whatever_happens_there(
        self, house: Storage, time: MovableTime
    ) -> None:
        post = Post(house, ways=(ONE, TWO))
        sandbox = Scripted([FAILED, Uncertain("x"), ValueError("x"), FAILED], knows_repeats=True)
        one, two = Scripted(), Scripted()
        await post.put(provider=SANDBOX)

        async with at_work(
            new_lane(post, sandbox, time, name=SANDBOX),
            new_lane(post, one, time, name=ONE),
            new_lane(post, two, time, name=TWO),
        ):
            for count in range(1, 6):
                await until(lambda count=count: len(sandbox.taken) == count)  # type: ignore[misc]
                await a_while()
                time.pass_by(30 * SECOND)
            assert await settled(post) == [State.SENT]

        assert one.taken == two.taken == []


@dataclass
class Shaky:
    """Storage that is away when it is asked for the first time."""

    storage: Storage
    faults: list[Exception]

    @asynccontextmanager
    async def begin(self, reach: Reach = None) -> AsyncIterator[Transaction]:
        if self.faults:
            raise self.faults.pop()
        async with self.storage.begin(reach) as transaction:
            yield transaction

    @asynccontextmanager
    async def reading(self, reach: Reach = None) -> AsyncIterator[Transaction]:
        async with self.storage.reading(reach) as transaction:
            yield transaction

    def now(self) -> datetime:
        return self.storage.now()


@pytest.mark.parametrize("fault", [StorageUnavailable("away"), ValueError("a strange row")])
async def test_a_lane_outlives_what_its_database_does(
    post: Post, house: Storage, time: MovableTime, fault: Exception
) -> None:
    await post.put()
    shaky = Post(Shaky(house, [fault]))  # type: ignore[arg-type] # it begins, reads and has a clock
    provider = Scripted()

    async with at_work(new_lane(shaky, provider, time)):
        assert await settled(post) == [State.SENT]


class TestRoomForCodes:
    async def test_a_code_leaves_while_a_provider_hangs_on_all_that_nobody_waits_for(
        self, post: Post, time: MovableTime
    ) -> None:
        provider = Scripted(is_hanging=True)

        async with at_work(new_lane(post, provider, time)):
            for number in range(8):
                await post.put(f"bulk {number}", priority=Priority.BULK)
            await until(lambda: len(provider.taken) == 3)
            await post.put("code")
            await until(lambda: len(provider.taken) == 4)
            assert provider.taken[-1].about == "code"
            provider.goes_on.set()
            await until(lambda: len(provider.taken) == 9)

    async def test_one_that_does_one_thing_at_a_time_does_all_of_them(
        self, post: Post, time: MovableTime
    ) -> None:
        provider = Scripted()

        async with at_work(new_lane(post, provider, time, concurrency=1)):
            for number in range(3):
                await post.put(f"bulk {number}", priority=Priority.BULK)
            await until(lambda: len(provider.taken) == 3)
