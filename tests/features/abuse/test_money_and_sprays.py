"""Money that may be spent, codes that are tried by the hundred, and organisations that test."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.features.abuse.starts import HONEST, PUMPED, Watch, a_start, numbered, watching
from tests.features.abuse.test_service import CAPPED, EURO, HOUR, blocked, history
from tests.stores import MovableTime, found
from watchword.features.abuse.rules import Admitted, Blocked, RuleName, StepUp
from watchword.features.abuse.rulesets import Conversion, Ruleset, Spend
from watchword.features.clients.rules import Operator
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.storage import Storage


@pytest.fixture
async def bank(house: Storage) -> Organisation:
    return await found(house, mode=Mode.LIVE)


@pytest.fixture
def watch(house: Storage, bank: Organisation) -> Watch:
    return watching(house, bank, Ruleset())


class TestMoney:
    async def test_is_not_spent_beyond_the_cap(
        self, house: Storage, bank: Organisation, time: MovableTime
    ) -> None:
        watch = watching(house, bank, EURO)

        strangers = [await watch.admit(a_start(numbered(HONEST, n), cents=25)) for n in range(5)]
        known = [
            await watch.admit(a_start(numbered(HONEST, n), cents=25, is_known=True))
            for n in range(3)
        ]

        assert [each.word for each in strangers] == ["admitted"] * 3 + ["blocked"] * 2
        assert [each.word for each in known] == ["admitted", "blocked", "blocked"]
        assert blocked(known[-1]).rule is RuleName.SPEND
        time.pass_by(HOUR + HOUR / 6)
        assert isinstance(await watch.admit(a_start(cents=25)), Admitted)

    async def test_that_was_not_spent_after_all_may_be_spent(
        self, house: Storage, bank: Organisation
    ) -> None:
        watch = watching(house, bank, Ruleset(spend=Spend(per_hour=Decimal("0.50"))))
        first = a_start(cents=30)
        await watch.admit(first)
        assert isinstance(await watch.consider(a_start(cents=30)), Blocked)

        await watch.give_back(first)

        assert isinstance(await watch.admit(a_start(cents=30)), Admitted)

    async def test_of_one_block_of_numbers_is_capped_too(
        self, house: Storage, bank: Organisation
    ) -> None:
        spend = Spend(per_prefix_per_day=Decimal(1), kept_for_known=0)
        watch = watching(house, bank, Ruleset(spend=spend))
        for number in range(4):
            await watch.admit(a_start(numbered(PUMPED, number), cents=25))

        refused = blocked(await watch.admit(a_start(numbered(PUMPED, 5), cents=25)))

        assert refused.rule is RuleName.SPEND
        assert watch.told.blocks[0].shown == "+49 1701•••••"
        assert isinstance(await watch.admit(a_start(numbered(HONEST, 5), cents=25)), Admitted)

    async def test_cannot_be_counted_where_a_price_is_missing(
        self, house: Storage, bank: Organisation
    ) -> None:
        refused = blocked(await watching(house, bank, EURO).admit(a_start()))

        assert refused.rule is RuleName.PRICE_MISSING
        assert "What sms to DE costs is not in the price list" in refused.reason
        assert "add the price of sms by twilio for DE to [prices]" in refused.way_round


class TestASpray:
    """Row THR-03 of the design."""

    async def test_makes_codes_longer_for_strangers_and_shuts_nobody_out(
        self, watch: Watch, time: MovableTime
    ) -> None:
        for number in range(100):
            start = a_start(f"+49171{number:04}0000")
            assert isinstance(await watch.admit(start), Admitted)
            await watch.answered(start.id, is_right=False)

        stranger = await watch.admit(a_start())
        known = await watch.admit(a_start(is_known=True))
        assert stranger == Admitted(StepUp(code_length=8, attempts=3))
        assert known == Admitted()
        assert watch.told.rules == ["spray"]

        time.pass_by(timedelta(minutes=15))
        assert await watch.admit(a_start(numbered(HONEST, 1))) == Admitted()

    async def test_is_told_of_once_while_it_lasts(self, watch: Watch) -> None:
        for number in range(120):
            await watch.answered(a_start(numbered(HONEST, number)).id, is_right=False)

        assert watch.told.rules == ["spray"]

    async def test_is_not_seen_in_honest_mistakes(self, watch: Watch) -> None:
        for number in range(300):
            await watch.answered(a_start().id, is_right=number % 10 != 0)

        assert watch.told.rules == []
        assert await watch.admit(a_start()) == Admitted()

    async def test_is_over_when_staff_lift_it(
        self, watch: Watch, bank: Organisation, time: MovableTime
    ) -> None:
        for _ in range(100):
            await watch.answered(a_start().id, is_right=False)
        block = watch.told.blocks[0]

        await watch.blocks.lift(Operator(name="ann", organisation=bank), block.id)

        assert await watch.admit(a_start()) == Admitted()
        await watch.answered(a_start().id, is_right=False)
        assert watch.told.rules == ["spray"]


class TestATestOrganisation:
    async def test_is_neither_counted_nor_blocked(self, house: Storage) -> None:
        tester = await found(house, "tester", mode=Mode.TEST)
        watch = watching(house, tester, CAPPED)

        for _ in range(10):
            start = a_start("+436641234567")
            assert await watch.admit(start) == Admitted()
            await watch.answered(start.id, is_right=False)

        assert await history(house, tester) == []

    async def test_may_have_rules_where_it_is_to_try_them(self, house: Storage) -> None:
        tester = await found(house, "tester", mode=Mode.TEST)
        watch = watching(house, tester, None, test=CAPPED)

        assert isinstance(await watch.admit(a_start("+436641234567")), Blocked)


class TestOneMoreMessage:
    async def test_counts_like_any_other(self, house: Storage, bank: Organisation) -> None:
        watch = watching(house, bank, CAPPED)
        start = a_start()
        await watch.admit(start)

        decisions = [await watch.admit_again(start) for _ in range(3)]

        assert [each.word for each in decisions] == ["admitted", "admitted", "blocked"]

    async def test_is_no_start_that_has_to_come_back(
        self, house: Storage, bank: Organisation
    ) -> None:
        watch = watching(house, bank, Ruleset(conversion=Conversion(least=5, percent=50)))
        for number in range(3):
            start = a_start(numbered(PUMPED, number))
            await watch.admit(start)
            for _ in range(3):
                assert isinstance(await watch.admit_again(start), Admitted)

        assert isinstance(await watch.admit(a_start(numbered(PUMPED, 9))), Admitted)
