"""Keys as platforms name them: what a telephone has, and no more than is asked for."""

import pytest

from watchword.features.activation.dialogue.steps import DIGITS_AT_MOST, Typed, read_keys
from watchword.foundation.secret import Secret


@pytest.mark.parametrize("keys", ["", "0", "12*45", "*"])
def test_what_a_telephone_has_is_taken_as_it_is(keys: str) -> None:
    assert read_keys(keys) == Typed(Secret(keys))


@pytest.mark.parametrize("keys", ["1#", "A", "12 3", "٣٤", "12\n", "-1"])
def test_what_it_has_not_is_nothing(keys: str) -> None:
    assert read_keys(keys) is None


def test_of_what_is_too_long_for_any_question_no_more_is_taken() -> None:
    assert read_keys("1" * 500) == Typed(Secret("1" * DIGITS_AT_MOST))
