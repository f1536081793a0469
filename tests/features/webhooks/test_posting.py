"""How deliveries are claimed and settled, on each kind of database."""

from datetime import timedelta

from standardwebhooks.webhooks import Webhook

from tests.features.webhooks.bureau import (
    AGAIN,
    BANKER,
    BUSY,
    DAY,
    FAILED,
    FINE,
    GONE,
    OTHER_URL,
    URL,
    Bureau,
    event,
    one_of,
    went_well,
)
from tests.stores import BANK, KEYRING, NOON, MovableTime
from watchword.features.audit.rules import Action
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.posting.service import Turn
from watchword.features.webhooks.rules import (
    DeliveryState,
    EndpointChanges,
    EndpointId,
    EndpointState,
    Hand,
    Rotated,
)
from watchword.features.webhooks.schedule import (
    FAILING_FOR_GOOD,
    FAILURES_FOR_GOOD,
    LEASE,
    OVERDUE_AFTER,
    REST,
)
from watchword.features.webhooks.store import WebhookCensus
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.keyring import KeyKind, rotated
from watchword.foundation.storage import Storage


class TestSending:
    async def test_is_signed_so_that_the_published_library_takes_it(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        made = await bureau.add()
        noted = event(attempts_left=3)
        await bureau.note(noted)

        await bureau.work()

        [request] = bureau.receivers.got
        assert request.headers["webhook-id"] == f"msg_{noted.id.hex}"
        webhook = Webhook(made.secret)
        body = request.body.decode()
        assert request.headers["webhook-signature"] == webhook.sign(
            request.headers["webhook-id"], time(), body
        )

    async def test_is_signed_by_both_secrets_while_they_change(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        made = await bureau.add()
        new = await bureau.webhooks.rotate(BANKER, made.endpoint.id, DAY)
        assert isinstance(new, Rotated)
        await bureau.note()
        await bureau.work()
        time.pass_by(DAY)
        await bureau.note()
        await bureau.work()

        both, alone = (
            request.headers["webhook-signature"].split(" ") for request in bureau.receivers.got
        )
        request = bureau.receivers.got[0]
        expected = [
            Webhook(secret).sign(request.headers["webhook-id"], NOON, request.body.decode())
            for secret in (new.secret, made.secret)
        ]
        assert both == expected
        assert len(alone) == 1

    async def test_a_rotation_happens_once_for_one_request(self, bureau: Bureau) -> None:
        id = (await bureau.add()).endpoint.id

        first = await bureau.webhooks.rotate(BANKER, id, DAY, AGAIN)

        assert first == await bureau.webhooks.rotate(BANKER, id, DAY, AGAIN)

    async def test_success_ends_it_and_is_in_the_log(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        await bureau.add()
        await bureau.note()

        await bureau.work()

        delivery = await one_of(bureau)
        assert (delivery.state, delivery.reason) == (DeliveryState.DELIVERED, None)
        [attempt] = delivery.attempts
        assert (attempt.at, attempt.status, attempt.word) == (time(), 204, "HTTP 204")
        assert attempt.milliseconds == 7
        assert delivery.ended_at == time()
        assert await bureau.work() == 0

    async def test_goes_through_the_whole_schedule_and_is_given_up(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        await bureau.add()
        noted = event()
        await bureau.note(noted)
        bureau.receivers.scripts[URL] = [FAILED] * 99

        moments = []
        while (delivery := await one_of(bureau)).state is not DeliveryState.GIVEN_UP:
            time.moment = max(time(), delivery.due_at)
            assert await bureau.work() == 1
            moments.append(time() - NOON)

        assert len(moments) == 10
        assert moments[1] == timedelta(seconds=5)
        assert moments[-1] == timedelta(days=3, hours=3, minutes=35, seconds=5)
        assert went_well(delivery) == [False] * 10
        assert delivery.reason == "HTTP 500"
        ids = {request.headers["webhook-id"] for request in bureau.receivers.got}
        stamps = {request.headers["webhook-timestamp"] for request in bureau.receivers.got}
        assert (len(ids), len(stamps)) == (1, 10)

    async def test_an_endpoint_that_is_gone_is_disabled_and_the_others_hear_of_it(
        self, bureau: Bureau
    ) -> None:
        gone = await bureau.add(URL)
        other = await bureau.add(OTHER_URL, EventKind.ENDPOINT_DISABLED)
        await bureau.note()
        bureau.receivers.scripts[URL] = [GONE]

        await bureau.work()
        await bureau.work()

        endpoint = await bureau.webhooks.read(BANK, gone.endpoint.id)
        assert (endpoint.state, endpoint.reason) == (EndpointState.DISABLED, "HTTP 410")
        [told] = bureau.receivers.got_at(OTHER_URL)
        assert str(gone.endpoint.id).encode() in told.body
        assert b"endpoint.disabled" in told.body
        assert (await bureau.webhooks.read(BANK, other.endpoint.id)).state == "enabled"
        entries = await bureau.audited(str(gone.endpoint.id))
        disabled = [each for each in entries if each.action is Action.WEBHOOK_ENDPOINT_DISABLED]
        assert [(each.actor, each.details) for each in disabled] == [
            ("machine:webhooks", {"reason": "HTTP 410"})
        ]

    async def test_an_endpoint_that_fails_for_five_days_is_disabled(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        id = (await bureau.add()).endpoint.id
        bureau.receivers.scripts[URL] = [FAILED] * 99
        for _ in range(FAILURES_FOR_GOOD - 1):
            await bureau.note()
            await bureau.settle((await bureau.claim(size=1))[0], FAILED)

        time.pass_by(FAILING_FOR_GOOD)
        still = await bureau.webhooks.read(BANK, id)
        await bureau.note()
        await bureau.work()

        after = await bureau.webhooks.read(BANK, id)
        assert (still.state, still.failing_since) == (EndpointState.ENABLED, NOON)
        assert still.failures == FAILURES_FOR_GOOD - 1
        assert (after.state, after.reason) == (EndpointState.DISABLED, "failing since 2030-01-01")

    async def test_what_waits_for_a_disabled_endpoint_is_given_up(self, bureau: Bureau) -> None:
        id = (await bureau.add()).endpoint.id
        await bureau.note(event(), event())
        await bureau.webhooks.change(BANKER, id, EndpointChanges(enabled=False))

        assert await bureau.work() == 0
        assert await bureau.posting.give_up(1) == 1
        assert await bureau.posting.give_up(100) == 1
        assert {each.reason for each in await bureau.log()} == {"endpoint disabled"}

    async def test_what_nobody_came_to_for_two_days_is_given_up(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        await bureau.add()
        await bureau.note()
        time.pass_by(OVERDUE_AFTER)
        early = await bureau.posting.give_up(100)
        await bureau.note()
        time.pass_by(timedelta(seconds=1))

        assert (early, await bureau.posting.give_up(100)) == (0, 1)
        assert {each.state for each in await bureau.log()} == {
            DeliveryState.GIVEN_UP,
            DeliveryState.WAITING,
        }

    async def test_an_endpoint_that_asks_for_less_is_left_alone(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        await bureau.add(URL)
        await bureau.add(OTHER_URL)
        bureau.receivers.scripts[URL] = [BUSY]
        await bureau.note()
        await bureau.work()
        await bureau.note()

        await bureau.work()
        meanwhile = [len(bureau.receivers.got_at(url)) for url in (URL, OTHER_URL)]
        time.pass_by(REST)
        await bureau.work()

        assert meanwhile == [1, 2]
        assert len(bureau.receivers.got_at(URL)) > 1


class TestClaiming:
    async def test_gives_each_endpoint_a_hand_of_its_own(self, bureau: Bureau) -> None:
        await bureau.add(URL)
        await bureau.add(OTHER_URL)
        await bureau.note(*[event() for _ in range(10)])

        hands = await bureau.claim(size=3)

        assert sorted(hand.endpoint.url for hand in hands) == [URL, OTHER_URL]
        assert [len(hand.claimed) for hand in hands] == [3, 3]

    async def test_takes_the_oldest_first(self, bureau: Bureau, time: MovableTime) -> None:
        await bureau.add()
        noted = [event() for _ in range(5)]
        for each in noted:
            await bureau.note(each)
            time.pass_by(timedelta(seconds=1))

        [hand] = await bureau.claim(size=3)

        assert [one.event_id for one in hand.claimed] == [each.id for each in noted[:3]]

    async def test_takes_nothing_twice(self, bureau: Bureau) -> None:
        await bureau.add()
        await bureau.note(event(), event())
        [first] = await bureau.claim(size=1)
        [second] = await bureau.claim(size=10)

        assert {one.id for one in first.claimed} & {one.id for one in second.claimed} == set()
        assert await bureau.claim() == []

    async def test_takes_one_where_the_endpoint_fails(self, bureau: Bureau) -> None:
        await bureau.add()
        await bureau.note(*[event() for _ in range(5)])
        [hand] = await bureau.claim(size=3)
        await bureau.settle(hand, FAILED)

        [hand] = await bureau.claim(size=64)

        assert len(hand.claimed) == 1

    async def test_endpoints_that_fail_leave_room_for_those_that_do_not(
        self, bureau: Bureau
    ) -> None:
        for number in range(10):
            await bureau.add(f"https://hooks.example.org/{number}")
        await bureau.note(event(), event())
        for hand in (await bureau.claim(size=1, most=20))[:8]:
            await bureau.settle(hand, FAILED)
        await bureau.posting.recover(100)

        hands = await bureau.posting.claim(
            busy=(), turn=Turn(), most=4, most_failing=2, size=lambda _: 1
        )

        assert sorted(hand.endpoint.is_failing for hand in hands) == [False, False, True, True]

    async def test_endpoints_have_their_turns(self, bureau: Bureau) -> None:
        for number in range(4):
            await bureau.add(f"https://hooks.example.org/{number}")
        await bureau.note(*[event() for _ in range(9)])

        turn, served = Turn(), list[EndpointId]()
        for _ in range(8):
            [hand] = await bureau.posting.claim(
                busy=(), turn=turn, most=1, most_failing=0, size=lambda _: 1
            )
            turn.well = hand.endpoint.id
            served.append(hand.endpoint.id)

        assert len({*served[:4]}) == 4
        assert served[:4] == served[4:]

    async def test_passes_over_those_that_have_a_hand(self, bureau: Bureau) -> None:
        first = (await bureau.add(URL)).endpoint.id
        second = (await bureau.add(OTHER_URL)).endpoint.id
        await bureau.note()

        [hand] = await bureau.posting.claim(
            busy={first}, turn=Turn(), most=1, most_failing=1, size=lambda _: 1
        )

        assert hand.endpoint.id == second

    async def test_what_was_not_tried_waits_as_if_nobody_had_had_it(self, bureau: Bureau) -> None:
        await bureau.add()
        await bureau.note(event(), event())
        [hand] = await bureau.claim()
        await bureau.settle(hand, FINE)

        [hand] = await bureau.claim()

        assert [one.tries for one in hand.claimed] == [1]

    async def test_what_a_worker_does_not_come_back_with_is_sent_by_another(
        self, bureau: Bureau, time: MovableTime
    ) -> None:
        await bureau.add()
        await bureau.note()
        [lost] = await bureau.claim()
        nothing = await bureau.posting.recover(100)
        time.pass_by(LEASE + timedelta(seconds=1))

        assert (nothing, await bureau.posting.recover(100)) == (0, 1)
        assert await bureau.work() == 1
        await bureau.settle(lost, FAILED)  # it comes back after all, and too late
        delivery = await one_of(bureau)
        assert (delivery.state, went_well(delivery)) == (DeliveryState.DELIVERED, [True])


async def test_secrets_move_to_a_new_key_and_still_sign(house: Storage, time: MovableTime) -> None:
    made = await Bureau(house).add()
    anew = Bureau(house, keyring=rotated(KEYRING, [KeyKind.OUTBOX], NOON))

    assert await anew.posting.reseal(100) == 1
    assert await anew.posting.reseal(100) == 0
    assert await Bureau(house).posting.reseal(100) == 0  # an older process does not move it back
    async with house.reading(EVERYWHERE) as transaction:
        assert await WebhookCensus(transaction).secrets_by_outbox_key() == {2: 1}
    await anew.note()
    await anew.work()
    [request] = anew.receivers.got
    id = request.headers["webhook-id"]
    signature = Webhook(made.secret).sign(id, time(), request.body.decode())
    assert request.headers["webhook-signature"] == signature


async def test_deliveries_are_counted_by_their_key(house: Storage) -> None:
    bureau = Bureau(house)
    await bureau.add()
    await bureau.note(event(), event())

    async with house.reading(EVERYWHERE) as transaction:
        assert await WebhookCensus(transaction).deliveries_by_outbox_key() == {1: 2}


async def test_hands_and_letters_do_not_show_what_is_in_them(house: Storage) -> None:
    bureau = Bureau(house)
    made = await bureau.add()
    await bureau.note(event(reference="order Wurzel"))

    [hand] = await bureau.claim()

    request = bureau.posting.open(hand, hand.claimed[0])
    assert isinstance(hand, Hand)
    shown = repr((made, hand, request))
    assert "example.org" not in shown
    assert "Wurzel" not in shown  # No id happens to have such letters.
    assert made.secret not in shown
