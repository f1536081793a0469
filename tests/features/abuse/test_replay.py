"""What other rules would have done to what has happened."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace as replace_caps

from tests.features.abuse.starts import HONEST, PUMPED, Watch, a_start, numbered, watching
from tests.stores import NOON, MovableTime, found
from watchword.features.abuse.judging import trace_of
from watchword.features.abuse.replay.rules import Effect, Replay, Report
from watchword.features.abuse.replay.service import Replays
from watchword.features.abuse.rules import ADMITTED, Past, RuleName
from watchword.features.abuse.rulesets import Conversion, Ruleset, SendCap, Spend
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.storage import Storage

SECOND = timedelta(seconds=1)
OPEN = Ruleset(prefix=(), requester=(), destination=(), conversion=Conversion(on=False))


def capped(most: int) -> Ruleset:
    return replace_caps(OPEN, prefix=(SendCap(most=most, seconds=3600),))


def past(
    number: str = "+491701234567",
    *,
    at: datetime = NOON,
    cents: float | None = None,
    verified_at: datetime | None = None,
    outcome: str = ADMITTED,
    times: int = 1,
    is_known: bool = False,
) -> Past:
    start = a_start(number, cents=cents, is_known=is_known)
    trace = trace_of(start, f"block of {number[:-4]}", at)
    return Past(trace=trace, outcome=outcome, times=times, verified_at=verified_at)


def replayed(ruleset: Ruleset, *history: Past) -> Report:
    replay = Replay(ruleset, "DE", "+49")
    for each in history:
        replay.play(each)
    return replay.report()


class TestAReplay:
    def test_of_rules_that_stop_nothing_shows_what_was(self) -> None:
        report = replayed(OPEN, *(past(at=NOON + n * SECOND) for n in range(100)))

        assert report == Report(played=100, sent_then=100, sent_now=100, let_through=0, effects={})

    def test_tells_what_is_saved_and_which_honest_people_are_hurt(self) -> None:
        history = [
            past(at=NOON + n * SECOND, cents=8, verified_at=NOON + n * SECOND if n == 7 else None)
            for n in range(10)
        ]

        report = replayed(capped(5), *history)

        effect = Effect(blocks=1, blocked=5, known_good=1, saved_micros=400_000)
        assert report.effects == {RuleName.PREFIX: effect}
        assert (report.sent_then, report.sent_now) == (10, 5)

    def test_does_not_count_what_these_rules_would_have_stopped(self) -> None:
        """A stopped start fills nothing up, so an hour later there is room again."""
        history = [past(at=NOON + n * timedelta(minutes=10)) for n in range(12)]

        assert replayed(capped(3), *history).sent_now == 6

    def test_lets_through_what_was_blocked_then(self) -> None:
        report = replayed(OPEN, past(outcome="prefix", times=40), past("+436641234567"))

        assert (report.let_through, report.sent_then, report.played) == (40, 1, 41)
        assert report.effects[RuleName.COUNTRY].blocked == 1

    def test_saves_nothing_twice(self) -> None:
        report = replayed(OPEN, past("+436641234567", outcome="country", times=9, cents=8))

        assert report == Report(played=9, sent_then=0, sent_now=0, let_through=0, effects={})

    def test_sees_a_code_come_back_only_when_it_did(self) -> None:
        rules = replace_caps(OPEN, conversion=Conversion(least=5, percent=50, grace_seconds=0))
        late = NOON + timedelta(minutes=30)
        history = [past(at=NOON + n * SECOND, verified_at=late) for n in range(8)]

        assert replayed(rules, *history).sent_now == 5
        soon = [replace(each, verified_at=each.trace.at) for each in history]
        assert replayed(rules, *soon).sent_now == 8

    def test_spares_who_was_known(self) -> None:
        assert replayed(capped(1), *(past(is_known=True) for _ in range(5))).sent_now == 5

    def test_spares_nobody_beyond_the_outer_bound(self) -> None:
        assert replayed(capped(1), *(past(is_known=True) for _ in range(9))).sent_now == 5

    def test_leaves_out_codes_that_are_still_being_typed(self) -> None:
        rules = replace_caps(OPEN, conversion=Conversion(least=5, percent=50, grace_seconds=60))
        burst = [past(at=NOON + n * SECOND) for n in range(20)]
        late = [past(at=NOON + timedelta(minutes=5))]

        assert replayed(rules, *burst).sent_now == 20
        assert replayed(rules, *burst, *late).sent_now == 20

    def test_reckons_with_money(self) -> None:
        rules = Ruleset(
            prefix=(),
            requester=(),
            conversion=Conversion(on=False),
            spend=Spend(per_day=Decimal(1), kept_for_known=0),
        )
        history = [past(at=NOON + n * SECOND, cents=25) for n in range(6)]

        report = replayed(rules, *history)

        assert report.effects[RuleName.SPEND].saved_micros == 500_000

    @given(some.lists(some.tuples(some.integers(0, 7200), some.booleans()), max_size=60))
    def test_of_stricter_rules_sends_no_more(self, played: list[tuple[int, bool]]) -> None:
        now, history = NOON, []
        for gap, is_known in played:
            now += gap * SECOND
            history.append(past(at=now, is_known=is_known))

        report = replayed(capped(3), *history)

        stopped = sum(effect.blocked for effect in report.effects.values())
        assert report.sent_now + stopped == report.sent_then == len(history)

    def test_remembers_no_more_than_two_days(self) -> None:
        replay = Replay(Ruleset(destination=()), "DE", "+49")
        for day in range(20):
            for number in range(20):
                at = NOON + timedelta(days=day, minutes=number)
                replay.play(past(f"+4917{day:02}{number:03}0000", at=at))

        assert replay.remembered <= 3 * 20 * 3


@pytest.fixture
async def bank(house: Storage) -> Organisation:
    return await found(house, mode=Mode.LIVE)


class TestAReplayOfWhatIsKept:
    async def drill(self, watch: Watch, time: MovableTime) -> None:
        await watch.admit(a_start("+436641234567"))
        for number in range(12):
            await watch.admit(a_start(numbered(PUMPED, number), cents=8))
            honest = a_start(numbered(HONEST, number), cents=8)
            await watch.admit(honest)
            time.pass_by(SECOND)
            await watch.answered(honest, is_right=True)

    async def test_judges_as_the_guard_would_have(
        self, house: Storage, bank: Organisation, time: MovableTime
    ) -> None:
        rules = Ruleset(conversion=Conversion(least=5, percent=50, grace_seconds=0))
        open_watch, strict = watching(house, bank, OPEN), watching(house, bank, rules)
        await self.drill(open_watch, time)
        replays = Replays(storage=house, rulebook=strict.rulebook, rows=7)
        told: list[tuple[int, int]] = []

        report = await replays.replay(
            bank, timedelta(days=1), None, lambda done, total: told.append((done, total))
        )

        assert report.effects == {
            RuleName.CONVERSION: Effect(blocks=1, blocked=7, known_good=0, saved_micros=560_000)
        }
        assert (report.sent_then, report.sent_now) == (24, 17)
        assert told == [(7, 25), (14, 25), (21, 25), (25, 25)]

    async def test_takes_other_rules_and_the_span_that_it_is_told(
        self, house: Storage, bank: Organisation, time: MovableTime
    ) -> None:
        watch = watching(house, bank, OPEN)
        await self.drill(watch, time)
        time.pass_by(timedelta(days=3))
        replays = Replays(storage=house, rulebook=watch.rulebook)

        assert (await replays.replay(bank, timedelta(days=1), capped(1))).played == 0
        assert (await replays.replay(bank, timedelta(days=4), capped(1))).sent_now == 2

    async def test_leaves_everything_as_it_is(
        self, house: Storage, bank: Organisation, time: MovableTime
    ) -> None:
        watch = watching(house, bank, capped(3))
        await self.drill(watch, time)
        replays = Replays(storage=house, rulebook=watch.rulebook)

        first = await replays.replay(bank, timedelta(days=1))
        second = await replays.replay(bank, timedelta(days=1))

        assert first == second
        assert first.effects == {RuleName.PREFIX: Effect(blocks=2)}
        assert first.sent_then == first.sent_now == 6
