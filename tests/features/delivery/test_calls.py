"""Words that a provider comes for during a call: in which one, how often, and for how long."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.features.delivery.outbox import CODE, ONE, TWO, Post
from tests.features.delivery.test_receipts import only, sent
from tests.stores import NOON, MovableTime, at_rest
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import Accepted, MessageId, Receipt, State, Unavailable
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage

MINUTE = timedelta(minutes=1)
DELIVERED, FAILED = Receipt.DELIVERED, Receipt.FAILED
CALL = "call-1"


@pytest.fixture
def post(house: Storage) -> Post:
    return Post(house)


class TestWordsThatAProviderComesForLater:
    async def asked_for(self, post: Post) -> MessageId:
        id = await post.put(not_after=NOON + MINUTE)
        [queued] = await post.claim()
        await post.settle(queued, Accepted(CALL, asks_for_words=True))
        return id

    async def test_are_given_to_it_and_to_nobody_else(self, post: Post) -> None:
        id = await self.asked_for(post)

        message = await post.deliveries.words(ONE, id, CALL)

        assert message is not None
        assert message.code is not None
        assert message.code.reveal() == CODE
        assert await post.deliveries.words(TWO, id, CALL) is None
        assert await post.deliveries.words(ONE, MessageId(uuid4()), CALL) is None

    async def test_can_be_asked_for_before_it_has_answered_us(self, post: Post) -> None:
        id = await post.put()
        assert await post.deliveries.words(ONE, id, CALL) is None
        await post.claim()

        assert await post.deliveries.words(ONE, id, CALL) is not None

    async def test_are_read_out_three_times_and_no_more(self, post: Post) -> None:
        id, other = await self.asked_for(post), await self.asked_for(post)

        told = [await post.deliveries.tell(ONE, id, CALL) for _ in range(4)]

        assert [message is not None for message in told] == [True, True, True, False]
        assert await post.deliveries.words(ONE, id, CALL) is not None  # whoever picks up is greeted
        assert await post.deliveries.tell(TWO, other, CALL) is None
        assert await post.deliveries.tell(ONE, other, CALL) is not None

    async def test_are_not_read_out_when_all_is_over(self, post: Post) -> None:
        id = await self.asked_for(post)

        await post.cancel()

        assert await post.deliveries.tell(ONE, id, CALL) is None

    async def test_are_not_kept_where_it_took_them_with_the_message(self, post: Post) -> None:
        id = await sent(post)

        assert await post.deliveries.words(ONE, id, CALL) is None

    @pytest.mark.parametrize("other", ["call-2", None, ""])
    async def test_are_given_in_no_other_call(self, post: Post, other: str | None) -> None:
        id = await self.asked_for(post)

        assert await post.deliveries.tell(ONE, id, other) is None
        assert await post.deliveries.words(ONE, id, other) is None
        assert await post.deliveries.tell(ONE, id, CALL) is not None

    async def test_are_destroyed_when_the_call_is_over(self, post: Post, house: Storage) -> None:
        id = await self.asked_for(post)
        await post.deliveries.receive(ONE, [Report(receipt=DELIVERED, message_id=id)])
        assert await post.deliveries.tell(ONE, id, CALL) is not None

        await post.deliveries.receive(ONE, [Report(receipt=FAILED, message_id=id)])

        assert await post.deliveries.tell(ONE, id, CALL) is None
        assert await self.sealed(house) is None
        assert (await only(post)).receipt is DELIVERED

    async def test_are_not_kept_when_the_call_was_over_before_we_were_answered(
        self, post: Post, house: Storage
    ) -> None:
        id = await post.put()
        [queued] = await post.claim()
        await post.deliveries.receive(ONE, [Report(receipt=FAILED, message_id=id)])

        await post.settle(queued, Accepted(CALL, asks_for_words=True))

        assert await self.sealed(house) is None

    async def test_stay_where_a_report_on_another_try_comes_while_it_is_tried_again(
        self, post: Post, house: Storage
    ) -> None:
        id = await post.put()
        [queued] = await post.claim()
        await post.deliveries.receive(ONE, [Report(receipt=FAILED, message_id=id)])

        await post.settle(queued, Unavailable("HTTP 503"))

        assert await self.sealed(house) is not None

    async def test_are_destroyed_when_it_is_cancelled(self, post: Post, house: Storage) -> None:
        id = await self.asked_for(post)

        await post.cancel()

        assert await post.deliveries.words(ONE, id, CALL) is None
        assert await self.sealed(house) is None
        assert (await only(post)).state is State.SENT

    async def test_are_destroyed_when_its_time_is_over(
        self, post: Post, house: Storage, time: MovableTime
    ) -> None:
        id = await self.asked_for(post)
        assert await post.deliveries.forget_words(500) == 0

        time.pass_by(MINUTE)
        assert await post.deliveries.words(ONE, id, CALL) is None
        assert await post.deliveries.forget_words(500) == 1

        assert await self.sealed(house) is None
        assert await post.deliveries.forget_words(500) == 0

    async def test_cannot_be_read_while_they_rest(self, post: Post, migrated: str) -> None:
        await self.asked_for(post)

        assert CODE.encode() not in await at_rest(migrated)

    async def sealed(self, house: Storage) -> object:
        async with house.reading(EVERYWHERE) as transaction:
            row = await transaction.one("select sealed from messages")
        assert row is not None
        return row["sealed"]
