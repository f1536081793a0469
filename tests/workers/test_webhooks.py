"""The worker of webhooks, with a real database and receivers that do as they are told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.features.webhooks.bureau import (
    BANKER,
    FAILED,
    FINE,
    MIDDLE,
    OTHER_URL,
    URL,
    Bureau,
    Hanging,
    event,
    went_well,
)
from tests.stores import KEYRING, NOON, MovableTime
from tests.workers.lanes import NEVER, OFTEN, a_while, until
from watchword.features.webhooks.rules import (
    Answer,
    Delivery,
    DeliveryState,
    EndpointState,
)
from watchword.features.webhooks.schedule import LEASE
from watchword.foundation.ids import EVERYWHERE, Reach
from watchword.foundation.keyring import KeyKind, rotated
from watchword.foundation.storage import Storage, StorageUnavailable, Transaction
from watchword.workers.webhooks import WebhookWorker


@pytest.fixture
def receivers() -> Hanging:
    return Hanging()


@pytest.fixture
def bureau(house: Storage, receivers: Hanging) -> Bureau:
    return Bureau(house, receivers=receivers)


def new_worker(
    bureau: Bureau, *, concurrency: int = 32, look_every: float = OFTEN
) -> WebhookWorker:
    return WebhookWorker(
        posting=bureau.posting,
        connector=bureau.receivers,
        bells=bureau.bells,
        concurrency=concurrency,
        chance=lambda: MIDDLE,
        now=bureau.storage.now,
        look_every=look_every,
    )


@asynccontextmanager
async def at_work(
    bureau: Bureau, *, concurrency: int = 32, look_every: float = OFTEN
) -> AsyncIterator[WebhookWorker]:
    worker = new_worker(bureau, concurrency=concurrency, look_every=look_every)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        if isinstance(bureau.receivers, Hanging):
            bureau.receivers.goes_on.set()
        worker.stop()
        await task


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            if await is_so():
                return
            await asyncio.sleep(0.01)


async def settled(bureau: Bureau) -> list[Delivery]:
    """Wait until nothing is in the hands of a worker, and nothing waits for its first attempt."""

    async def is_so() -> bool:
        log = await bureau.log()
        return all(
            each.state not in {DeliveryState.SENDING, DeliveryState.WAITING}
            or (each.attempts and each.state is DeliveryState.WAITING)
            for each in log
        )

    await eventually(is_so)
    return await bureau.log()


class TestAWorker:
    async def test_sends_what_was_noted_before_it_began(self, bureau: Bureau) -> None:
        await bureau.add()
        await bureau.note(*[event() for _ in range(20)])

        async with at_work(bureau):
            log = await settled(bureau)

        assert [each.state for each in log] == [DeliveryState.DELIVERED] * 20
        assert len({request.headers["webhook-id"] for request in bureau.receivers.got}) == 20
        assert len(bureau.receivers.got) == 20

    async def test_sends_at_the_sound_of_a_bell(self, bureau: Bureau) -> None:
        made = await bureau.add()
        async with at_work(bureau, look_every=NEVER):
            await a_while()  # by now it has looked, and listens
            await bureau.note()
            await until(lambda: len(bureau.receivers.got) == 1)
            await bureau.webhooks.test(BANKER, made.endpoint.id)
            await until(lambda: len(bureau.receivers.got) == 2)

    async def test_goes_on_until_all_is_sent_at_the_sound_of_one_bell(self, bureau: Bureau) -> None:
        await bureau.add()
        await bureau.note(*[event() for _ in range(150)])
        async with at_work(bureau, look_every=NEVER):
            await until(lambda: len(bureau.receivers.got) == 150)

    async def test_finds_by_looking_what_no_bell_has_told_of(
        self, bureau: Bureau, house: Storage
    ) -> None:
        await bureau.add()
        async with at_work(bureau):
            await a_while()
            await Bureau(house).note()  # in another process, whose bells are not heard here
            await until(lambda: len(bureau.receivers.got) == 1)

    async def test_sends_few_at_once_to_one_endpoint(
        self, bureau: Bureau, receivers: Hanging
    ) -> None:
        await bureau.add()
        await bureau.note(*[event() for _ in range(100)])

        async with at_work(bureau):
            await until(lambda: len(receivers.got) == 100)

        assert 1 < receivers.most_at_once[URL] <= 4

    async def test_tries_again_when_it_is_time(
        self, bureau: Bureau, receivers: Hanging, time: MovableTime
    ) -> None:
        await bureau.add()
        receivers.scripts[URL] = [FAILED, Answer(word="timeout")]
        await bureau.note()
        async with at_work(bureau):
            await until(lambda: len(receivers.got) == 1)
            await settled(bureau)
            await a_while()
            early = len(receivers.got)
            time.pass_by(timedelta(seconds=5))
            await until(lambda: len(receivers.got) == 2)
            await settled(bureau)
            time.pass_by(timedelta(minutes=5))
            await until(lambda: len(receivers.got) == 3)
            [delivery] = await settled(bureau)

        assert early == 1
        assert went_well(delivery) == [False, False, True]
        assert [each.word for each in delivery.attempts] == ["HTTP 500", "timeout", "HTTP 204"]

    async def test_puts_back_the_rest_of_a_hand_once_something_fails(
        self, bureau: Bureau, receivers: Hanging
    ) -> None:
        await bureau.add()
        await bureau.note(*[event() for _ in range(90)])
        receivers.hangs_after[URL] = 29  # by then it has got 4, 8 and 16, and 32 are in hand
        receivers.scripts[URL] = [FINE] * 28 + [FAILED]
        async with at_work(bureau):
            await until(lambda: receivers.at_once[URL] == 3)
            await a_while()
            tried = len(receivers.got)

        assert tried == 32


class TestAnEndpointThatHangs:
    async def test_holds_up_nobody_else(self, bureau: Bureau, receivers: Hanging) -> None:
        for number in range(10):
            await bureau.add(f"https://hooks.example.org/{number}")
        receivers.hangs = {"https://hooks.example.org/3"}
        await bureau.note(*[event() for _ in range(30)])

        async with at_work(bureau):
            await until(lambda: len(receivers.got) >= 9 * 30 + 4)
            hung = receivers.got_at("https://hooks.example.org/3")

        assert len(hung) == 4

    async def test_even_many_of_them_leave_room_for_the_others(
        self, bureau: Bureau, receivers: Hanging, time: MovableTime
    ) -> None:
        bad = {f"https://hooks.example.org/{number}" for number in range(12)}
        for url in sorted(bad):
            await bureau.add(url)
            receivers.scripts[url] = [FAILED]
        await bureau.note(event())
        async with at_work(bureau, concurrency=32):  # eight places
            await until(lambda: len(receivers.got) == 12)
            await settled(bureau)
            receivers.hangs = bad
            time.pass_by(timedelta(minutes=1))
            await until(lambda: sum(receivers.at_once.values()) == 4)
            await a_while()
            hanging = sum(receivers.at_once.values())
            await bureau.add(OTHER_URL)
            await bureau.note(*[event() for _ in range(50)])
            await until(lambda: len(receivers.got_at(OTHER_URL)) == 50)

        assert hanging == 4

    async def test_gets_one_at_a_time_once_it_has_failed(
        self, bureau: Bureau, receivers: Hanging
    ) -> None:
        await bureau.add()
        receivers.scripts[URL] = [FAILED] * 4
        await bureau.note(*[event() for _ in range(4)])
        async with at_work(bureau):
            await until(lambda: len(receivers.got) == 4)
            await settled(bureau)
            receivers.hangs = {URL}
            await bureau.note(*[event() for _ in range(10)])
            await until(lambda: receivers.at_once[URL] == 1)
            await a_while()
            assert receivers.at_once[URL] == 1


class TestWhenThingsGoWrong:
    async def test_a_mistake_in_a_connector_is_a_failed_attempt_and_quotes_nothing(
        self, bureau: Bureau, receivers: Hanging
    ) -> None:
        made = await bureau.add()
        receivers.raises = {URL}
        await bureau.note()
        with capture_logs() as log:
            async with at_work(bureau):
                [delivery] = await settled(bureau)

        assert [each.word for each in delivery.attempts] == ["fault"]
        assert "hooks.example.org" not in repr(log)
        endpoint = await bureau.webhooks.read(BANKER.organisation.id, made.endpoint.id)
        assert not endpoint.is_failing

    async def test_a_key_that_is_not_here_yet_is_waited_for(
        self, house: Storage, bureau: Bureau, receivers: Hanging, time: MovableTime
    ) -> None:
        newer = Bureau(house, keyring=rotated(KEYRING, [KeyKind.OUTBOX], NOON))
        made = await newer.add()
        await newer.note()
        async with at_work(bureau):
            [delivery] = await settled(bureau)
        time.pass_by(timedelta(seconds=5))
        newer.receivers = receivers
        async with at_work(newer):
            await until(lambda: len(receivers.got) == 1)

        assert [each.word for each in delivery.attempts] == ["key"]
        endpoint = await bureau.webhooks.read(BANKER.organisation.id, made.endpoint.id)
        assert (endpoint.state, endpoint.failing_since) == (EndpointState.ENABLED, None)

    async def test_a_seal_that_is_broken_is_no_fault_of_the_endpoint(
        self, bureau: Bureau, house: Storage
    ) -> None:
        await bureau.add()
        await bureau.note()
        async with house.begin(EVERYWHERE) as transaction:
            await transaction.run(
                "update webhook_deliveries set sealed = :sealed", sealed=b"\1\0\1" + b"x" * 40
            )
        async with at_work(bureau):
            [delivery] = await settled(bureau)

        assert [each.word for each in delivery.attempts] == ["SealBroken"]

    async def test_what_a_lost_worker_had_is_sent_by_another(
        self, bureau: Bureau, receivers: Hanging, time: MovableTime
    ) -> None:
        await bureau.add()
        await bureau.note()
        await bureau.claim()
        time.pass_by(LEASE + timedelta(seconds=1))

        with capture_logs() as log:
            async with at_work(bureau):
                await until(lambda: len(receivers.got) == 1)

        assert {"event": "webhooks.lapsed", "count": 1, "log_level": "warning"} in log

    async def test_a_database_that_is_away_for_a_while_is_waited_for(
        self, house: Storage, receivers: Hanging
    ) -> None:
        flaky = Flaky(house)
        bureau = Bureau(house, receivers=receivers)
        await bureau.add()
        await bureau.note()
        broken = Bureau(flaky, receivers=receivers)  # type: ignore[arg-type]
        with capture_logs() as log:
            async with at_work(broken):
                await until(lambda: any(each["event"] == "webhooks.failed" for each in log))
                flaky.is_away = False
                await until(lambda: len(receivers.got) == 1)

        assert {each["fault"] for each in log if each["event"] == "webhooks.failed"} == {
            "StorageUnavailable"
        }

    async def test_an_endpoint_that_is_gone_is_told_of_in_the_log(
        self, bureau: Bureau, receivers: Hanging
    ) -> None:
        made = await bureau.add()
        receivers.scripts[URL] = [Answer(word="HTTP 410", status=410)]
        await bureau.note()
        with capture_logs() as log:
            async with at_work(bureau):
                await until(
                    lambda: any(each["event"] == "webhook_endpoint.disabled" for each in log)
                )

        [told] = [each for each in log if each["event"] == "webhook_endpoint.disabled"]
        assert (told["endpoint_id"], told["reason"]) == (str(made.endpoint.id), "HTTP 410")

    async def test_whoever_is_told_to_stop_ends_what_is_under_way_and_begins_nothing(
        self, bureau: Bureau, receivers: Hanging
    ) -> None:
        await bureau.add()
        receivers.hangs = {URL}
        await bureau.note(*[event() for _ in range(10)])
        worker = new_worker(bureau)
        task = asyncio.create_task(worker.run())
        await until(lambda: len(receivers.got) == 4)

        worker.stop()
        await a_while()
        is_waiting = not task.done()
        receivers.goes_on.set()
        await task

        log = await bureau.log()
        assert is_waiting
        assert len(receivers.got) == 4
        assert sorted(len(each.attempts) for each in log) == [0] * 6 + [1] * 4
        assert {each.state for each in log} == {DeliveryState.WAITING}


class Flaky:
    """Storage that is away, until it is there again."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.is_away = True

    @asynccontextmanager
    async def begin(self, reach: Reach = None) -> AsyncIterator[Transaction]:
        if self.is_away:
            raise StorageUnavailable("away")
        async with self._storage.begin(reach) as transaction:
            yield transaction

    def __getattr__(self, name: str) -> object:
        return getattr(self._storage, name)
