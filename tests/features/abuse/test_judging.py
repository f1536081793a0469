"""What is counted for a message, and which bound it breaks: decided without any storage."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.abuse.starts import NOON, a_start
from watchword.features.abuse.judging import (
    Costs,
    Facts,
    Gauge,
    Passed,
    Shares,
    Stands,
    Trips,
    Verdict,
    forbidden,
    gauges_of,
    is_unsold,
    judge,
    trace_of,
    wanted,
)
from watchword.features.abuse.rules import BlockId, RuleName, Trace
from watchword.features.abuse.rulesets import Conversion, Ruleset, SendCap, Spend
from watchword.features.abuse.tallies import FRESH, Mark, Tally, count
from watchword.features.contacts.channels import Channel

HOUR = timedelta(hours=1)
TEN = (SendCap(most=10, seconds=3600),)


def trace(number: str = "+491701234567", **facts: object) -> Trace:
    start = a_start(number, **facts)  # type: ignore[arg-type]
    return trace_of(start, None if "@" in number else f"block of {number[:-4]}", NOON)


def keys(gauges: object) -> list[str]:
    assert isinstance(gauges, list)
    return [gauge.key.rsplit(":", 1)[0].split(":")[0] for gauge in gauges]


class TestWhatNeedsNoCounting:
    @pytest.mark.parametrize(
        ("number", "allowed", "rule"),
        [
            ("+491701234567", (), None),
            ("+436641234567", (), RuleName.COUNTRY),
            ("+436641234567", ("DE", "AT"), None),
            ("+436641234567", ("*",), None),
            ("+491701234567", ("AT",), RuleName.COUNTRY),
            ("ann@example.org", ("AT",), None),
        ],
    )
    def test_is_the_country_of_a_number(
        self, number: str, allowed: tuple[str, ...], rule: RuleName | None
    ) -> None:
        assert forbidden(trace(number), Ruleset(countries=allowed), "DE") == rule

    def test_is_the_same_for_who_has_answered_rightly_before(self) -> None:
        assert forbidden(trace("+436641234567", is_known=True), Ruleset(), "DE") == (
            RuleName.COUNTRY
        )

    def test_is_the_island_itself_though_it_shares_a_dial_code(self) -> None:
        jersey = trace("+447797712345")

        assert jersey.dial_code == "+44"
        assert forbidden(jersey, Ruleset(), "GB") == RuleName.COUNTRY

    @pytest.mark.parametrize(
        ("number", "channel", "rule"),
        [
            ("+498912345678", Channel.SMS, RuleName.LINE),
            ("+498912345678", Channel.WHATSAPP, RuleName.LINE),
            ("+498912345678", Channel.VOICE, None),
            ("+445612345678", Channel.SMS, RuleName.LINE),
            ("+491701234567", Channel.SMS, None),
            ("+12015550123", Channel.SMS, None),
        ],
    )
    def test_is_the_line_that_a_number_leads_to(
        self, number: str, channel: Channel, rule: RuleName | None
    ) -> None:
        rules = Ruleset(countries=("*",))

        assert forbidden(trace(number, channel=channel), rules, "DE") == rule

    def test_is_a_price_that_is_missing_where_there_is_a_cap_on_money(self) -> None:
        capped = Ruleset(spend=Spend(per_day=Decimal(5)))

        assert forbidden(trace(), capped, "DE") == RuleName.PRICE_MISSING
        assert forbidden(trace(cents=7), capped, "DE") is None
        assert forbidden(trace(), Ruleset(), "DE") is None
        assert forbidden(trace("ann@example.org"), capped, "DE") is None


class TestGauges:
    def test_are_none_for_an_email_that_nothing_counts(self) -> None:
        assert gauges_of(trace("ann@example.org"), Ruleset(), "+49") == []

    def test_of_whoever_has_answered_rightly_before_are_their_own_and_wider(self) -> None:
        known = gauges_of(trace(requester="a", is_known=True), Ruleset(), "+49")
        strangers = gauges_of(trace(requester="a"), Ruleset(), "+49")

        bounds = {gauge.key: gauge.bounds[0] for gauge in known}
        shared = {gauge.key for gauge in known} & {gauge.key for gauge in strangers}
        assert bounds["requester:a:known:3600"].most == 5 * 30
        assert not any(bound.spares_known for bound in bounds.values())
        assert [key.split(":")[0] for key in shared] == ["destination"]

    def test_are_none_for_an_email_of_whoever_has_answered_rightly_before(self) -> None:
        known = trace("ann@example.org", requester="a", is_known=True)

        assert gauges_of(known, Ruleset(destination=TEN), "+49") == []

    def test_of_the_own_dial_code_are_not_counted(self) -> None:
        foreign = trace("+436641234567")

        assert "dial_code" in keys(gauges_of(foreign, Ruleset(), "+49"))
        assert "dial_code" not in keys(gauges_of(foreign, Ruleset(), "+43"))

    def test_stand_in_one_order_for_all(self) -> None:
        ruleset = Ruleset(
            client=TEN, organisation=TEN, destination=TEN, spend=Spend(per_hour=Decimal(9))
        )
        gauges = gauges_of(trace("+436641234567", requester="a", cents=7), ruleset, "+49")

        names = [gauge.key for gauge in gauges]
        assert names == sorted(names)
        assert {*keys(gauges)} == {
            *("prefix", "dial_code", "requester", "client", "organisation", "destination", "spend")
        }

    def test_of_strangers_are_not_those_of_who_is_known_unless_it_says_so(self) -> None:
        strict = replace_prefix(SendCap(most=5, seconds=3600, spares_known=False))

        (gauge,) = gauges_of(trace(is_known=True), strict, "+49")
        assert (gauge.subject.split(":")[0], gauge.bounds[0].most) == ("prefix", 5)
        assert not gauge.subject.endswith(":known")

    def test_of_one_more_message_wait_for_a_block_and_ask_for_no_further_code(self) -> None:
        again = replace(trace(), is_again=True)

        (gauge,) = gauges_of(again, replace_prefix(), "+49")

        assert gauge.bounds == ()


def replace_prefix(*caps: SendCap) -> Ruleset:
    return Ruleset(prefix=caps, requester=(), dial_code=(), destination=())


def judged(
    one: Trace, ruleset: Ruleset, tallies: dict[str, Tally], facts: Facts | None = None
) -> Verdict:
    return judge(one, gauges_of(one, ruleset, "+49"), tallies, facts or Facts(), ruleset)


def filled(ruleset: Ruleset, one: Trace, times: int) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    for _ in range(times):
        verdict = judged(one, ruleset, tallies)
        assert isinstance(verdict, Passed)
        tallies |= verdict.tallies
    return tallies


class TestACap:
    RULES = replace_prefix(*TEN)

    def test_lets_as_many_through_as_it_says(self) -> None:
        tallies = filled(self.RULES, trace(), 10)

        trip = judged(trace(), self.RULES, tallies)

        assert isinstance(trip, Trips)
        assert (trip.rule, trip.spares_known) == (RuleName.PREFIX, True)
        assert NOON + HOUR <= trip.until <= NOON + HOUR + HOUR / 6

    def test_adds_nothing_where_it_refuses(self) -> None:
        tallies = filled(self.RULES, trace(), 10)
        (before,) = tallies.values()

        judged(trace(), self.RULES, tallies)

        assert [*tallies.values()] == [before]

    def test_lets_a_block_last_a_while_though_there_is_room_sooner(self) -> None:
        rules = replace_prefix(SendCap(most=1, seconds=60))
        tallies = filled(rules, trace(), 1)

        trip = judged(trace(), rules, tallies)

        assert isinstance(trip, Trips)
        assert trip.until == NOON + timedelta(minutes=15)


class TestABlockThatStands:
    RULES = replace_prefix(SendCap(most=10, seconds=3600, spares_known=False))

    def standing(self, *, spares_known: bool, until: timedelta = HOUR) -> dict[str, Tally]:
        mark = Mark(BlockId(UUID(int=7)), NOON + until, spares_known)
        gauges = gauges_of(trace(), self.RULES, "+49")
        return {gauge.key: replace(FRESH, mark=mark) for gauge in gauges}

    def test_stops_strangers(self) -> None:
        verdict = judged(trace(), self.RULES, self.standing(spares_known=True))

        assert verdict == Stands(BlockId(UUID(int=7)))

    def test_spares_who_is_known_if_it_is_for_strangers(self) -> None:
        known = trace(is_known=True)

        assert isinstance(judged(known, self.RULES, self.standing(spares_known=True)), Passed)
        assert isinstance(judged(known, self.RULES, self.standing(spares_known=False)), Stands)

    def test_ends_at_its_moment(self) -> None:
        over = self.standing(spares_known=True, until=timedelta())

        assert isinstance(judged(trace(), self.RULES, over), Passed)


class TestCodesThatDoNotComeBack:
    RULE = Conversion(least=30, percent=10)

    @pytest.mark.parametrize(
        ("starts", "verified", "is_low"),
        [(29, 0, False), (30, 0, True), (30, 2, True), (30, 3, False), (100, 10, False)],
    )
    def test_are_few_when_the_share_is_below_the_rule(
        self, starts: int, verified: int, *, is_low: bool
    ) -> None:
        assert is_unsold(Shares(starts, verified), self.RULE) == is_low

    def test_are_looked_up_only_when_enough_was_sent(self) -> None:
        rules = replace_prefix()
        gauges = gauges_of(trace(), rules, "+49")

        assert not wanted(gauges, filled(rules, trace(), 29), rules, NOON).shares
        assert wanted(gauges, filled(rules, trace(), 30), rules, NOON).shares

    def test_stop_their_block_of_numbers_for_an_hour(self) -> None:
        rules = replace_prefix()

        trip = judged(trace(), rules, {}, Facts(is_unsold=True))

        assert isinstance(trip, Trips)
        assert (trip.rule, trip.until) == (RuleName.CONVERSION, NOON + HOUR)


def spending(**caps: object) -> Ruleset:
    return Ruleset(
        prefix=(),
        dial_code=(),
        requester=(),
        destination=(),
        conversion=Conversion(on=False),
        spend=Spend(**caps),  # type: ignore[arg-type]
    )


class TestMoney:
    EURO = spending(per_hour=Decimal(1))

    def test_is_kept_for_who_is_known_when_strangers_have_used_up_theirs(self) -> None:
        tallies = filled(self.EURO, trace(cents=25), 3)

        stranger = judged(trace(cents=25), self.EURO, tallies)
        known = judged(trace(cents=25, is_known=True), self.EURO, tallies)

        assert isinstance(stranger, Trips)
        assert (stranger.rule, stranger.spares_known) == (RuleName.SPEND, True)
        assert isinstance(known, Passed)
        last = judged(trace(cents=25, is_known=True), self.EURO, dict(known.tallies))
        assert isinstance(last, Trips)
        assert not last.spares_known

    def test_that_one_message_alone_would_use_up_blocks_nobody_else(self) -> None:
        assert judged(trace(cents=76), self.EURO, {}) == Costs(None)

    def test_that_a_dear_message_would_use_up_is_left_to_cheaper_ones(self) -> None:
        tallies = filled(self.EURO, trace(cents=50), 1)

        dear = judged(trace(cents=50), self.EURO, tallies)

        assert isinstance(dear, Costs)
        assert dear.until is not None
        assert dear.until > NOON
        assert isinstance(judged(trace(cents=25), self.EURO, tallies), Passed)

    def test_that_was_given_back_may_be_spent_again(self) -> None:
        tallies = filled(self.EURO, trace(cents=25), 3)
        (key,) = tallies

        gauges = gauges_of(trace(cents=25), self.EURO, "+49")
        assert [gauge.key for gauge in wanted(gauges, tallies, self.EURO, NOON).returned] == [key]
        returned = Facts(returned={key: 250_000})
        assert isinstance(judged(trace(cents=25), self.EURO, tallies, returned), Passed)

    @given(some.integers(0, 4), some.integers(0, 10_000_000))
    def test_that_was_given_back_makes_no_cap_larger(self, spent: int, returned: int) -> None:
        tallies = filled(self.EURO, trace(cents=15), spent)
        facts = Facts(returned=dict.fromkeys(tallies, returned))

        assert isinstance(judged(trace(cents=76), self.EURO, tallies, facts), Costs)

    def test_is_not_asked_of_what_costs_nothing(self) -> None:
        tallies = filled(self.EURO, trace(cents=25), 3)

        assert isinstance(judged(trace(cents=0), self.EURO, tallies), Passed)

    @given(
        some.lists(
            some.tuples(some.integers(0, 3000), some.integers(0, 60), some.booleans()), max_size=80
        )
    )
    def test_is_never_spent_beyond_its_cap_within_any_span(
        self, asked: list[tuple[int, int, bool]]
    ) -> None:
        tallies: dict[str, Tally] = {}
        now, spent = NOON, []
        for gap, cents, is_known in asked:
            now += timedelta(seconds=gap)
            one = replace(trace(cents=cents, is_known=is_known), at=now)
            verdict = judged(one, self.EURO, tallies)
            if isinstance(verdict, Passed):
                tallies |= verdict.tallies
                spent.append((now, cents))
            elif isinstance(verdict, Trips):
                mark = Mark(BlockId(UUID(int=1)), verdict.until, verdict.spares_known)
                key = verdict.gauge.key
                tallies[key] = replace(tallies[key], mark=mark)
            assert sum(cents for at, cents in spent if now - at <= HOUR) <= 100


@given(some.integers(1, 20), some.lists(some.integers(0, 2000), max_size=60))
def test_no_span_holds_more_messages_than_its_cap(most: int, gaps: list[int]) -> None:
    ruleset = replace_prefix(SendCap(most=most, seconds=3600))
    ruleset = Ruleset(prefix=ruleset.prefix, requester=(), conversion=Conversion(on=False))
    tallies: dict[str, Tally] = {}
    now, sent = NOON, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        verdict = judged(replace(trace(), at=now), ruleset, tallies)
        if isinstance(verdict, Passed):
            tallies |= verdict.tallies
            sent.append(now)
        assert sum(now - at <= HOUR for at in sent) <= most


def test_a_gauge_counts_what_passed() -> None:
    rules = replace_prefix(*TEN)
    tallies = filled(rules, trace(), 4)

    (gauge,) = gauges_of(trace(), rules, "+49")

    assert isinstance(gauge, Gauge)
    assert count(tallies[gauge.key], gauge.seconds, NOON) == 4
