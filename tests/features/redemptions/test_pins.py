"""Master PINs as such: how long they are, what they are known by, and what a thief has of them."""

import secrets
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import KEYRING, SHOP
from watchword.features.abuse.rulesets import DIGITS as STEPPED_UP
from watchword.features.challenges.codes import LETTERED_LENGTH, draw_code, draw_letters
from watchword.features.challenges.not_codes import MASTER_PIN_DIGITS, is_master_pin
from watchword.features.challenges.policies import DIGITS_AT_MOST, Purpose, default_policy
from watchword.features.redemptions.master_pins.pins import (
    DRAWN,
    draw_pin,
    place_of,
    read_pin,
    spell,
)
from watchword.features.staff.recovery.rules import LENGTH as RECOVERY_LENGTH
from watchword.foundation.keyring import KeyKind, new_keyring
from watchword.foundation.sealed_hashes import Cost, is_kept, keep
from watchword.foundation.sealing import SealBroken, Sealer
from watchword.foundation.secret import Secret

SEALER = Sealer(KEYRING.versions(KeyKind.PINS))
QUICK = Cost(memory=64, passes=1)
PINS = st.integers(0, DRAWN - 1).map(lambda number: draw_pin(lambda _: number))


def test_no_code_of_a_customer_is_as_long_as_a_master_pin_at_any_step() -> None:
    longest = max(
        DIGITS_AT_MOST,
        STEPPED_UP[1],
        LETTERED_LENGTH,
        *(default_policy(purpose).by_letter.code_length for purpose in Purpose),
    )

    assert longest < MASTER_PIN_DIGITS
    assert MASTER_PIN_DIGITS != RECOVERY_LENGTH


@given(st.integers(0), st.integers(6, max(DIGITS_AT_MOST, STEPPED_UP[1])))
def test_no_code_is_taken_for_a_master_pin(number: int, length: int) -> None:
    assert not is_master_pin(draw_code(length, lambda among: number % among).reveal())
    assert not is_master_pin(draw_letters(lambda among: number % among).reveal())


@given(PINS)
def test_a_pin_is_known_by_its_looks_however_it_is_typed(pin: Secret) -> None:
    assert len(pin.reveal()) == MASTER_PIN_DIGITS
    for typed in (pin.reveal(), spell(pin), spell(pin).replace(" ", "-"), f" {pin.reveal()}\u0020"):
        assert is_master_pin(typed)
        assert read_pin(typed) == pin


@given(PINS, st.integers(0, MASTER_PIN_DIGITS - 1), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(pin: Secret, place: int, by: int) -> None:
    digits = [*pin.reveal()]
    digits[place] = str((int(digits[place]) + by) % 10)

    assert read_pin("".join(digits)) is None


@given(PINS)
def test_two_digits_that_change_places_are_always_seen(pin: Secret) -> None:
    digits = pin.reveal()
    for place, (one, other) in enumerate(pairwise(digits)):
        if one != other:
            swapped = f"{digits[:place]}{other}{one}{digits[place + 2 :]}"
            assert read_pin(swapped) is None


@pytest.mark.parametrize(
    "typed", ["", "1234", "4917012345678", "\u0660" * 12, "1" * 10_000, "\uff11" * 12]
)
def test_what_else_people_type_is_none(typed: str) -> None:
    assert read_pin(typed) is None
    assert not is_master_pin(typed)


def test_every_pin_may_come() -> None:
    assert DRAWN == 10**10
    assert draw_pin(lambda _: 0).reveal() != draw_pin(lambda _: DRAWN - 1).reveal()


def test_a_thief_has_nothing_of_it_without_the_key_and_the_place() -> None:
    pin, place = draw_pin(secrets.randbelow), place_of(SHOP, "one")
    kept = keep(pin, b"s" * 16, SEALER, place, QUICK)

    assert is_kept(pin, kept, SEALER, place)
    assert not is_kept(draw_pin(lambda _: 1), kept, SEALER, place)
    assert pin.reveal().encode() not in kept
    with pytest.raises(SealBroken):
        is_kept(pin, kept, SEALER, place_of(SHOP, "other"))
    with pytest.raises(SealBroken):
        is_kept(
            pin, kept, Sealer(new_keyring(KEYRING.keys[0].created_at).versions(KeyKind.PINS)), place
        )


def test_a_guess_costs_what_owasp_asks_for() -> None:
    assert (Cost().memory, Cost().passes, Cost().lanes) == (19_456, 2, 1)
