"""When rules let more through than now: one person alone may not be enough for that."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from watchword.features.abuse.loosening import looser, sections_in, subject_of
from watchword.features.abuse.rulesets import (
    ANY_COUNTRY,
    DAY,
    HOUR,
    MINUTE,
    Conversion,
    Ruleset,
    SendCap,
    Spend,
    Spray,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import PhoneLine

HOME = "DE"
CAP = SendCap(most=60, seconds=HOUR)
NOW = Ruleset(
    countries=("DE", "AT"),
    lines={Channel.SMS: (PhoneLine.MOBILE, PhoneLine.EITHER)},
    prefix=(CAP, SendCap(most=200, seconds=DAY)),
    spend=Spend(per_day=Decimal(50)),
)

spans = st.sampled_from([MINUTE, HOUR, DAY])
caps = st.lists(
    st.builds(SendCap, most=st.integers(1, 3), seconds=spans, spares_known=st.booleans()),
    max_size=2,
).map(tuple)
few = st.integers(1, 3)
rulesets = st.builds(
    Ruleset,
    countries=st.lists(st.sampled_from(["DE", "AT", ANY_COUNTRY]), max_size=2).map(tuple),
    lines=st.dictionaries(
        st.sampled_from([Channel.SMS, Channel.VOICE]),
        st.lists(st.sampled_from(PhoneLine), max_size=2).map(tuple),
    ),
    prefix=caps,
    client=caps,
    known_factor=few,
    conversion=st.builds(
        Conversion, on=st.booleans(), least=few, percent=few, seconds=spans, grace_seconds=few
    ),
    spray=st.builds(Spray, on=st.booleans(), least=few, seconds=spans, attempts=few),
    block_seconds=spans,
)


@pytest.mark.parametrize(
    ("section", "then"),
    [
        ("countries", ("DE", "AT", "CH")),
        ("countries", ("AT", "CH")),
        ("countries", (ANY_COUNTRY,)),
        ("lines", {Channel.SMS: (PhoneLine.MOBILE, PhoneLine.EITHER, PhoneLine.LANDLINE)}),
        ("lines", {}),
        ("prefix", (SendCap(most=61, seconds=HOUR), SendCap(most=200, seconds=DAY))),
        ("prefix", (CAP,)),
        ("prefix", (SendCap(most=60, seconds=MINUTE), SendCap(most=200, seconds=DAY))),
        ("prefix", ()),
        ("destination", (SendCap(most=20, seconds=HOUR, spares_known=True),)),
        ("known_factor", 6),
        ("conversion", Conversion(on=False)),
        ("conversion", Conversion(percent=9)),
        ("conversion", Conversion(least=31)),
        ("conversion", Conversion(seconds=2 * HOUR)),
        ("conversion", Conversion(grace_seconds=3 * MINUTE)),
        ("conversion", Conversion(block_seconds=MINUTE)),
        ("spray", Spray(on=False)),
        ("spray", Spray(percent=31)),
        ("spray", Spray(absolute=1001)),
        ("spray", Spray(step_up_seconds=MINUTE)),
        ("spray", Spray(code_length=7)),
        ("spray", Spray(attempts=4)),
        ("spend", Spend(per_day=Decimal(51))),
        ("spend", Spend()),
        ("block_seconds", MINUTE),
    ],
)
def test_more_goes_through(section: str, then: object) -> None:
    assert looser(NOW, replace(NOW, **{section: then}), HOME) == (section,)


@pytest.mark.parametrize(
    ("section", "then"),
    [
        ("countries", ("DE",)),
        ("countries", ()),
        ("lines", {Channel.SMS: (PhoneLine.MOBILE,), Channel.VOICE: ()}),
        ("prefix", (SendCap(most=59, seconds=HOUR), SendCap(most=200, seconds=DAY))),
        ("prefix", (SendCap(most=60, seconds=DAY),)),
        ("prefix", (SendCap(most=60, seconds=DAY, spares_known=False),)),
        ("client", (CAP,)),
        ("known_factor", 4),
        ("conversion", Conversion(percent=11, least=29, block_seconds=DAY)),
        ("spray", Spray(percent=29, code_length=10, attempts=1)),
        ("spend", Spend(per_day=Decimal(49), per_hour=Decimal(5))),
        ("block_seconds", DAY),
    ],
)
def test_less_goes_through(section: str, then: object) -> None:
    assert looser(NOW, replace(NOW, **{section: then}), HOME) == ()


def test_what_is_switched_on_was_no_fence_before() -> None:
    off = replace(NOW, conversion=Conversion(on=False, percent=90), spray=Spray(on=False))

    assert looser(off, replace(off, conversion=Conversion(), spray=Spray()), HOME) == ()


def test_every_section_that_is_looser_is_named() -> None:
    then = replace(NOW, countries=(ANY_COUNTRY,), prefix=(), block_seconds=MINUTE)

    sections = looser(NOW, then, HOME)

    assert {*sections} == {"countries", "prefix", "block_seconds"}
    assert tuple(sections_in(subject_of(sections))) == sections


@given(rulesets)
def test_what_stays_the_same_is_not_looser(rules: Ruleset) -> None:
    assert looser(rules, rules, HOME) == ()


@given(rulesets, rulesets, rulesets)
def test_nobody_gets_looser_rules_by_steps_that_are_each_free(
    first: Ruleset, second: Ruleset, third: Ruleset
) -> None:
    steps = {*looser(first, second, HOME), *looser(second, third, HOME)}

    assert {*looser(first, third, HOME)} <= steps
