"""Whether a code may be sent, as services ask for it: over real storage, in time that passes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.features.abuse.starts import HONEST, PUMPED, Watch, a_start, numbered, watching
from tests.stores import MovableTime, at_rest, found
from watchword.features.abuse.history.store import StartStore
from watchword.features.abuse.rules import Admitted, Blocked, Past, RuleName, Start
from watchword.features.abuse.rulesets import Conversion, Ruleset, SendCap, Spend
from watchword.features.contacts.channels import Channel
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
            time.pass_by(timedelta(seconds=150))
            if number % 100 == 0:
                honest = a_start(f"+49171{number:08}")
                assert isinstance(await watch.admit(honest), Admitted)
                await watch.answered(honest, is_right=True)
                known = a_start(f"+4917012{number:06}", is_known=True)
                assert isinstance(await watch.admit(known), Admitted)

        # Blocks of ten thousand: 2,000 numbers in a row are all in one. Three hours and more pass.
        assert sent <= 200
        assert "conversion" in watch.told.rules

    async def test_in_one_go_stops_by_the_cap_before_anybody_can_have_typed(
        self, watch: Watch, time: MovableTime
    ) -> None:
        pumped = [a_start(f"+4917012{number:06}") for number in range(500)]

        decisions = await watch.admit_all(pumped)

        assert [each.word for each in decisions].count("admitted") == 60
        assert watch.told.rules == ["prefix"]

    async def test_is_not_seen_in_honest_people_who_all_come_at_once(
        self, watch: Watch, time: MovableTime
    ) -> None:
        """A letter went out, and forty people are still typing."""
        for number in range(0, 40, 4):
            honest = [a_start(f"+4917012{each:06}") for each in range(number, number + 4)]
            assert {each.word for each in await watch.admit_all(honest)} == {"admitted"}
            time.pass_by(timedelta(seconds=11))

        assert watch.told.rules == []

    async def test_is_seen_once_they_could_have_typed(
        self, watch: Watch, time: MovableTime
    ) -> None:
        await watch.admit_all([a_start(f"+4917012{number:06}") for number in range(40)])
        time.pass_by(timedelta(seconds=119))
        assert isinstance(await watch.admit(a_start("+4917012009998")), Admitted)
        time.pass_by(timedelta(seconds=1))

        assert isinstance(await watch.admit(a_start("+4917012009999")), Blocked)
        assert watch.told.rules == ["conversion"]

    async def test_by_who_types_the_codes_back_has_an_outer_bound(self, watch: Watch) -> None:
        """Thirty numbers of one block, all of them known, and one requester."""
        starts = [
            a_start(f"+4917012{number % 30:06}", requester="R", is_known=True)
            for number in range(400)
        ]

        decisions = await watch.admit_all(starts)

        assert [each.word for each in decisions].count("admitted") == 5 * 30
        assert watch.told.rules == ["requester"]
        stranger = a_start("+491701200001", requester="S")
        assert isinstance(await watch.admit(stranger), Admitted)

    async def test_of_one_number_has_an_end_however_many_requesters_know_it(
        self, watch: Watch
    ) -> None:
        starts = [a_start(requester=f"Q{number % 6}", is_known=True) for number in range(36)]

        decisions = await watch.admit_all(starts)

        assert [each.word for each in decisions].count("admitted") == 20
        assert watch.told.rules == ["destination"]

    async def test_stops_by_the_cap_even_if_its_codes_come_back(self, watch: Watch) -> None:
        sent = 0
        for number in range(100):
            start = a_start(f"+4917012{number:06}")
            if isinstance(await watch.admit(start), Admitted):
                sent += 1
                await watch.answered(start, is_right=True)

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
        assert watch.told.rules == ["prefix"]

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
        rules = Ruleset(requester=(SendCap(most=2, seconds=3600),))
        watch = watching(house, bank, rules)
        mails = [a_start(f"p{number}@example.org", requester="a" * 32) for number in range(3)]

        decisions = [await watch.admit(mail) for mail in mails]

        assert [each.word for each in decisions] == ["admitted", "admitted", "blocked"]
        assert watch.told.blocks[0].shown == "requester aaaaaaaa"
        other = a_start("p9@example.org", requester="b" * 32)
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
            await watch.admit(a_start("ann@example.org", requester="digest"))

        resting = await at_rest(migrated)

        assert b"1701200" not in resting
        assert b"ann@example.org" not in resting
        assert "+49 1701•••xxxx".encode() in resting

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
        await watch.answered(start, is_right=False)

        assert await watch.guard.forget(500) == 0
        time.pass_by(timedelta(days=3))
        assert await watch.guard.forget(500) == 3  # tallies of two hours and a day
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

        assert watch.told.rules == []
        assert foreseen == await watch.admit(a_start(numbered(PUMPED, 4)))
        assert foreseen == await watch.consider(a_start(numbered(PUMPED, 5)))
        foreign = a_start("+436641234567")
        assert await watch.consider(foreign) == await watch.admit(foreign)


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

        assert await asked(a_start(requester="a")) == 3
        assert await asked(a_start(is_known=True)) == 3
        assert await asked(a_start("ann@example.org")) == 0
        assert await asked(a_start("ann@example.org", requester="a", is_known=True)) == 0


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
