"""What a refusal says: which way is still open, and what exactly is blocked."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.abuse.starts import a_start, contact
from watchword.features.abuse.rules import RuleName, Start
from watchword.features.abuse.rulesets import Ruleset
from watchword.features.abuse.words import Ground, channels, shown, way_round
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import BLOCK_DIGITS

GERMAN, LANDLINE = "+491701234567", "+498912345678"
DEVICE = "a device that has verified this number before"
WAIT = "try again when the block has run out"
NAMES = {
    Channel.SMS: "sms",
    Channel.EMAIL: "e-mail",
    Channel.WHATSAPP: "whatsapp",
    Channel.VOICE: "voice",
}


def ground(served: Sequence[Channel] = tuple(Channel)) -> Ground:
    return Ground(Ruleset(), "DE", served)


@given(
    rule=st.sampled_from(RuleName),
    served=st.lists(st.sampled_from(Channel), unique=True),
    number=st.sampled_from([GERMAN, LANDLINE]),
    spares_known=st.booleans(),
)
def test_no_way_round_leads_by_a_channel_that_nobody_serves(
    rule: RuleName, served: list[Channel], number: str, *, spares_known: bool
) -> None:
    start, place = a_start(number), ground(served)

    said = way_round(rule, start, place, spares_known=spares_known).lower()

    assert {*channels(rule, start, place)} <= {*served}
    ways = said.partition("ask the operator")[0]
    for channel, name in NAMES.items():
        assert channel in served or name not in ways, said


@given(rule=st.sampled_from(RuleName), served=st.lists(st.sampled_from(Channel), unique=True))
def test_something_is_always_left_to_do(rule: RuleName, served: list[Channel]) -> None:
    said = way_round(rule, a_start(GERMAN), ground(served))

    assert said[0].isupper()
    assert said.endswith(".")
    assert ".." not in said


@pytest.mark.parametrize(
    ("rule", "served", "said"),
    [
        (
            RuleName.PREFIX,
            (Channel.SMS, Channel.EMAIL),
            f"Use an e-mail address, or {DEVICE}; or {WAIT}.",
        ),
        (
            RuleName.PREFIX,
            (Channel.SMS,),
            f"Use {DEVICE}, or {WAIT}.",
        ),
        (
            RuleName.COUNTRY,
            (Channel.SMS,),
            "Ask the operator to allow DE: watchword abuse rules set.",
        ),
        (
            RuleName.CLIENT,
            (Channel.SMS,),
            "Try again when the block has run out, or ask the operator to lift it.",
        ),
        (
            RuleName.LINE,
            (Channel.SMS, Channel.VOICE, Channel.EMAIL),
            "Use sms, voice, or an e-mail address.",
        ),
    ],
)
def test_ways_are_said_in_one_sentence(
    rule: RuleName, served: tuple[Channel, ...], said: str
) -> None:
    assert way_round(rule, a_start(GERMAN), ground(served)) == said


def test_a_block_that_spares_nobody_sends_nobody_to_a_known_device() -> None:
    strict = way_round(RuleName.DESTINATION, a_start(GERMAN), ground(), spares_known=False)

    assert strict == "Use another contact point, or try again when the block has run out."


def a_block(number: str) -> str:
    start: Start = a_start(number)
    return shown(RuleName.PREFIX, start, "prefix:digest")


def test_a_block_of_numbers_is_shown_in_its_shape() -> None:
    assert a_block("+491701234567") == "+49 170•••xxxx"
    assert a_block("+6834002") == "+683 xxxx"
    assert a_block("+29022158") == "+290 2xxxx"


@given(
    digits=st.integers(0, 9_999_999).map(lambda number: f"{number:07}"),
    network=st.sampled_from(["160", "170", "171", "175"]),
)
def test_what_is_shown_is_what_holds(digits: str, network: str) -> None:
    """A number fits the shape just as far as the block holds it, and is never shown whole."""
    number = f"+49{network}{digits}"
    prefix = contact(number).prefix
    assert prefix is not None

    code, _, shape = a_block(number).partition(" ")

    national = number.removeprefix(code)
    assert len(shape) == len(national)
    for mark, digit in zip(shape, national, strict=True):
        assert mark in {digit, "•", "x"}
    assert shape.endswith("x" * BLOCK_DIGITS)
    assert shape.count("x") == BLOCK_DIGITS
    fixed = shape.removesuffix("x" * BLOCK_DIGITS)
    assert len(code + fixed) == len(prefix.reveal())
    assert fixed.count("•") * 2 >= len(fixed) - 1


def test_every_rule_is_known_on_every_kind_of_line() -> None:
    for rule, number in product(RuleName, (GERMAN, LANDLINE)):
        assert way_round(rule, a_start(number), ground())
