"""Rules as they are written: what may stand there, and who may spend more."""

from decimal import Decimal
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from watchword.features.abuse.rulesets import (
    Conversion,
    Given,
    Loosened,
    OwnConversion,
    OwnRules,
    OwnSpend,
    OwnSpray,
    Ruleset,
    Section,
    SendCap,
    Spend,
    Spray,
    Unusable,
    applied,
    loosened,
    money_caps,
    of_the_house,
    reread,
)
from watchword.features.abuse.rulesets import written as to_keep
from watchword.features.abuse.views import WrittenRules, own_rules, parse, rules_view
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import PhoneLine

HOUSE = Ruleset(countries=("DE",), spend=Spend(per_day=Decimal(100)))


def usable(written: dict[str, Any], house: Ruleset = HOUSE) -> Ruleset:
    ruleset = read(written, house)
    assert isinstance(ruleset, Ruleset), ruleset
    return ruleset


def read(written: dict[str, Any], house: Ruleset, *, has_prices: bool = True) -> Ruleset | Unusable:
    """Read what a file says, keep it, and put it in the place of what the house has."""
    found = parse(written)
    own = found if isinstance(found, Unusable) else own_rules(found, in_force=True)
    kept = own if isinstance(own, Unusable) else reread(to_keep(own))
    return kept if isinstance(kept, Unusable) else applied(kept, house, has_prices=has_prices)


def parsed(written: dict[str, Any]) -> WrittenRules:
    found = parse(written)
    assert isinstance(found, WrittenRules)
    return found


def faults(written: dict[str, Any], *, has_prices: bool = True) -> str:
    ruleset = read(written, Ruleset(), has_prices=has_prices)
    assert isinstance(ruleset, Unusable)
    return " ".join(ruleset.faults)


class TestWhatIsWritten:
    def test_takes_the_place_of_what_the_house_has_and_leaves_the_rest(self) -> None:
        ruleset = usable({"prefix": [{"most": 5, "seconds": 600}]})

        assert ruleset.prefix == (SendCap(most=5, seconds=600),)
        assert ruleset.countries == ("DE",)
        assert ruleset.spend == HOUSE.spend

    @pytest.mark.parametrize("part", ["conversion", "spray", "spend"])
    @pytest.mark.parametrize("own", [{}, {"nothing": "else"}])
    def test_of_a_part_leaves_what_it_does_not_name(self, part: str, own: dict[str, Any]) -> None:
        house = Ruleset(
            conversion=Conversion(least=7, percent=3),
            spray=Spray(least=50, attempts=2),
            spend=Spend(per_day=Decimal(100), kept_for_known=50),
        )
        first = {"conversion": "percent", "spray": "attempts", "spend": "per_hour"}[part]

        ruleset = usable({part: {first: 5} if own else {}}, house)

        assert getattr(getattr(ruleset, part), first) == (
            5 if own else getattr(getattr(house, part), first)
        )
        assert replace(getattr(ruleset, part), **{first: None}) == replace(
            getattr(house, part), **{first: None}
        )

    def test_takes_a_cap_away_only_where_it_says_so(self) -> None:
        assert usable({"spend": {"per_hour": 5}}).spend.per_day == 100
        assert usable({"spend": {"per_day": None}}).spend.per_day is None

    def test_has_every_field_that_the_house_has(self) -> None:
        pairs = [
            *((OwnConversion, Conversion), (OwnSpray, Spray), (OwnSpend, Spend)),
            (OwnRules, Ruleset),
        ]

        for own, house in pairs:
            assert {*own.__struct_fields__} == {*house.__struct_fields__}
        assert {*get_args(Section)} == {*Ruleset.__struct_fields__}

    def test_is_the_same_when_it_is_shown_and_read_again(self) -> None:
        shown = msgspec.to_builtins(rules_view(HOUSE, in_force=True))

        assert usable(shown, Ruleset()) == HOUSE

    def test_cannot_say_that_they_are_in_force(self) -> None:
        assert own_rules(parsed({"in_force": True}), in_force=True) == OwnRules()
        assert isinstance(own_rules(parsed({"in_force": True}), in_force=False), Unusable)
        assert isinstance(own_rules(parsed({"in_force": False}), in_force=True), Unusable)

    def test_is_kept_without_what_is_not_named(self) -> None:
        assert to_keep(OwnRules(block_seconds=60)) == '{"block_seconds":60}'
        assert reread("{}") == OwnRules()

    @pytest.mark.parametrize("kept", ['{"gone": 1}', '{"prefix": 7}', "", "[]", "null"])
    def test_that_another_version_kept_is_refused_and_no_fault(self, kept: str) -> None:
        assert isinstance(reread(kept), Unusable)

    def test_may_come_from_settings_with_the_days_that_history_is_kept(self) -> None:
        given = msgspec.convert(
            {"keep_days": 7, "countries": ["AT"], "lines": {"sms": ["mobile", "voip"]}}, Given
        )

        house = of_the_house(given)

        assert type(house) is Ruleset
        assert house.countries == ("AT",)
        assert house.lines == {Channel.SMS: (PhoneLine.MOBILE, PhoneLine.VOIP)}

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ({"countries": ["Germany"]}, "countries are two capital letters"),
            ({"countries": ["de"]}, "countries are two capital letters"),
            ({"countries": ["DE"] * 301}, "length <= 300"),
            ({"prefix": [{"most": 0, "seconds": 60}]}, "prefix.most is 1 or more"),
            ({"client": [{"most": 1, "seconds": 59}]}, "client.seconds is 60 to 86400"),
            ({"requester": [{"most": 1, "seconds": 86_401}]}, "requester.seconds is 60 to 86400"),
            ({"requester": [{"most": 1, "seconds": 60}] * 5}, "length <= 4"),
            ({"conversion": {"percent": 0}}, "conversion.percent 1 to 100"),
            ({"conversion": {"seconds": 1}}, "conversion.seconds"),
            ({"spray": {"code_length": 5}}, "spray.code_length is 6 to 10"),
            ({"spray": {"attempts": 0}}, "spray.attempts is 1 to 10"),
            ({"spray": {"least": 0}}, "spray.least is 1 or more"),
            ({"spray": {"step_up_seconds": 0}}, "spray.step_up_seconds"),
            ({"spend": {"per_day": "-1"}}, "spend.per_day is an amount"),
            ({"spend": {"per_day": "NaN"}}, "spend.per_day is an amount"),
            ({"spend": {"kept_for_known": 101}}, "spend.kept_for_known is 0 to 100"),
            ({"block_seconds": 1}, "block_seconds is 60 to 86400"),
            ({"known_factor": 0}, "known_factor is 1 to 100"),
            ({"spray": {"absolute": 99}}, "spray.absolute is spray.least or more"),
            ({"conversion": {"grace_seconds": 3600}}, "conversion.grace_seconds is 0 or more"),
            ({"surprise": 1}, "unknown field `surprise`"),
            ({"prefix": "many"}, "Expected `array`"),
            ({"lines": {"pigeon": []}}, "Invalid enum"),
        ],
    )
    def test_that_cannot_work_is_refused_with_words(
        self, written: dict[str, Any], said: str
    ) -> None:
        assert said in faults(written)

    def test_of_the_house_is_bounded_too(self) -> None:
        cap = SendCap(most=1, seconds=60)
        house = Ruleset(requester=(cap,) * 5, countries=("DE",) * 301)

        refused = applied(OwnRules(), house, has_prices=True)

        assert isinstance(refused, Unusable)
        assert "requester has 4 caps at most" in " ".join(refused.faults)
        assert "countries are two capital letters" in " ".join(refused.faults)

    def test_may_cap_money_only_where_prices_are_known(self) -> None:
        assert "Add a section [prices]" in faults({"spend": {"per_day": 5}}, has_prices=False)

    @given(some.dictionaries(some.text(max_size=12), some.none() | some.integers() | some.text()))
    def test_is_a_ruleset_or_refused_whatever_it_is(self, written: dict[str, Any]) -> None:
        ruleset = read(written, HOUSE)

        assert isinstance(ruleset, Ruleset) or all(ruleset.faults)


class TestMoreMoney:
    @pytest.mark.parametrize(
        ("then", "names"),
        [
            ({"per_day": 101}, ("spend.per_day",)),
            ({"per_day": None}, ("spend.per_day",)),
            ({"kept_for_known": 24}, ("spend.kept_for_known",)),
        ],
    )
    def test_is_what_only_the_operator_may_allow(
        self, then: dict[str, Any], names: tuple[str, ...]
    ) -> None:
        assert loosened(HOUSE, usable({"spend": then})) == Loosened(names)

    @pytest.mark.parametrize(
        "then", [{"per_day": 100}, {"per_day": 1}, {"per_hour": 10}, {"kept_for_known": 30}]
    )
    def test_is_not_what_is_as_before_or_stricter(self, then: dict[str, Any]) -> None:
        assert loosened(HOUSE, usable({"spend": then})) is None


def test_caps_on_money_are_counted_in_micros() -> None:
    assert money_caps(Ruleset(spend=Spend(per_hour=Decimal("0.075")))) == {"per_hour": 75_000}
