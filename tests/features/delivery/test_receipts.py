"""What a report does to a message, in whatever order and however often it comes."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.delivery.outbox import CODE, ONE, TWO, Post
from tests.stores import NOON, MovableTime, at_rest
from watchword.features.delivery.receipts import Report, received
from watchword.features.delivery.rules import (
    Accepted,
    MessageId,
    Receipt,
    Refused,
    Sending,
    State,
    Unavailable,
)
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage, open_storage

MINUTE = timedelta(minutes=1)
DELIVERED, READ, FAILED = Receipt.DELIVERED, Receipt.READ, Receipt.FAILED


@pytest.fixture
def post(house: Storage) -> Post:
    return Post(house)


def after(reports: list[Receipt]) -> tuple[Receipt | None, int]:
    """Give the receipt that a message ends with, and how often it changed."""
    receipt, changes = None, 0
    for each in reports:
        changed = received(receipt, Report(receipt=each))
        receipt, changes = changed or receipt, changes + (changed is not None)
    return receipt, changes


class TestReports:
    @pytest.mark.parametrize(
        ("reports", "receipt", "changes"),
        [
            ([DELIVERED] * 5, DELIVERED, 1),
            ([READ] * 5, READ, 1),
            ([FAILED] * 5, FAILED, 1),
            ([DELIVERED, READ], READ, 2),
            ([READ, DELIVERED], READ, 1),
            ([DELIVERED, FAILED], DELIVERED, 1),
            ([READ, FAILED], READ, 1),
            ([FAILED, DELIVERED], FAILED, 1),
            ([FAILED, READ], FAILED, 1),
        ],
    )
    def test_change_a_message_as_the_rule_says(
        self, reports: list[Receipt], receipt: Receipt, changes: int
    ) -> None:
        assert after(reports) == (receipt, changes)

    @given(some.lists(some.sampled_from(Receipt), min_size=1, max_size=12))
    def test_in_any_order_end_in_what_the_first_of_them_allows(
        self, reports: list[Receipt]
    ) -> None:
        receipt, changes = after(reports)

        if reports[0] is FAILED:
            assert (receipt, changes) == (FAILED, 1)
        else:
            assert receipt is (READ if READ in reports else DELIVERED)
            assert changes == 1 + (reports[0] is DELIVERED and READ in reports)

    @given(some.lists(some.sampled_from(Receipt), max_size=6))
    def test_that_are_repeated_change_nothing_more(self, reports: list[Receipt]) -> None:
        once, _ = after(reports)

        assert after([*reports, *reports])[0] == once


async def sent(post: Post, about: str = "challenge", reference: str | None = "gw-1") -> MessageId:
    id = await post.put(about)
    [queued] = await post.claim()
    await post.settle(queued, Accepted(reference))
    return id


async def only(post: Post) -> Sending:
    [sending] = await post.trace()
    return sending


class TestReceiving:
    async def test_by_our_id_or_by_the_reference_is_the_same(self, post: Post) -> None:
        id = await sent(post)

        by_id = Report(receipt=DELIVERED, message_id=id)
        by_reference = Report(receipt=READ, reference="gw-1", reason="Read 1")
        assert await post.deliveries.receive(ONE, [by_id]) == 1
        assert await post.deliveries.receive(ONE, [by_reference]) == 1

        sending = await only(post)
        assert (sending.receipt, sending.receipt_reason) == (READ, "Read 1")
        assert sending.receipt_at == NOON
        assert (sending.state, sending.has_arrived) == (State.SENT, True)

    async def test_from_another_provider_is_nothing(self, post: Post) -> None:
        id = await sent(post)

        reports = [Report(receipt=FAILED, message_id=id), Report(receipt=FAILED, reference="gw-1")]
        assert await post.deliveries.receive(TWO, reports) == 0

        assert (await only(post)).receipt is None
        assert await post.deliveries.carried(TWO, id) is None

    async def test_of_what_was_never_sent_is_nothing(self, post: Post) -> None:
        await sent(post)

        reports = [
            Report(receipt=FAILED, message_id=MessageId(uuid4())),
            Report(receipt=FAILED, reference="gw-2"),
            Report(receipt=FAILED),
        ]
        assert await post.deliveries.receive(ONE, reports) == 0
        assert (await only(post)).receipt is None

    async def test_of_a_message_without_reference_needs_our_id(self, post: Post) -> None:
        await sent(post, reference=None)

        assert await post.deliveries.receive(ONE, [Report(receipt=FAILED)]) == 0

    async def test_before_the_provider_has_answered_us_is_kept(self, post: Post) -> None:
        id = await post.put()
        [queued] = await post.claim()

        await post.deliveries.receive(ONE, [Report(receipt=DELIVERED, message_id=id)])
        assert (await only(post)).state is State.SENDING
        await post.settle(queued, Accepted("gw-1"))

        sending = await only(post)
        assert (sending.state, sending.receipt) == (State.SENT, DELIVERED)

    async def test_many_at_once_changes_each_and_tells_of_each(self, post: Post) -> None:
        ids = [await sent(post, str(number), f"gw-{number}") for number in range(3)]
        post.told.clear()

        reports = [Report(receipt=DELIVERED, message_id=id) for id in (*ids, *ids)]
        assert await post.deliveries.receive(ONE, reports) == 3

        assert sorted(news.about for news in post.told) == ["0", "1", "2"]
        assert all(news.has_arrived and not news.is_bad for news in post.told)

    async def test_the_same_in_two_processes_at_once_is_one_change(
        self, post: Post, migrated: str, time: MovableTime
    ) -> None:
        ids = [await sent(post, str(number), f"gw-{number}") for number in range(4)]
        there = [Report(receipt=DELIVERED, message_id=id) for id in ids]
        back = [*reversed(there)]

        async with open_storage(migrated, patience=10, now=time) as other_process:
            posts = [post, Post(other_process)]
            counts = await asyncio.gather(
                *(
                    posts[number % 2].deliveries.receive(ONE, back if number % 3 else there)
                    for number in range(8)
                )
            )

        assert sum(counts) == len(ids)


class TestNews:
    async def test_is_told_when_a_message_left_and_when_it_will_not(self, post: Post) -> None:
        await sent(post)
        await post.put("refused")
        [queued] = await post.claim()
        await post.settle(queued, Refused("HTTP 400"))

        assert [(news.about, news.state, news.is_bad) for news in post.told] == [
            ("challenge", State.SENT, False),
            ("refused", State.REFUSED, True),
        ]
        assert [news.reason for news in post.told] == [None, "HTTP 400"]

    async def test_is_not_told_of_what_is_tried_again_unless_a_plan_waits_for_it(
        self, post: Post, time: MovableTime
    ) -> None:
        for is_pinned in (False, True):
            await post.put(is_pinned=is_pinned)
            [queued] = await post.claim()
            await post.settle(queued, Unavailable("HTTP 503"))

        assert [(news.state, news.is_bad) for news in post.told] == [(State.QUEUED, True)]

    async def test_of_an_arrival_is_good_whatever_we_thought_of_the_message(
        self, post: Post
    ) -> None:
        id = await post.put()
        [queued] = await post.claim()
        await post.settle(queued, Unavailable("HTTP 503"))

        await post.deliveries.receive(ONE, [Report(receipt=DELIVERED, message_id=id)])

        assert [(news.state, news.is_bad) for news in post.told] == [(State.QUEUED, False)]


class TestAMessageThatIsPinned:
    async def test_is_never_handed_to_another_provider(self, house: Storage) -> None:
        post = Post(house, ways=(ONE, TWO))
        await post.put("ours", is_pinned=True)
        await post.put("anybody's")

        assert await post.deliveries.divert(ONE) == 1
        assert [each.about for each in await post.claim(ONE)] == ["ours"]

    async def test_comes_back_to_its_provider_after_a_failure(
        self, house: Storage, time: MovableTime
    ) -> None:
        post = Post(house, ways=(ONE, TWO))
        await post.put(is_pinned=True)
        [queued] = await post.claim()

        settled = await post.settle(queued, Unavailable("HTTP 503"))

        assert settled is not None
        assert settled.provider == ONE


class TestWordsThatAProviderComesForLater:
    async def asked_for(self, post: Post) -> MessageId:
        id = await post.put(not_after=NOON + MINUTE)
        [queued] = await post.claim()
        await post.settle(queued, Accepted("call-1", asks_for_words=True))
        return id

    async def test_are_given_to_it_and_to_nobody_else(self, post: Post) -> None:
        id = await self.asked_for(post)

        message = await post.deliveries.words(ONE, id)

        assert message is not None
        assert message.code is not None
        assert message.code.reveal() == CODE
        assert await post.deliveries.words(TWO, id) is None
        assert await post.deliveries.words(ONE, MessageId(uuid4())) is None

    async def test_can_be_asked_for_before_it_has_answered_us(self, post: Post) -> None:
        id = await post.put()
        assert await post.deliveries.words(ONE, id) is None
        await post.claim()

        assert await post.deliveries.words(ONE, id) is not None

    async def test_are_read_out_three_times_and_no_more(self, post: Post) -> None:
        id, other = await self.asked_for(post), await self.asked_for(post)

        told = [await post.deliveries.tell(ONE, id) for _ in range(4)]

        assert [message is not None for message in told] == [True, True, True, False]
        assert await post.deliveries.words(ONE, id) is not None  # whoever picks up is greeted
        assert await post.deliveries.tell(TWO, other) is None
        assert await post.deliveries.tell(ONE, other) is not None

    async def test_are_not_read_out_when_all_is_over(self, post: Post) -> None:
        id = await self.asked_for(post)

        await post.cancel()

        assert await post.deliveries.tell(ONE, id) is None

    async def test_are_not_kept_where_it_took_them_with_the_message(self, post: Post) -> None:
        id = await sent(post)

        assert await post.deliveries.words(ONE, id) is None

    async def test_are_destroyed_when_it_is_cancelled(self, post: Post, house: Storage) -> None:
        id = await self.asked_for(post)

        await post.cancel()

        assert await post.deliveries.words(ONE, id) is None
        assert await self.sealed(house) is None
        assert (await only(post)).state is State.SENT

    async def test_are_destroyed_when_its_time_is_over(
        self, post: Post, house: Storage, time: MovableTime
    ) -> None:
        id = await self.asked_for(post)
        assert await post.deliveries.forget_words(500) == 0

        time.pass_by(MINUTE)
        assert await post.deliveries.words(ONE, id) is None
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
