"""Money that may be spent, codes that are tried by the hundred, and organisations that test."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.features.abuse.starts import HONEST, PUMPED, Watch, a_start, numbered, watching
from tests.features.abuse.test_service import CAPPED, EURO, HOUR, blocked, history
from tests.stores import MovableTime, found
from watchword.features.abuse.rules import (
    Admitted,
    Blocked,
    Lifted,
    OperatorsOwn,
    RuleName,
    Start,
    StepUp,
)
from watchword.features.abuse.rulesets import Conversion, Ruleset, Spend, Spray
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
        assert watch.told.blocks[0].shown == "+49 1701•••xxxx"
        assert isinstance(await watch.admit(a_start(numbered(HONEST, 5), cents=25)), Admitted)

    async def test_cannot_be_counted_where_a_price_is_missing(
        self, house: Storage, bank: Organisation
    ) -> None:
        refused = blocked(await watching(house, bank, EURO).admit(a_start()))

        assert refused.rule is RuleName.PRICE_MISSING
        assert "What sms to DE costs is not in the price list" in refused.reason
        assert "add the price of sms by twilio for DE to [prices]" in refused.way_round


class TestMoneyThatALiftedBlockMayCost:
    """A cap of ten, on which a block stands."""

    async def capped(self, watch: Watch) -> list[Start]:
        starts = [a_start(numbered(HONEST, number), cents=10) for number in range(11)]
        await watch.admit_all(starts)
        assert watch.told.rules == ["spend"]
        return starts[:10]

    @pytest.fixture
    def watch(self, house: Storage, bank: Organisation) -> Watch:
        spend = Spend(per_hour=Decimal(1), kept_for_known=0)
        return watching(house, bank, Ruleset(prefix=(), spend=spend))

    async def test_is_not_for_a_key_to_decide(self, watch: Watch, bank: Organisation) -> None:
        await self.capped(watch)
        ann, id = Operator(name="ann", organisation=bank), watch.told.blocks[0].id

        refused = await watch.blocks.lift(ann, id, is_operator=False)

        assert refused == OperatorsOwn(RuleName.SPEND)
        assert isinstance(await watch.admit(a_start(cents=10)), Blocked)
        assert isinstance(await watch.blocks.lift(ann, id, is_operator=True), Lifted)
        assert isinstance(await watch.admit(a_start(cents=10)), Admitted)

    async def test_is_the_cap_once_more_whatever_was_given_back_before_and_after(
        self, watch: Watch, bank: Organisation, time: MovableTime
    ) -> None:
        before = await self.capped(watch)
        for start in before[:5]:
            await watch.give_back(start)
        ann = Operator(name="ann", organisation=bank)
        await watch.blocks.lift(ann, watch.told.blocks[0].id, is_operator=True)
        for start in before[5:]:
            await watch.give_back(start)
        time.pass_by(timedelta(seconds=1))

        after = [a_start(numbered(PUMPED, number), cents=10) for number in range(30)]
        decisions = await watch.admit_all(after)
        await watch.give_back(after[0])

        assert [each.word for each in decisions].count("admitted") == 10

    async def test_may_be_spent_again_where_it_was_given_back_since(
        self, watch: Watch, bank: Organisation, time: MovableTime
    ) -> None:
        await self.capped(watch)
        ann = Operator(name="ann", organisation=bank)
        await watch.blocks.lift(ann, watch.told.blocks[0].id, is_operator=True)
        time.pass_by(timedelta(seconds=1))
        after = [a_start(numbered(PUMPED, number), cents=10) for number in range(10)]
        await watch.admit_all(after)

        await watch.give_back(after[0])

        assert isinstance(await watch.admit(a_start(cents=10)), Admitted)


class TestASpray:
    """Row THR-03 of the design."""

    async def test_makes_codes_longer_for_strangers_and_shuts_nobody_out(
        self, watch: Watch, time: MovableTime
    ) -> None:
        for number in range(100):
            start = a_start(f"+49171{number:04}0000")
            assert isinstance(await watch.admit(start), Admitted)
            await watch.answered(start, is_right=False)

        stranger = await watch.admit(a_start())
        known = await watch.admit(a_start(is_known=True))
        assert stranger == Admitted(StepUp(code_length=8, attempts=3))
        assert known == Admitted()
        assert watch.told.rules == ["spray"]

        time.pass_by(timedelta(minutes=15))
        assert await watch.admit(a_start(numbered(HONEST, 1))) == Admitted()

    async def test_is_told_of_once_while_it_lasts(self, watch: Watch) -> None:
        for number in range(120):
            await watch.answered(a_start(numbered(HONEST, number)), is_right=False)

        assert watch.told.rules == ["spray"]

    async def test_is_not_seen_in_honest_mistakes(self, watch: Watch) -> None:
        for number in range(300):
            await watch.answered(a_start(numbered(HONEST, number)), is_right=number % 10 != 0)

        assert watch.told.rules == []
        assert await watch.admit(a_start()) == Admitted()

    async def test_is_over_when_staff_lift_it(
        self, watch: Watch, bank: Organisation, time: MovableTime
    ) -> None:
        for number in range(100):
            await watch.answered(a_start(numbered(HONEST, number)), is_right=False)
        block = watch.told.blocks[0]

        await watch.blocks.lift(Operator(name="ann", organisation=bank), block.id, is_operator=True)

        assert await watch.admit(a_start()) == Admitted()
        await watch.answered(a_start(), is_right=False)
        assert watch.told.rules == ["spray"]

    async def test_of_phones_is_not_paid_for_by_mailboxes(self, watch: Watch) -> None:
        mails = [a_start(f"p{number}@thief.example") for number in range(600)]
        await watch.answered_all(mails, is_right=True)

        guesses = [a_start(numbered(HONEST, number)) for number in range(100)]
        await watch.answered_all(guesses, is_right=False)

        assert watch.told.rules == ["spray"]

    async def test_is_not_paid_for_by_one_who_answers_over_and_over(self, watch: Watch) -> None:
        await watch.answered_all([a_start() for _ in range(600)], is_right=True)

        guesses = [a_start(numbered(HONEST, number)) for number in range(100)]
        await watch.answered_all(guesses, is_right=False)

        assert watch.told.rules == ["spray"]

    async def test_is_paid_for_by_new_contact_points_up_to_a_bound_alone(
        self, house: Storage, bank: Organisation
    ) -> None:
        rules = Ruleset(spray=Spray(least=10, absolute=30))
        watch = watching(house, bank, rules)
        old = [a_start(numbered(HONEST, number)) for number in range(50)]
        await remember(house, bank, old)
        await watch.answered_all(old, is_right=True)
        fresh = [a_start(numbered(PUMPED, number)) for number in range(500)]
        await watch.answered_all(fresh, is_right=True)
        guesses = [a_start(numbered("+4917133", number)) for number in range(30)]

        await watch.answered_all(guesses[:29], is_right=False)
        assert watch.told.rules == []
        await watch.answered_all(guesses[29:], is_right=False)

        assert watch.told.rules == ["spray"]

    async def test_is_seen_among_what_old_contact_points_answer(
        self, house: Storage, bank: Organisation
    ) -> None:
        """Fifty old ones and fifty of the new count: 43 wrong ones are 30 in a hundred."""
        watch = watching(house, bank, Ruleset(spray=Spray(least=10, absolute=45)))
        old = [a_start(numbered(HONEST, number)) for number in range(50)]
        await remember(house, bank, old)
        fresh = [a_start(numbered(PUMPED, number)) for number in range(500)]
        await watch.answered_all([*old, *fresh], is_right=True)
        guesses = [a_start(numbered("+4917133", number)) for number in range(43)]

        await watch.answered_all(guesses[:42], is_right=False)
        assert watch.told.rules == []
        await watch.answered_all(guesses[42:], is_right=False)

        assert watch.told.rules == ["spray"]

    async def test_is_not_seen_in_people_who_sign_in_all_day_and_mistype_now_and_then(
        self, watch: Watch
    ) -> None:
        for time_of_day in range(6):
            for number in range(300):
                is_right = (number + time_of_day) % 5 != 0
                await watch.answered(a_start(numbered(HONEST, number)), is_right=is_right)

        assert watch.told.rules == []

    async def test_is_not_seen_in_what_known_people_mistype(self, watch: Watch) -> None:
        known = [a_start(numbered(HONEST, number), is_known=True) for number in range(200)]

        await watch.answered_all(known, is_right=False)

        assert watch.told.rules == []

    async def test_of_the_next_hour_is_counted_anew(self, watch: Watch, time: MovableTime) -> None:
        guesses = [a_start(numbered(HONEST, number)) for number in range(99)]
        await watch.answered_all(guesses, is_right=False)
        time.pass_by(2 * HOUR)

        await watch.answered_all(guesses, is_right=False)
        assert watch.told.rules == []
        await watch.answered(a_start(numbered(PUMPED, 1)), is_right=False)

        assert watch.told.rules == ["spray"]


async def remember(house: Storage, bank: Organisation, starts: Sequence[Start]) -> None:
    """Let contact points be there since a time long past."""
    async with house.begin(bank.id) as transaction:
        for start in starts:
            await transaction.run(
                """
                insert into contact_points (
                    organisation_id, id, person_id, kind, blind_index, sealed_value, created_at
                ) values (:bank, :id, :id, 'phone', :index, :index, 0)
                """,
                bank=str(bank.id),
                id=str(start.contact_id),
                index=start.contact_id.bytes,
            )


class TestATestOrganisation:
    async def test_is_neither_counted_nor_blocked(self, house: Storage) -> None:
        tester = await found(house, "tester", mode=Mode.TEST)
        watch = watching(house, tester, CAPPED)

        for _ in range(10):
            start = a_start("+436641234567")
            assert await watch.admit(start) == Admitted()
            await watch.answered(start, is_right=False)

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
