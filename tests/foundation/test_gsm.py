"""The alphabet of text messages, and how much one message holds."""

# ruff: noqa: RUF001 - letters that look like others are what this is about

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.foundation.gsm import (
    BASIC,
    EXTENDED,
    first_beyond,
    segments,
    septets,
    transliterate,
)

of_the_alphabet = some.text(alphabet=BASIC + EXTENDED)


def test_it_has_as_many_letters_as_fit_into_seven_bits() -> None:
    assert len(BASIC) == len({*BASIC}) == 127  # and the escape
    assert len(EXTENDED) == len({*EXTENDED} - {*BASIC}) == 10


@pytest.mark.parametrize(
    "text", ["", "Volksbank Großenhain", "ÅÆØ åæø", "10 €", "[{~}]", "Ñandú"[:-1]]
)
def test_what_it_has_is_let_be(text: str) -> None:
    assert first_beyond(text) is None
    assert transliterate(text) == text


@pytest.mark.parametrize(
    ("text", "strange"),
    [("Łódź", "Ł"), ("Crédit `", "`"), ("français", "ç"), ("u\u0308", "\u0308")],
)
def test_the_first_that_it_lacks_is_named(text: str, strange: str) -> None:
    assert first_beyond(text) == strange


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("code", 4), ("10 €", 5), ("[{~}]", 10), ("\n\f", 3)]
)
def test_what_needs_an_escape_takes_two_septets(text: str, count: int) -> None:
    assert septets(text) == count


def test_septets_are_counted_in_the_alphabet_alone() -> None:
    with pytest.raises(ValueError, match="lacks") as fault:
        septets("Łódź")

    assert "Ł" not in str(fault.value)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
        ("ł" * 134, 2),
        ("ł" * 135, 3),
        ("a" * 69 + "ł", 1),
        ("🏦" * 35, 1),
        ("🏦" * 36, 2),
        ("\ud800" * 70, 1),
    ],
)
def test_segments_are_counted_as_they_are_paid(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # 306 septets, of which one stays empty
        ("ł" * 66 + "🏦" + "ł" * 65, 2),
        ("ł" * 66 + "🏦" + "ł" * 66, 3),
    ],
)
def test_what_takes_two_units_is_never_torn_apart(text: str, count: int) -> None:
    assert segments(text) == count


@given(of_the_alphabet, of_the_alphabet)
def test_more_text_is_never_fewer_segments(text: str, more: str) -> None:
    assert segments(text) <= segments(text + more) <= segments(text) + segments(more) + 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Łódź", "Lodz"),
        ("Państwa kod", "Panstwa kod"),
        ("Şekerbank Iğdır", "Sekerbank Igdir"),
        ("Banque Française", "Banque Francaise"),
        ("código", "codigo"),
        ("„Bank“ – ‘a’ … b\u00a0c\u2028d", "\"Bank\" - 'a' ... b c d"),
        ("Cre\u0301dit", "Crédit"),
        ("a`b", "a'b"),
        ("Банк", "Bank"),
        ("\u200bBank\u202e\x00", "Bank"),
        ("Bank 🏦", "Bank "),
        ("ΩΣ", "ΩΣ"),
        ("ΤΡΑΠΕΖΑ", "TRAPEZA"),  # and not half of it in Greek
    ],
)
def test_what_it_lacks_is_written_as_people_type_it(text: str, written: str) -> None:
    assert transliterate(text) == written


@given(some.text())
def test_whatever_is_transliterated_can_be_sent_and_stays_so(text: str) -> None:
    written = transliterate(text)

    assert first_beyond(written) is None
    assert transliterate(written) == written


@given(of_the_alphabet)
def test_nothing_of_the_alphabet_is_changed(text: str) -> None:
    assert transliterate(text) == text
    assert (segments(text) == 1) == (septets(text) <= 160)
