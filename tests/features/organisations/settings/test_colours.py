"""Brand colours: whatever is chosen, letters in them can be read on both kinds of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.organisations.settings.colours import (
    DARK_SHEET,
    LIGHT_SHEET,
    READABLE,
    brand,
    contrast,
    ink_on,
    is_readable,
    nearest,
)

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0)],
)
def test_contrast_is_what_the_standard_says(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@given(colours, st.sampled_from([LIGHT_SHEET, DARK_SHEET]))
def test_there_is_always_a_shade_that_can_be_read(colour: str, sheet: str) -> None:
    shade = nearest(colour, sheet)

    assert is_readable(shade, sheet)
    assert shade == colour or not is_readable(colour, sheet)


@given(colours)
def test_letters_on_a_mark_can_be_read_in_both_schemes(colour: str) -> None:
    made = brand("GS", nearest(colour, LIGHT_SHEET), None)

    assert contrast(made.ink, made.colour) >= READABLE
    assert contrast(made.ink_on_dark, made.colour_on_dark) >= READABLE
    assert is_readable(made.colour_on_dark, DARK_SHEET)


@given(colours)
def test_letters_are_light_or_dark_as_the_colour_needs(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= READABLE
