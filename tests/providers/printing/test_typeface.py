"""Widths are read from the typeface itself, and say no less than what is drawn."""

from watchword.providers.printing.typesetter import Typesetter

FACE = Typesetter().face


def test_widths_are_those_of_the_typeface() -> None:
    assert round(FACE.width("M"), 3) == 0.863
    assert round(FACE.width("i"), 3) == 0.278
    assert FACE.width("Ä") == FACE.width("A")
    assert FACE.width("") == 0


def test_what_it_cannot_draw_is_known() -> None:
    assert FACE.lacks("Jörg ẞ Ω Ж א م") == set()
    assert FACE.lacks("山a田") == {"山", "田"}
