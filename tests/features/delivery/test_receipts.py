"""What a report does to a message, in whatever order and however often it comes."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.delivery.outbox import ONE, TWO, Post
from tests.stores import BANK, NOON, SHOP, MovableTime
from watchword.features.delivery.receipts import Report, received
from watchword.features.delivery.reports.store import REFERENCES_LAST
from watchword.features.delivery.rules import (
    Accepted,
    MessageId,
    ProviderName,
    Receipt,
    Refused,
    Sending,
    State,
    Unavailable,
)
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, open_storage

MINUTE = timedelta(minutes=1)
CALL = "call-1"
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


async def sent(
    post: Post,
    about: str = "challenge",
    reference: str | None = "gw-1",
    *,
    whose: OrganisationId = BANK,
    provider: ProviderName = ONE,
) -> MessageId:
    id = await post.put(about, whose=whose, provider=provider)
    [queued] = await post.claim(provider)
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

    async def test_by_a_reference_means_the_newest_message_and_no_one_elses_old_one(
        self, post: Post, time: MovableTime
    ) -> None:
        await sent(post, "old", whose=SHOP)
        time.pass_by(MINUTE)
        await sent(post, "new", whose=BANK)

        report = Report(receipt=DELIVERED, reference="gw-1")
        assert await post.deliveries.receive(ONE, [report]) == 1

        assert [each.receipt for each in await post.trace("new", whose=BANK)] == [DELIVERED]
        assert [each.receipt for each in await post.trace("old", whose=SHOP)] == [None]

    async def test_by_the_reference_of_another_provider_is_nothing(
        self, post: Post, time: MovableTime
    ) -> None:
        await sent(post, "ours")
        time.pass_by(MINUTE)
        await sent(post, "another's", provider=TWO)

        await post.deliveries.receive(ONE, [Report(receipt=DELIVERED, reference="gw-1")])

        assert [each.receipt for each in await post.trace("ours")] == [DELIVERED]
        assert [each.receipt for each in await post.trace("another's")] == [None]

    @pytest.mark.parametrize(("span", "count"), [(REFERENCES_LAST, 0), (REFERENCES_LAST / 2, 1)])
    async def test_by_a_reference_means_nothing_that_is_long_over(
        self, post: Post, time: MovableTime, span: timedelta, count: int
    ) -> None:
        id = await sent(post)
        time.pass_by(span)

        by_reference = Report(receipt=DELIVERED, reference="gw-1")
        assert await post.deliveries.receive(ONE, [by_reference]) == count
        by_id = Report(receipt=READ, message_id=id)
        assert await post.deliveries.receive(ONE, [by_id]) == 1  # our own id is used once

    async def test_in_heaps_that_name_messages_otherwise_waits_for_nobody_in_a_circle(
        self, post: Post, migrated: str, time: MovableTime
    ) -> None:
        for number in range(12):
            await post.put(str(number))
        claimed = sorted(await post.claim(), key=lambda queued: str(queued.id))
        # The names run against the ids, so whoever holds in the order of names comes from behind.
        names = [f"gw-{number:02}" for number in reversed(range(12))]
        for queued, name in zip(claimed, names, strict=True):
            await post.settle(queued, Accepted(name))
        by_id = [Report(receipt=DELIVERED, message_id=queued.id) for queued in claimed]
        by_name = [Report(receipt=DELIVERED, reference=name) for name in sorted(names)]

        async with open_storage(migrated, patience=10, now=time) as other_process:
            posts = [post, Post(other_process)]
            counts = await asyncio.gather(
                *(
                    posts[number % 2].deliveries.receive(ONE, by_name if number % 2 else by_id)
                    for number in range(8)
                )
            )

        assert sum(counts) == len(claimed)

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
