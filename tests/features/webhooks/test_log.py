"""What was sent can be looked at for a while, and sent again, on each kind of database."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.features.webhooks.bureau import (
    BANKER,
    DAY,
    FAILED,
    GONE,
    HOUR,
    OTHER_URL,
    ROWS,
    URL,
    Bureau,
    count,
    event,
    one_of,
    went_well,
)
from tests.stores import BANK, NOON, MovableTime
from watchword.features.audit.rules import Action
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.rules import (
    KEPT_FOR,
    DeliveryId,
    DeliveryState,
    EndpointChanges,
    IsDisabled,
    Queued,
    QueuedAgain,
    UnderWay,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.foundation.storage import Storage


class TestReplaying:
    async def test_sends_one_again_with_the_same_id_and_all_tries(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        await bureau.add()
        await bureau.note()
        await bureau.work()
        time.pass_by(HOUR)

        outcome = await bureau.webhooks.replay(BANKER, (await one_of(bureau)).id)

        assert outcome == Queued((await one_of(bureau)).id)
        [hand] = await bureau.claim()
        assert [one.tries for one in hand.claimed] == [1]
        await bureau.settle(hand, FAILED)
        delivery = await one_of(bureau)
        assert went_well(delivery) == [True, False]
        assert delivery.due_at == time() + timedelta(seconds=5)

    async def test_is_refused_while_it_is_under_way_or_its_endpoint_is_off(
        self, bureau: Bureau
    ) -> None:
        id = (await bureau.add()).endpoint.id
        await bureau.note()
        delivery = await one_of(bureau)
        [hand] = await bureau.claim()

        assert await bureau.webhooks.replay(BANKER, delivery.id) == UnderWay()
        await bureau.settle(hand, GONE)
        assert await bureau.webhooks.replay(BANKER, delivery.id) == IsDisabled()
        assert await bureau.webhooks.replay_failed(BANKER, id, NOON) == IsDisabled()
        assert await bureau.webhooks.test(BANKER, id) == IsDisabled()

    async def test_sends_all_that_failed_since_a_moment(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        id = (await bureau.add()).endpoint.id
        other = (await bureau.add(OTHER_URL)).endpoint.id
        for _ in range(3):
            await bureau.note()
            time.pass_by(DAY)
        for one in (id, other):
            await bureau.webhooks.change(BANKER, one, EndpointChanges(enabled=False))
        await bureau.posting.give_up(100)
        for one in (id, other):
            await bureau.webhooks.change(BANKER, one, EndpointChanges(enabled=True))

        outcome = await bureau.webhooks.replay_failed(BANKER, id, NOON + DAY)

        assert outcome == QueuedAgain(2)
        assert await bureau.work() == 2
        assert {request.url for request in bureau.receivers.got} == {URL}
        [entry] = [
            each for each in await bureau.audited(str(id)) if each.action is Action.WEBHOOK_REPLAYED
        ]
        assert entry.details == {"deliveries": 2}

    async def test_a_test_goes_to_one_endpoint_whatever_it_has_chosen(self, bureau: Bureau) -> None:
        id = (await bureau.add(URL, EventKind.CHALLENGE_EXPIRED)).endpoint.id
        await bureau.add(OTHER_URL)

        assert isinstance(await bureau.webhooks.test(BANKER, id), Queued)
        await bureau.work()

        [request] = bureau.receivers.got
        assert request.url == URL
        assert b'"webhook.test"' in request.body


class TestTheLog:
    async def test_is_given_in_pages_the_newest_first(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        await bureau.add()
        noted = [event() for _ in range(25)]
        await bureau.note(*noted[:10])  # these share a moment
        time.pass_by(HOUR)
        await bureau.note(*noted[10:])

        pages = [await bureau.webhooks.deliveries(BANK, most=10)]
        while after := pages[-1].after:
            pages.append(await bureau.webhooks.deliveries(BANK, after=after, most=10))

        found = [each for page in pages for each in page.items]
        assert [len(page.items) for page in pages] == [10, 10, 5]
        assert {each.event_id for each in found} == {each.id for each in noted}
        assert found == sorted(found, key=lambda each: (each.created_at, str(each.id)))[::-1]

    async def test_has_no_page_behind_a_last_one_that_is_full(self, bureau: Bureau) -> None:
        await bureau.add()
        await bureau.note(*(event() for _ in range(10)))

        first = await bureau.webhooks.deliveries(BANK, most=5)
        last = await bureau.webhooks.deliveries(BANK, after=first.after, most=5)

        assert (len(last.items), last.after) == (5, None)

    async def test_is_searched_by_endpoint_and_state(self, bureau: Bureau) -> None:
        first = (await bureau.add(URL)).endpoint.id
        await bureau.add(OTHER_URL)
        bureau.receivers.scripts[URL] = [GONE]
        await bureau.note()
        await bureau.work()

        deliveries = bureau.webhooks.deliveries
        only = await deliveries(BANK, endpoint_id=first)
        failed = await deliveries(BANK, state=DeliveryState.GIVEN_UP)
        neither = await deliveries(BANK, endpoint_id=first, state=DeliveryState.DELIVERED)
        assert only == failed
        assert len(only.items) == 1
        assert neither.items == []

    async def test_is_kept_for_thirty_days(
        self, bureau: Bureau, house: Storage, time: MovableTime
    ) -> None:
        await bureau.add()
        await bureau.note(event(), event())
        await bureau.work()
        time.pass_by(KEPT_FOR)
        early = await bureau.posting.forget(100)
        time.pass_by(timedelta(seconds=1))

        assert early == 0
        assert await bureau.posting.forget(1) == 1
        assert await bureau.posting.forget(100) == 1
        assert await count(house, ROWS) == 0

    async def test_what_is_not_there_is_not_found(self, bureau: Bureau) -> None:
        with pytest.raises(NotFound):
            await bureau.webhooks.delivery(BANK, DeliveryId(Id(int=uuid4().int)))
