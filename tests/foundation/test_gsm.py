"""The alphabet of text messages."""

import pytest

from watchword.foundation.gsm import BASIC, EXTENDED, first_beyond


def test_it_has_as_many_letters_as_fit_into_seven_bits() -> None:
    assert len(BASIC) == len({*BASIC}) == 127  # and the escape
    assert len(EXTENDED) == len({*EXTENDED} - {*BASIC}) == 10


@pytest.mark.parametrize(
    "text", ["", "Volksbank Großenhain", "ÅÆØ åæø", "10 €", "[{~}]", "Ñandú"[:-1]]
)
def test_what_it_has_is_let_be(text: str) -> None:
    assert first_beyond(text) is None


@pytest.mark.parametrize(
    ("text", "strange"),
    [("Łódź", "Ł"), ("Crédit `", "`"), ("français", "ç"), ("u\u0308", "\u0308")],
)
def test_the_first_that_it_lacks_is_named(text: str, strange: str) -> None:
    assert first_beyond(text) == strange
