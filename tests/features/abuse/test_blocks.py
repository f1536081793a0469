"""Blocks and rules as staff see and change them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from tests.features.abuse.starts import PUMPED, Watch, a_start, numbered, watching
from tests.stores import MovableTime, found
from watchword.features.abuse.rules import (
    Admitted,
    AlreadyOver,
    Block,
    Blocked,
    BlockId,
    BlockState,
    Lifted,
    OperatorsOwn,
    RuleName,
)
from watchword.features.abuse.rulesets import (
    Conversion,
    Loosened,
    OwnRules,
    Ruleset,
    SendCap,
    Spend,
    Unusable,
)
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Operator
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.errors import NotFound
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Storage

RULES = Ruleset(
    prefix=(SendCap(most=2, seconds=3600),),
    conversion=Conversion(on=False),
    spend=Spend(per_day=Decimal(100)),
)
CENTS = 1
AGAIN = Once(b"k" * 32, b"b" * 32)


@pytest.fixture
async def bank(house: Storage) -> Organisation:
    return await found(house, mode=Mode.LIVE)


@pytest.fixture
def watch(house: Storage, bank: Organisation) -> Watch:
    return watching(house, bank, RULES)


@pytest.fixture
def ann(bank: Organisation) -> Operator:
    return Operator(name="ann", organisation=bank)


def own(written: dict[str, Any]) -> OwnRules:
    return msgspec.convert(written, OwnRules)


async def block(watch: Watch, prefix: str) -> Block:
    before = len(watch.told.blocks)
    for number in range(3):
        await watch.admit(a_start(numbered(prefix, number), cents=CENTS))
    assert len(watch.told.blocks) == before + 1
    return watch.told.blocks[-1]


class TestABlock:
    async def test_is_lifted_and_what_was_counted_is_forgotten(
        self, watch: Watch, ann: Operator, time: MovableTime
    ) -> None:
        made = await block(watch, PUMPED)

        lifted = await watch.blocks.lift(ann, made.id, is_operator=True)

        assert isinstance(lifted, Lifted)
        assert (lifted.block.lifted_by, lifted.block.lifted_at) == ("operator:ann", time.moment)
        for number in (4, 5):
            start = a_start(numbered(PUMPED, number), cents=CENTS)
            assert isinstance(await watch.admit(start), Admitted)
        assert isinstance(await watch.admit(a_start(numbered(PUMPED, 6), cents=CENTS)), Blocked)

    async def test_is_lifted_once_and_not_after_its_end(
        self, watch: Watch, ann: Operator, time: MovableTime
    ) -> None:
        first, second = await block(watch, PUMPED), await block(watch, "+4917198")
        await watch.blocks.lift(ann, first.id, is_operator=True)

        assert await watch.blocks.lift(ann, first.id, is_operator=True) == AlreadyOver()
        time.moment = second.expires_at
        assert await watch.blocks.lift(ann, second.id, is_operator=True) == AlreadyOver()

    async def test_is_lifted_once_for_one_request_however_often_it_is_sent(
        self, watch: Watch, ann: Operator, house: Storage
    ) -> None:
        made = await block(watch, PUMPED)

        first = await watch.blocks.lift(ann, made.id, AGAIN, is_operator=True)
        again = await watch.blocks.lift(ann, made.id, AGAIN, is_operator=True)
        other = await watch.blocks.lift(ann, made.id, Once(AGAIN.key, b"o" * 32), is_operator=True)

        assert isinstance(first, Lifted)
        assert first == again
        assert other == OtherBody()
        async with house.reading(ann.organisation.id) as transaction:
            entries = await AuditStore(transaction, ann.organisation.id).about(str(made.id))
        assert len(entries) == 1

    async def test_that_is_lifted_leaves_a_trace(
        self, watch: Watch, ann: Operator, house: Storage
    ) -> None:
        made = await block(watch, PUMPED)

        await watch.blocks.lift(ann, made.id, is_operator=True)

        async with house.reading(ann.organisation.id) as transaction:
            (entry,) = await AuditStore(transaction, ann.organisation.id).about(str(made.id))
        assert (entry.action, entry.actor) == (Action.BLOCK_LIFTED, "operator:ann")
        assert entry.details == {"rule": "prefix"}

    async def test_of_another_organisation_is_not_there(self, watch: Watch, house: Storage) -> None:
        made = await block(watch, PUMPED)
        other = Operator(name="bob", organisation=await found(house, "shop", mode=Mode.LIVE))

        with pytest.raises(NotFound):
            await watch.blocks.lift(other, made.id, is_operator=True)
        with pytest.raises(NotFound):
            await watch.blocks.lift(other, BlockId(uuid4()), is_operator=True)

    async def test_shows_too_little_of_its_numbers_to_call_one(self, watch: Watch) -> None:
        made = await block(watch, PUMPED)

        assert made.shown == "+49 1701•••xxxx"


class TestAPage:
    async def test_gives_the_newest_first_and_goes_on_behind_one(
        self, watch: Watch, bank: Organisation, time: MovableTime
    ) -> None:
        made = []
        for number in range(6):
            made.append((await block(watch, f"+491719{number}")).id)
            time.pass_by(timedelta(seconds=number % 2))

        pages = [(await watch.blocks.page(bank.id, most=2))[0]]
        while after := pages[-1].after:
            pages.append((await watch.blocks.page(bank.id, most=2, after=after))[0])

        seen = [each for page in pages for each in page.items]
        assert [len(page.items) for page in pages] == [2, 2, 2]
        assert {each.id for each in seen} == {*made}
        assert seen == sorted(seen, key=lambda each: (each.created_at, str(each.id)))[::-1]

    async def test_may_be_of_one_state(
        self, watch: Watch, bank: Organisation, ann: Operator, time: MovableTime
    ) -> None:
        first, early = await block(watch, PUMPED), await block(watch, "+4917197")
        await watch.blocks.lift(ann, early.id, is_operator=True)
        time.pass_by(timedelta(minutes=30))
        second, third = await block(watch, "+4917198"), await block(watch, "+4917199")
        await watch.blocks.lift(ann, third.id, is_operator=True)
        time.moment = first.expires_at

        found = {
            state: {
                each.id for each in (await watch.blocks.page(bank.id, most=9, state=state))[0].items
            }
            for state in (*BlockState, None)
        }

        assert found == {
            BlockState.STANDING: {second.id},
            BlockState.RUN_OUT: {first.id},
            BlockState.LIFTED: {early.id, third.id},
            None: {first.id, early.id, second.id, third.id},
        }

    async def test_goes_on_behind_what_is_no_longer_there(
        self, watch: Watch, bank: Organisation, time: MovableTime
    ) -> None:
        await block(watch, PUMPED)
        time.pass_by(timedelta(seconds=1))
        later = Bookmark(time(), uuid4())

        page, _ = await watch.blocks.page(bank.id, most=2, after=later)

        assert len(page.items) == 1


class TestRules:
    async def test_are_in_force_at_once_when_they_are_set(
        self, watch: Watch, ann: Operator
    ) -> None:
        austria = a_start("+436641234567", cents=CENTS)
        assert isinstance(await watch.admit(austria), Blocked)

        await watch.rulebook.set(ann, own({"countries": ["DE", "AT"]}), is_operator=False)

        assert isinstance(await watch.admit(a_start("+436641234567", cents=CENTS)), Admitted)
        assert (await watch.rulebook.show(ann.organisation)).countries == ("DE", "AT")

    async def test_that_are_not_named_are_as_the_house_has_them_even_later(
        self, watch: Watch, ann: Operator, house: Storage, bank: Organisation
    ) -> None:
        await watch.rulebook.set(ann, own({"block_seconds": 60}), is_operator=False)

        stricter = watching(house, bank, Ruleset(countries=("AT",)))

        shown = await stricter.rulebook.show(bank)
        assert (shown.countries, shown.block_seconds) == (("AT",), 60)

    async def test_of_others_stay(self, watch: Watch, ann: Operator, house: Storage) -> None:
        shop = await found(house, "shop", mode=Mode.LIVE)

        await watch.rulebook.set(ann, own({"block_seconds": 60}), is_operator=False)

        assert await watch.rulebook.show(shop) == RULES

    async def test_of_more_money_are_the_operators(self, watch: Watch, ann: Operator) -> None:
        more = own({"spend": {"per_day": 200}})

        refused = await watch.rulebook.set(ann, more, is_operator=False)
        allowed = await watch.rulebook.set(ann, more, is_operator=True)
        again = await watch.rulebook.set(ann, own({"spend": {"per_day": 201}}), is_operator=False)

        assert refused == again == Loosened(("spend.per_day",))
        assert isinstance(allowed, Ruleset)
        assert (await watch.rulebook.show(ann.organisation)).spend.per_day == 200

    async def test_that_are_locked_are_the_operators(
        self, watch: Watch, ann: Operator, house: Storage, bank: Organisation
    ) -> None:
        locked = watching(house, bank, RULES, locked=("countries", "prefix")).rulebook
        wider = own({"countries": ["*"]})

        refused = await locked.set(ann, wider, is_operator=False)
        others = await locked.set(ann, own({"block_seconds": 60}), is_operator=False)
        allowed = await locked.set(ann, wider, is_operator=True)
        back = await locked.set(ann, own({}), is_operator=False)

        assert refused == back == Loosened(("countries",))
        assert isinstance(others, Ruleset)
        assert isinstance(allowed, Ruleset)

    async def test_that_are_locked_keep_their_blocks(
        self, house: Storage, bank: Organisation, ann: Operator
    ) -> None:
        watch = watching(house, bank, RULES, locked=["prefix"])
        made = await block(watch, PUMPED)

        refused = await watch.blocks.lift(ann, made.id, is_operator=False)

        assert refused == OperatorsOwn(RuleName.PREFIX)
        assert watch.rulebook.is_locked(RuleName.PRICE_MISSING)
        assert not watch.rulebook.is_locked(RuleName.COUNTRY)

    async def test_of_another_version_are_those_of_the_house(
        self, watch: Watch, ann: Operator, house: Storage
    ) -> None:
        await watch.rulebook.set(ann, own({"block_seconds": 60}), is_operator=False)
        async with house.begin(ann.organisation.id) as transaction:
            await transaction.run("""update abuse_rules set ruleset = '{"gone": 1}'""")

        assert await watch.rulebook.show(ann.organisation) == RULES

    async def test_that_cannot_work_change_nothing(self, watch: Watch, ann: Operator) -> None:
        refused = await watch.rulebook.set(ann, own({"countries": ["?"]}), is_operator=True)

        assert isinstance(refused, Unusable)
        assert await watch.rulebook.show(ann.organisation) == RULES

    async def test_that_are_set_leave_a_trace(
        self, watch: Watch, ann: Operator, house: Storage
    ) -> None:
        await watch.rulebook.set(ann, own({"block_seconds": 60, "client": []}), is_operator=True)

        whose = ann.organisation.id
        async with house.reading(whose) as transaction:
            entries = await AuditStore(transaction, whose).about(str(whose))
        (entry,) = (each for each in entries if each.action is Action.ABUSE_RULES_SET)
        assert entry.actor == "operator:ann"
        assert entry.details == {"rules": "block_seconds, client"}
