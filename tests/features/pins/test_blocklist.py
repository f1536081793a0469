"""PINs that many choose. The list follows from rules, and no accepted PIN is on it."""

import pytest
from hypothesis import given

from tests.features.pins.members import numbers
from watchword.features.pins.blocklist.rules import (
    LOOKED_AT,
    SCATTER,
    Common,
    all_common,
    count_common,
    is_common,
    why_common,
)
from watchword.features.pins.rules import PinRule, PinRules, judge
from watchword.foundation.secret import Secret

FOUR = frozenset(all_common(4))


def test_more_than_a_tenth_of_all_pins_of_four_digits_are_refused_and_not_a_fifth() -> None:
    assert 1_000 <= len(FOUR) <= 2_000


def test_each_rule_adds_to_it() -> None:
    alone = {why_common(pin)[0] for pin in FOUR if len(why_common(pin)) == 1}

    assert alone == {*Common}


@pytest.mark.parametrize(
    "pin",
    [
        # What is found at the head of every list that somebody made of what people chose.
        *("1234", "1111", "0000", "1212", "7777", "1004", "2000", "4444", "2222", "6969"),
        *("9999", "3333", "5555", "6666", "1122", "1313", "8888", "4321", "2001", "1010"),
        *("2580", "0852", "1379", "1397", "2468", "5683", "0007", "1984", "3112", "1225"),
        *("123456", "654321", "111111", "123123", "159753", "121212", "112233", "147258"),
        *("123321", "789456", "456123", "696969", "311285", "123185", "19851985", "101010"),
        *("12345", "11111", "54321", "31985", "1234567", "12345678", "87654321", "12121212"),
        *("31121985", "12311985", "19851231", "120000", "520520"),
        *("3141", "314159", "271828", "135791", "246810", "258025", "12341234", "12345123"),
    ],
)
def test_what_most_people_choose_is_refused(pin: str) -> None:
    assert is_common(pin)


@pytest.mark.parametrize("pin", ["9274", "5093", "90274", "902746", "7302956", "70519362"])
def test_what_hardly_anybody_chooses_is_not(pin: str) -> None:
    assert why_common(pin) == ()


@pytest.mark.parametrize("pin", ["912349", "975555", "2580937"])
def test_all_of_a_pin_counts_and_not_a_part_of_it(pin: str) -> None:
    assert not is_common(pin)


@given(numbers(4, 8))
def test_no_accepted_pin_is_on_the_list(pin: str) -> None:
    rules = PinRules(shortest=4)

    assert (PinRule.COMMON in judge(Secret(pin), rules)) == is_common(pin)
    assert (pin in FOUR) == (len(pin) == 4 and is_common(pin))


def test_short_ones_are_all_counted_and_long_ones_in_part() -> None:
    counts, longer = count_common(4), count_common(7)

    assert (counts.looked_at, counts.refused) == (10_000, len(FOUR))
    assert (longer.looked_at, 0 < longer.share < 0.05) == (LOOKED_AT, True)
    assert len({number * SCATTER % 10**7 for number in range(LOOKED_AT)}) == LOOKED_AT
