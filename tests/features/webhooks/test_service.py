"""What happens to endpoints, and what is noted for them, on each kind of database."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from standardwebhooks.webhooks import Webhook

from tests.features.webhooks.bureau import (
    AGAIN,
    BANKER,
    DAY,
    ENDPOINTS,
    HOUR,
    OTHER_URL,
    SHOPKEEPER,
    URL,
    Bureau,
    count,
    event,
    one_of,
)
from tests.stores import BANK, NOON, SHOP, MovableTime, at_rest
from watchword.features.audit.rules import Action
from watchword.features.idempotency.rules import OtherBody
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.rules import (
    ENDPOINTS_AT_MOST,
    DeliveryState,
    EndpointChanges,
    EndpointDraft,
    Made,
    Rotated,
    TargetRefused,
    TooManyEndpoints,
)
from watchword.features.webhooks.service import BELL, FRESH_FOR
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Row, Storage, Transaction, Value


class Counting(Transaction):
    """Hands on to a transaction, and counts what is asked of it."""

    def __init__(self, inner: Transaction) -> None:
        self._inner = inner
        self.asked = 0

    async def one(self, sql: str, /, **values: Value) -> Row | None:
        self.asked += 1
        return await self._inner.one(sql, **values)

    async def all(self, sql: str, /, **values: Value) -> Sequence[Row]:
        self.asked += 1
        return await self._inner.all(sql, **values)

    async def each(self, sql: str, words: object, /, **values: Value) -> Sequence[Row]:
        raise NotImplementedError

    async def run(self, sql: str, /, **values: Value) -> int:
        self.asked += 1
        return await self._inner.run(sql, **values)

    async def many(self, sql: str, rows: object, /) -> None:
        raise NotImplementedError

    def now(self):  # type: ignore[no-untyped-def]  # noqa: ANN201
        return self._inner.now()

    async def _open(self) -> None: ...

    async def _keep(self) -> None: ...

    async def _undo(self, fault: BaseException) -> None: ...


class TestNoting:
    async def test_keeps_one_delivery_for_each_endpoint_that_wants_it(self, bureau: Bureau) -> None:
        everything = await bureau.add(URL)
        chosen = await bureau.add(OTHER_URL, EventKind.CHALLENGE_VERIFIED)
        await bureau.add("https://hooks.example.org/three", EventKind.CHALLENGE_EXPIRED)

        await bureau.note(event(EventKind.CHALLENGE_VERIFIED))

        log = await bureau.log()
        assert {each.endpoint_id for each in log} == {everything.endpoint.id, chosen.endpoint.id}
        assert len({each.event_id for each in log}) == 1

    async def test_is_undone_with_the_transaction_that_it_belongs_to(
        self, bureau: Bureau, house: Storage
    ) -> None:
        await bureau.add()

        with pytest.raises(RuntimeError):
            async with house.begin(BANK) as transaction:
                await bureau.webhooks.note(transaction, BANK, event())
                raise RuntimeError

        assert await bureau.log() == []

    async def test_tells_nobody_of_another_organisation(self, bureau: Bureau) -> None:
        await bureau.add()

        await bureau.note(whose=SHOP)

        assert await bureau.log() == await bureau.log(SHOP) == []

    async def test_costs_one_query_in_a_second_where_there_is_no_endpoint(
        self, bureau: Bureau, house: Storage
    ) -> None:
        asked = []
        for _ in range(3):
            async with house.begin(BANK) as transaction:
                counting = Counting(transaction)
                await bureau.webhooks.note(counting, BANK, event())
                asked.append(counting.asked)
        bureau.seconds.seconds += FRESH_FOR
        async with house.begin(BANK) as transaction:
            counting = Counting(transaction)
            await bureau.webhooks.note(counting, BANK, event())

        assert (asked, counting.asked) == ([1, 0, 0], 1)

    async def test_knows_of_a_change_in_this_process_at_once(self, bureau: Bureau) -> None:
        await bureau.note()
        made = await bureau.add()
        await bureau.note()
        await bureau.webhooks.change(BANKER, made.endpoint.id, EndpointChanges(enabled=False))
        await bureau.note()
        await bureau.webhooks.change(BANKER, made.endpoint.id, EndpointChanges(enabled=True))
        await bureau.note()
        await bureau.webhooks.remove(BANKER, made.endpoint.id)
        await bureau.note()

        assert len(await bureau.log()) == 2

    async def test_knows_of_a_change_in_another_process_after_a_second(
        self, bureau: Bureau, house: Storage
    ) -> None:
        await bureau.note()
        await Bureau(house).add()

        await bureau.note()
        bureau.seconds.seconds += FRESH_FOR
        await bureau.note()

        assert len(await bureau.log()) == 1

    async def test_rings_only_where_somebody_listens(self, bureau: Bureau) -> None:
        ear = bureau.bells.listen(BELL)
        await bureau.note()
        silent = ear.rung.is_set()
        await bureau.add()
        await bureau.note()

        assert (silent, ear.rung.is_set()) == (False, True)

    async def test_knows_whether_anybody_listens_inside_a_transaction_too(
        self, bureau: Bureau, house: Storage
    ) -> None:
        before = await bureau.webhooks.is_heard(BANK)
        await bureau.add()

        async with house.begin(EVERYWHERE) as transaction:
            inside = await bureau.webhooks.is_heard(BANK, transaction)
        assert (before, inside, await bureau.webhooks.is_heard(BANK)) == (False, True, True)
        assert not await bureau.webhooks.is_heard(SHOP)


class TestAnEndpoint:
    async def test_is_refused_where_nothing_can_be_sent(self, bureau: Bureau) -> None:
        bureau.receivers.refused = "Not there."

        refused = await bureau.webhooks.add(BANKER, EndpointDraft(url=URL))

        assert refused == TargetRefused("Not there.")
        assert await bureau.webhooks.all(BANK) == []

    async def test_may_be_one_of_twenty(self, bureau: Bureau) -> None:
        for _ in range(ENDPOINTS_AT_MOST):
            await bureau.add()

        draft = EndpointDraft(url=URL)
        assert await bureau.webhooks.add(BANKER, draft) == TooManyEndpoints()
        assert isinstance(await bureau.webhooks.add(SHOPKEEPER, draft), Made)

    async def test_is_made_once_for_one_request(self, bureau: Bureau) -> None:
        draft = EndpointDraft(url=URL)

        first = await bureau.webhooks.add(BANKER, draft, AGAIN)
        second = await bureau.webhooks.add(BANKER, draft, AGAIN)
        other = await bureau.webhooks.add(BANKER, draft, replace(AGAIN, body=b"c" * 32))

        assert isinstance(first, Made)
        assert first == second
        assert isinstance(other, OtherBody)
        assert len(await bureau.webhooks.all(BANK)) == 1

    async def test_is_nobody_elses(self, bureau: Bureau) -> None:
        id = (await bureau.add()).endpoint.id
        await bureau.note()
        delivery = await one_of(bureau)
        webhooks = bureau.webhooks

        for attempt in (
            webhooks.read(SHOP, id),
            webhooks.change(SHOPKEEPER, id, EndpointChanges(enabled=False)),
            webhooks.rotate(SHOPKEEPER, id, DAY),
            webhooks.test(SHOPKEEPER, id),
            webhooks.remove(SHOPKEEPER, id),
            webhooks.replay_failed(SHOPKEEPER, id, NOON),
            webhooks.replay(SHOPKEEPER, delivery.id),
            webhooks.delivery(SHOP, delivery.id),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert await webhooks.all(SHOP) == []
        assert (await webhooks.deliveries(SHOP, endpoint_id=id)).items == []
        assert len(await webhooks.all(BANK)) == 1

    async def test_keeps_what_is_not_changed(self, bureau: Bureau) -> None:
        made = await bureau.add(URL, EventKind.WEBHOOK_TEST, description="till")

        changed = await bureau.webhooks.change(
            BANKER, made.endpoint.id, EndpointChanges(url=OTHER_URL)
        )

        assert changed == replace(made.endpoint, url=OTHER_URL)
        assert await bureau.webhooks.read(BANK, made.endpoint.id) == changed

    async def test_leaves_its_traces_in_the_audit(self, bureau: Bureau) -> None:
        id = (await bureau.add()).endpoint.id
        await bureau.webhooks.rotate(BANKER, id, HOUR)
        await bureau.webhooks.change(BANKER, id, EndpointChanges(enabled=False))
        await bureau.webhooks.remove(BANKER, id)

        entries = await bureau.audited(str(id))
        assert {each.action for each in entries} == {
            Action.WEBHOOK_ENDPOINT_ADDED,
            Action.WEBHOOK_SECRET_ROTATED,
            Action.WEBHOOK_ENDPOINT_CHANGED,
            Action.WEBHOOK_ENDPOINT_REMOVED,
        }
        assert {each.actor for each in entries} == {"operator:ann"}

    async def test_has_secrets_that_rest_sealed(self, bureau: Bureau, migrated: str) -> None:
        made = await bureau.add()
        rotation = await bureau.webhooks.rotate(BANKER, made.endpoint.id, DAY)
        await bureau.note(event(reference="order 4711"))
        assert isinstance(rotation, Rotated)

        rest = await at_rest(migrated)
        for secret in (made.secret, rotation.secret):
            raw = Webhook(secret)._whsecret  # noqa: SLF001 - it has no other way out
            assert secret.removeprefix("whsec_").encode() not in rest
            assert raw not in rest
            assert raw.hex().encode() not in rest
        assert b"order 4711" not in rest

    async def test_that_is_removed_gets_nothing_and_goes_when_nothing_waits(
        self, bureau: Bureau, house: Storage, time: MovableTime
    ) -> None:
        made = await bureau.add()
        await bureau.note()
        await bureau.webhooks.remove(BANKER, made.endpoint.id)

        assert await bureau.work() == 0
        time.pass_by(HOUR)
        await bureau.posting.forget(100)
        still_there = await count(house, ENDPOINTS)
        assert await bureau.posting.give_up(100) == 1
        await bureau.posting.forget(100)
        assert (still_there, await count(house, ENDPOINTS)) == (1, 0)
        delivery = await one_of(bureau)
        assert (delivery.state, delivery.reason) == (DeliveryState.GIVEN_UP, "endpoint removed")

    async def test_that_was_removed_in_another_process_is_kept_for_what_comes_late(
        self, bureau: Bureau, house: Storage
    ) -> None:
        made = await bureau.add()
        await bureau.note()
        await bureau.work()
        await Bureau(house).webhooks.remove(BANKER, made.endpoint.id)
        await bureau.note()  # it does not know yet

        await bureau.posting.forget(100)
        assert await bureau.posting.give_up(100) == 1
