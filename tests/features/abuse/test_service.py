"""Whether a code may be sent, as services ask for it: over real storage, in time that passes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.features.abuse.starts import HONEST, PUMPED, Watch, a_start, numbered, watching
from tests.stores import MovableTime, at_rest, found
from watchword.features.abuse.history.store import StartStore
from watchword.features.abuse.rules import Admitted, Blocked, Past, RuleName, Start, StepUp
from watchword.features.abuse.rulesets import Conversion, Ruleset, SendCap, Spend
from watchword.features.clients.rules import Operator
from watchword.features.delivery.rules import Channel
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.clock import EPOCH
from watchword.foundation.storage import Storage, Transaction

HOUR = timedelta(hours=1)
CAPPED = Ruleset(conversion=Conversion(on=False), prefix=(SendCap(most=3, seconds=3600),))
SPENDING = Spend(per_hour=Decimal("1.00"), kept_for_known=25)
EURO = Ruleset(spend=SPENDING)


@pytest.fixture
async def bank(house: Storage) -> Organisation:
    return await found(house, mode=Mode.LIVE)


@pytest.fixture
def watch(house: Storage, bank: Organisation) -> Watch:
    """What an operator has who has set nothing."""
    return watching(house, bank, Ruleset())


def blocked(decision: object) -> Blocked:
    assert isinstance(decision, Blocked), decision
    return decision


class TestPumping:
    """Row THR-06 of the design, as a drill."""

    async def test_of_a_block_of_numbers_stops_and_all_others_go_on(
        self, watch: Watch, time: MovableTime
    ) -> None:
        sent = 0
        for number in range(0, 2000, 25):
            pumped = [a_start(f"+4917012{each:06}") for each in range(number, number + 25)]
            sent += [each.word for each in await watch.admit_all(pumped)].count("admitted")
            time.pass_by(timedelta(seconds=10))
            if number % 100 == 0:
                honest = a_start(f"+49171{number:08}")
                assert isinstance(await watch.admit(honest), Admitted)
                await watch.answered(honest.id, is_right=True)
                known = a_start(f"+4917012{number:06}", is_known=True)
                assert isinstance(await watch.admit(known), Admitted)

        # Blocks of ten thousand: 2,000 numbers in a row are all in one.
        assert sent == 30
        assert watch.told.names == ["destination.blocked"]

    async def test_stops_by_the_cap_even_if_its_codes_come_back(self, watch: Watch) -> None:
        sent = 0
        for number in range(100):
            start = a_start(f"+4917012{number:06}")
            if isinstance(await watch.admit(start), Admitted):
                sent += 1
                await watch.answered(start.id, is_right=True)

        assert sent == 60


class TestARefusal:
    async def test_by_country_says_what_to_do(self, watch: Watch) -> None:
        refused = blocked(await watch.admit(a_start("+436641234567")))

        assert refused.rule is RuleName.COUNTRY
        assert refused.reason == "Codes are not sent to numbers of AT; the rules allow DE."
        assert "allow AT" in refused.way_round
        assert refused.channels == (Channel.EMAIL,)
        assert refused.expires_at is None

    async def test_by_line_names_the_channels_that_lead_there(self, watch: Watch) -> None:
        refused = blocked(await watch.admit(a_start("+498912345678")))

        assert refused.rule is RuleName.LINE
        assert refused.channels == (Channel.VOICE,)
        assert refused.reason == "This is a landline number, and sms is not sent to those."

    async def test_by_a_cap_has_a_reason_an_end_and_a_way_round(
        self, house: Storage, bank: Organisation, time: MovableTime
    ) -> None:
        watch = watching(house, bank, CAPPED)
        for number in range(3):
            await watch.admit(a_start(numbered(PUMPED, number)))

        refused = blocked(await watch.admit(a_start(numbered(PUMPED, 4))))
        again = blocked(await watch.admit(a_start(numbered(PUMPED, 5))))

        assert refused.rule is RuleName.PREFIX
        assert refused.expires_at is not None
        assert HOUR <= refused.expires_at - time.moment <= HOUR + HOUR / 6
        assert refused.channels == (Channel.EMAIL,)
        assert "e-mail" in refused.way_round
        assert again == refused
        assert watch.told.names == ["destination.blocked"]

    async def test_is_over_when_it_said(
        self, house: Storage, bank: Organisation, time: MovableTime
    ) -> None:
        watch = watching(house, bank, CAPPED)
        for number in range(4):
            await watch.admit(a_start(numbered(PUMPED, number)))
        end = blocked(await watch.admit(a_start(numbered(PUMPED, 4)))).expires_at
        assert end is not None

        time.moment = end - timedelta(seconds=1)
        assert isinstance(await watch.admit(a_start(numbered(PUMPED, 5))), Blocked)
        time.moment = end
        assert isinstance(await watch.admit(a_start(numbered(PUMPED, 6))), Admitted)

    async def test_is_no_refusal_for_other_blocks_of_numbers_or_for_who_is_known(
        self, house: Storage, bank: Organisation
    ) -> None:
        watch = watching(house, bank, CAPPED)
        for number in range(5):
            await watch.admit(a_start(numbered(PUMPED, number)))

        other = await watch.admit(a_start(numbered(HONEST, 1)))
        known = await watch.admit(a_start(numbered(PUMPED, 1), is_known=True))

        assert isinstance(other, Admitted)
        assert isinstance(known, Admitted)

    async def test_of_a_requester_is_in_nobody_elses_way(
        self, house: Storage, bank: Organisation
    ) -> None:
        rules = Ruleset(address=(SendCap(most=2, seconds=3600),))
        watch = watching(house, bank, rules)
        mails = [a_start(f"p{number}@example.org", address="a" * 32) for number in range(3)]

        decisions = [await watch.admit(mail) for mail in mails]

        assert [each.word for each in decisions] == ["admitted", "admitted", "blocked"]
        assert watch.told.happened[0].block.shown == "requester aaaaaaaa"
        other = a_start("p9@example.org", address="b" * 32)
        assert isinstance(await watch.admit(other), Admitted)

    async def test_of_a_flood_is_kept_once_a_second(
        self, watch: Watch, house: Storage, bank: Organisation, time: MovableTime
    ) -> None:
        for _ in range(3):
            for _ in range(50):
                await watch.admit(a_start("+436641234567"))
            time.pass_by(timedelta(seconds=1))

        kept = await history(house, bank)

        assert [(past.outcome, past.times) for past in kept] == [("country", 50)] * 3


class TestSpellings:
    """Row THR-07: however a number is typed, it is counted as one."""

    async def test_of_one_number_share_one_tally(self, house: Storage, bank: Organisation) -> None:
        watch = watching(house, bank, CAPPED)
        typed = ["+49 170 1234567", "0170/1234567", "(0170) 123-4567", "00491701234567"]

        decisions = [await watch.admit(a_start(number)) for number in typed]

        assert [each.word for each in decisions] == ["admitted"] * 3 + ["blocked"]


class TestWhatIsKept:
    async def test_has_nothing_that_can_be_read(
        self, house: Storage, bank: Organisation, migrated: str
    ) -> None:
        watch = watching(house, bank, CAPPED)
        for number in range(5):
            await watch.admit(a_start(numbered("+4917012", number)))
            await watch.admit(a_start("ann@example.org", address="digest"))

        resting = await at_rest(migrated)

        assert b"1701200" not in resting
        assert b"ann@example.org" not in resting
        assert "+49 1701•••••".encode() in resting

    async def test_is_nothing_of_an_email_that_no_rule_counts(
        self, watch: Watch, house: Storage, bank: Organisation
    ) -> None:
        assert isinstance(await watch.admit(a_start("ann@example.org")), Admitted)

        assert await history(house, bank) == []

    async def test_is_forgotten_in_its_time(
        self, watch: Watch, house: Storage, bank: Organisation, time: MovableTime
    ) -> None:
        start = a_start()
        await watch.admit(start)
        await watch.answered(start.id, is_right=False)

        assert await watch.guard.forget(500) == 0
        time.pass_by(timedelta(days=3))
        assert await watch.guard.forget(500) == 2  # tallies of an hour and a day
        assert len(await history(house, bank)) == 1
        time.pass_by(timedelta(days=28))
        assert await watch.guard.forget(500) == 1
        assert await history(house, bank) == []


class TestConsidering:
    async def test_says_what_would_be_decided_and_changes_nothing(
        self, house: Storage, bank: Organisation
    ) -> None:
        watch = watching(house, bank, CAPPED)
        for number in range(10):
            assert isinstance(await watch.consider(a_start(numbered(PUMPED, number))), Admitted)
        for number in range(3):
            await watch.admit(a_start(numbered(PUMPED, number)))

        foreseen = await watch.consider(a_start(numbered(PUMPED, 4)))

        assert watch.told.names == []
        assert foreseen == await watch.admit(a_start(numbered(PUMPED, 4)))
        assert foreseen == await watch.consider(a_start(numbered(PUMPED, 5)))
        foreign = a_start("+436641234567")
        assert await watch.consider(foreign) == await watch.admit(foreign)


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
        assert watch.told.happened[0].block.shown == "+49 1701•••••"
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
        assert watch.told.names == ["organisation.sprayed"]

        time.pass_by(timedelta(minutes=15))
        assert await watch.admit(a_start(numbered(HONEST, 1))) == Admitted()

    async def test_is_told_of_once_while_it_lasts(self, watch: Watch) -> None:
        for number in range(120):
            await watch.answered(a_start(numbered(HONEST, number)).id, is_right=False)

        assert watch.told.names == ["organisation.sprayed"]

    async def test_is_not_seen_in_honest_mistakes(self, watch: Watch) -> None:
        for number in range(300):
            await watch.answered(a_start().id, is_right=number % 10 != 0)

        assert watch.told.names == []
        assert await watch.admit(a_start()) == Admitted()

    async def test_is_over_when_staff_lift_it(
        self, watch: Watch, bank: Organisation, time: MovableTime
    ) -> None:
        for _ in range(100):
            await watch.answered(a_start().id, is_right=False)
        block = watch.told.happened[0].block

        await watch.blocks.lift(Operator(name="ann", organisation=bank), block.id)

        assert await watch.admit(a_start()) == Admitted()


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


class TestStatements:
    async def test_of_a_usual_start_are_three_and_of_an_email_none(
        self, watch: Watch, house: Storage, bank: Organisation
    ) -> None:
        await watch.admit(a_start())  # Rules and keys are remembered from then on.

        async def asked(start: Start) -> int:
            async with house.begin(bank.id) as transaction:
                counting = Counting(transaction)
                await watch.guard.admit(counting, bank, start, transaction.now())  # type: ignore[arg-type]
            return counting.asked

        assert await asked(a_start(address="a")) == 3
        assert await asked(a_start(is_known=True)) == 1
        assert await asked(a_start("ann@example.org")) == 0


class Counting:
    """A transaction that counts what it is asked."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.now = transaction.now
        self.asked = 0

    def __getattr__(self, name: str) -> object:
        self.asked += 1
        return getattr(self._transaction, name)


async def history(storage: Storage, organisation: Organisation) -> list[Past]:
    async with storage.reading(organisation.id) as transaction:
        store = StartStore(transaction, organisation.id)
        return [*await store.page(EPOCH, "", transaction.now() + HOUR, 500)]
