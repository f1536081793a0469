"""The outbox on a real database: what is claimed, in which order, by whom, and how it ends."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.delivery.outbox import CODE, NUMBER, ONE, TWO, Post
from tests.stores import BANK, NOON, SHOP, MovableTime, at_rest
from watchword.features.delivery.census.store import MessageCensus
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
from watchword.features.delivery.service import bell_of
from watchword.features.delivery.store import OutboxLanes
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.sealing import SealBroken
from watchword.foundation.storage import Storage, open_storage

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FINAL = {State.SENT, State.REFUSED, State.EXPIRED, State.CANCELLED, State.UNKNOWN}


@pytest.fixture
def post(house: Storage) -> Post:
    return Post(house)


class TestAClaim:
    async def test_takes_the_urgent_first_and_then_what_has_waited_longest(
        self, post: Post, time: MovableTime
    ) -> None:
        for about, priority in (
            ("3", Priority.BULK),
            ("1", Priority.INTERACTIVE),
            ("4", Priority.BULK),
            ("2", Priority.INTERACTIVE),
        ):
            await post.put(about, priority=priority)
            time.pass_by(SECOND)

        assert [queued.about for queued in await post.claim(most=3)] == ["1", "2", "3"]
        assert [queued.about for queued in await post.claim()] == ["4"]

    async def test_takes_what_belongs_to_its_lane_for_all_organisations(self, post: Post) -> None:
        await post.put("a", whose=BANK)
        await post.put("b", whose=SHOP)
        await post.put("c", provider=TWO)

        claimed = await post.claim(ONE)

        assert {(each.about, each.organisation_id) for each in claimed} == {
            ("a", BANK),
            ("b", SHOP),
        }

    async def test_counts_the_attempt(self, post: Post) -> None:
        await post.put()
        [first] = await post.claim()
        await post.settle(first, Unavailable("x", retry_after=timedelta()))

        assert first.attempts == 1
        assert [each.attempts for each in await post.trace()] == [1]

    async def test_does_not_take_what_is_not_due_yet(self, post: Post, time: MovableTime) -> None:
        await post.put()
        [first] = await post.claim()
        await post.settle(first, Unavailable("x"))

        assert await post.claim() == []
        assert await post.deliveries.next_due(ONE) == 1.0
        time.pass_by(SECOND)
        assert await post.deliveries.next_due(ONE) == 0.0
        [second] = await post.claim()
        assert second.attempts == 2

    async def test_is_shared_by_many_workers_so_that_none_gets_the_message_of_another(
        self, post: Post, migrated: str, time: MovableTime
    ) -> None:
        ids = {await post.put(str(number)) for number in range(40)}
        async with open_storage(migrated, patience=10, now=time) as other_process:
            posts = [post, Post(other_process)]
            claims = await asyncio.gather(*(posts[n % 2].claim(most=7) for n in range(12)))

        claimed = [queued.id for claim in claims for queued in claim]
        assert len(claimed) == len({*claimed})
        assert {*claimed} <= ids
        claimed += [queued.id for queued in await post.claim()]
        assert sorted(claimed) == sorted(ids)

    async def test_puts_the_words_together(self, post: Post) -> None:
        await post.put()
        [queued] = await post.claim()

        message = await post.deliveries.open(queued)

        assert message.address == NUMBER
        assert message.code is not None
        assert message.code.reveal() == CODE
        assert message.text.reveal() == (
            "135792 ist Ihr Code für Sonnenhof. Er gilt 10 Minuten. Geben Sie ihn nicht weiter."
        )
        assert CODE not in repr(message) + repr(queued)
        assert NUMBER not in repr(message) + repr(queued)


class TestAMessageThatIsTooLate:
    async def test_is_never_claimed_and_nobody_is_kept_awake_for_it(
        self, post: Post, time: MovableTime
    ) -> None:
        await post.put(not_after=NOON + MINUTE)

        time.pass_by(MINUTE)

        assert await post.claim() == []
        assert await post.deliveries.next_due(ONE) is None

    async def test_is_given_up_in_all_lanes_and_organisations(
        self, post: Post, time: MovableTime
    ) -> None:
        await post.put(not_after=NOON + MINUTE, whose=BANK)
        await post.put(not_after=NOON + MINUTE, whose=SHOP, provider=TWO)
        await post.put("later")
        assert await post.deliveries.expire(500) == 0

        time.pass_by(MINUTE)

        assert await post.deliveries.expire(500) == 2
        [sending] = await post.trace()
        assert (sending.state, sending.ended_at) == (State.EXPIRED, NOON + MINUTE)
        assert [each.about for each in await post.claim()] == ["later"]


class TestACancelledMessage:
    async def test_is_not_sent(self, post: Post) -> None:
        await post.put("a")
        await post.put("b")

        await post.cancel("a")

        assert [each.about for each in await post.claim()] == ["b"]
        assert [each.state for each in await post.trace("a")] == [State.CANCELLED]

    async def test_that_is_on_its_way_is_not_sent_again_when_it_comes_back(
        self, post: Post, time: MovableTime
    ) -> None:
        await post.put()
        [queued] = await post.claim()

        await post.cancel()
        await post.settle(queued, Unavailable("HTTP 503"))

        time.pass_by(MINUTE)
        assert await post.claim() == []
        assert await post.deliveries.next_due(ONE) is None
        await post.deliveries.expire(500)
        assert [each.state for each in await post.trace()] == [State.EXPIRED]

    async def test_that_is_on_its_way_is_not_sent_again_when_its_worker_is_lost(
        self, post: Post, time: MovableTime
    ) -> None:
        await post.put()
        await post.claim()

        await post.cancel()
        time.pass_by(LEASE + SECOND)
        await post.deliveries.recover(ONE, knows_repeats=True)

        assert await post.claim() == []

    async def test_of_another_organisation_is_let_be(self, post: Post) -> None:
        await post.put(whose=BANK)

        await post.cancel(whose=SHOP)

        assert len(await post.claim()) == 1


class TestAWorkerThatIsLost:
    @pytest.mark.parametrize(
        ("knows_repeats", "state"), [(True, State.QUEUED), (False, State.UNKNOWN)]
    )
    async def test_leaves_a_message_that_is_sent_again_only_if_the_provider_notices(
        self, post: Post, time: MovableTime, *, knows_repeats: bool, state: State
    ) -> None:
        await post.put()
        await post.claim()

        time.pass_by(LEASE)
        assert await post.deliveries.recover(ONE, knows_repeats=knows_repeats) == 0
        time.pass_by(SECOND)
        assert await post.deliveries.recover(TWO, knows_repeats=knows_repeats) == 0
        assert await post.deliveries.recover(ONE, knows_repeats=knows_repeats) == 1

        assert [(each.state, each.reason) for each in await post.trace()] == [(state, "lapsed")]
        assert len(await post.claim()) == (1 if knows_repeats else 0)

    async def test_changes_nothing_when_it_comes_back_after_another_took_over(
        self, post: Post, time: MovableTime
    ) -> None:
        await post.put()
        [lost] = await post.claim()
        time.pass_by(LEASE + SECOND)
        await post.deliveries.recover(ONE, knows_repeats=True)
        await post.settle(lost, Accepted("too late"))
        assert [each.state for each in await post.trace()] == [State.QUEUED]

        [taken_over] = await post.claim()
        for outcome in (Accepted("too late"), Refused("x"), Unavailable("x"), Uncertain("x")):
            await post.settle(lost, outcome)
            assert [each.state for each in await post.trace()] == [State.SENDING]

        await post.settle(taken_over, Accepted("gw-1"))
        await post.settle(lost, Refused("too late"))
        assert [(each.state, each.attempts) for each in await post.trace()] == [(State.SENT, 2)]

    async def test_is_looked_for_by_many_and_recovered_once(
        self, post: Post, time: MovableTime
    ) -> None:
        for number in range(5):
            await post.put(str(number))
        await post.claim()
        time.pass_by(LEASE + SECOND)

        counts = await asyncio.gather(
            *(post.deliveries.recover(ONE, knows_repeats=True) for _ in range(4))
        )

        assert sum(counts) == 5
        assert len(await post.claim()) == 5


class TestAProviderThatCannotTakeIt:
    async def test_hands_it_on_to_the_next_whose_bell_is_rung(self, house: Storage) -> None:
        post = Post(house, ways=(ONE, TWO))
        ear = post.bells.listen(bell_of(TWO))
        await post.put()
        [queued] = await post.claim(ONE)

        after = await post.settle(queued, Unavailable("HTTP 503"))

        assert after is not None
        assert after.provider == TWO
        assert ear.rung.is_set()

    async def test_never_hands_it_out_of_the_sandbox(
        self, house: Storage, time: MovableTime
    ) -> None:
        post = Post(house, ways=(ONE, TWO))
        await post.put(provider=SANDBOX)
        for outcome in (Unavailable("x"), Uncertain("x"), Unavailable("x")):
            [queued] = await post.claim(SANDBOX)
            await post.settle(queued, outcome, knows_repeats=True)
            time.pass_by(10 * SECOND)

        assert await post.claim(ONE) == await post.claim(TWO) == []
        assert len(await post.claim(SANDBOX)) == 1


class TestAtRest:
    async def end(self, post: Post, time: MovableTime, state: State) -> None:
        """Bring a message to an end of a certain kind."""
        await post.put(not_after=NOON + MINUTE)
        if state is State.CANCELLED:
            await post.cancel()
        elif state is State.EXPIRED:
            time.pass_by(MINUTE)
            await post.deliveries.expire(500)
        else:
            outcomes: dict[State, SendOutcome] = {
                State.SENT: Accepted("gw-1"),
                State.REFUSED: Refused("x"),
                State.UNKNOWN: Uncertain("x"),
            }
            [queued] = await post.claim()
            await post.settle(queued, outcomes[state])
        assert [each.state for each in await post.trace()] == [state]

    @pytest.mark.parametrize("state", sorted(FINAL))
    async def test_nothing_sealed_is_kept_of_a_message_that_is_over(
        self, post: Post, house: Storage, time: MovableTime, state: State
    ) -> None:
        await self.end(post, time, state)

        async with house.reading(EVERYWHERE) as transaction:
            row = await transaction.one("select sealed, ended_at from messages")
            assert await MessageCensus(transaction).by_outbox_key() == {}
        assert row is not None
        assert row["sealed"] is None
        assert row["ended_at"] is not None

    async def test_neither_code_nor_address_can_be_read_while_it_waits_or_after(
        self, post: Post, migrated: str
    ) -> None:
        await post.put("waits")
        await post.put("moves")
        [queued] = await post.claim(most=1)
        assert await self.finds(migrated) == []

        await post.settle(queued, Accepted("gw-1"))
        assert await self.finds(migrated) == []

    async def finds(self, url: str) -> list[str]:
        stolen = await at_rest(url)
        return [word for word in (NUMBER, NUMBER[1:], CODE, "Sonnenhof") if word.encode() in stolen]

    async def test_a_message_opens_in_its_own_row_alone(self, post: Post) -> None:
        await post.put("a")
        await post.put("b")
        one, other = await post.claim()

        with pytest.raises(SealBroken):
            await post.deliveries.open(replace(other, sealed=one.sealed))
        with pytest.raises(SealBroken):
            await post.deliveries.open(replace(one, organisation_id=SHOP))

    async def test_waiting_messages_are_counted_by_lane_and_by_key(
        self, post: Post, house: Storage
    ) -> None:
        for provider in (ONE, ONE, TWO):
            await post.put(provider=provider)
        await post.claim(TWO)

        async with house.reading(EVERYWHERE) as transaction:
            lanes = OutboxLanes(transaction)
            assert sum((await lanes.waiting_by_lane()).values()) == 2
            assert await lanes.waiting_by_lane() == {ONE: 2}
            assert await MessageCensus(transaction).by_outbox_key() == {1: 3}
