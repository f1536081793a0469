"""How names are known again, however they were typed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.customers.names import (
    TermKind,
    folded,
    known_as,
    terms_of,
    words_of,
)
from watchword.features.customers.rules import BadField, Profile, read_profile

TODAY = date(2030, 1, 1)
NAMES = st.text(
    st.sampled_from("aeouäöüßAEOUÄÖÜ MmlrüéçñøłŁ\u0130\u0131-'\u2019.\u0301\u0308אבд"), max_size=12
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "Mueller"),
        ("Müller", "MULLER"),
        ("Mu\u0308ller", "Müller"),
        ("Groß", "GROSS"),
        ("Çelik", "celik"),
        ("Łukasz", "Lukasz"),
        ("Sørensen", "Soerensen"),
        ("O\u2019Neill", "oneill"),
        ("O'Neill", "ONeill"),
        ("İnci", "inci"),
        ("Jürgen\u00a0", "juergen"),
        ("\uff2düller", "Müller"),
    ],
)
def test_a_name_is_known_again(one: str, other: str) -> None:
    assert folded(one) == folded(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Meier", "Maier"), ("Ott", "Otto"), ("Li", "Le")])
def test_names_that_are_others_stay_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_a_double_name_has_two_words_in_any_order() -> None:
    assert words_of("Müller-Lüdenscheidt") == ["muller", "ludenscheidt"]
    assert known_as(Profile("Anna", "Müller-Lüdenscheidt")) == known_as(
        Profile("ANNA", "Luedenscheidt Mueller")
    )


def test_a_title_is_no_part_of_a_name_unless_there_is_nothing_else() -> None:
    assert words_of("Prof. Dr. Klöbner") == ["klobner"]
    assert words_of("Frau") == ["frau"]


def test_a_word_is_found_whole_and_by_three_and_five_letters() -> None:
    words = {(term.kind, term.word) for term in terms_of(Profile("Jo", "Schneider"))}

    assert words == {
        (TermKind.WORD, "jo"),
        (TermKind.WORD, "schneider"),
        (TermKind.SHORT, "sch"),
        (TermKind.LONG, "schne"),
        (TermKind.PAIR, "jo schneider"),
        (TermKind.SHORT_PAIR, "jo sch"),
    }


def test_a_word_of_three_or_five_letters_is_not_kept_twice() -> None:
    words = {(term.kind, term.word) for term in terms_of(Profile("Uwe", "Meyer"))}

    assert words == {
        (TermKind.SHORT, "uwe"),
        (TermKind.SHORT, "mey"),
        (TermKind.LONG, "meyer"),
        (TermKind.PAIR, "meyer uwe"),
        (TermKind.SHORT_PAIR, "mey uwe"),
    }


def test_a_term_does_not_print() -> None:
    assert "otto" not in repr(terms_of(Profile("Otto", "Otto"))).lower()


@given(NAMES, st.integers(0, 12))
def test_the_beginning_of_a_name_is_known_as_the_beginning_of_what_the_name_is_known_as(
    name: str, letters: int
) -> None:
    assert folded(name).startswith(folded(name[:letters]))


@given(NAMES)
def test_what_is_known_of_a_name_is_known_of_it_again(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert folded(name.upper()) == folded(name.lower())


@given(NAMES, NAMES)
def test_no_name_has_more_terms_than_a_page_has_room_for(one: str, other: str) -> None:
    assert len(terms_of(Profile(one, other))) <= 8 * 3 + 28 * 2


class TestAProfile:
    def test_is_written_as_on_paper(self) -> None:
        read = read_profile(" Anna\u200b  Maria ", "Mu\u0308ller\u202e", None, TODAY)

        assert read == Profile("Anna Maria", "Müller")

    def test_may_have_one_name_alone(self) -> None:
        assert read_profile("", "Suharto", None, TODAY) == Profile("", "Suharto")

    def test_keeps_what_joins_letters(self) -> None:
        name = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"

        assert read_profile("", name, None, TODAY) == Profile("", name)

    @pytest.mark.parametrize(
        ("given", "family", "born", "field"),
        [
            ("Anna", " ", None, "family_name"),
            ("Anna", "M\x00", None, "family_name"),
            ("A" * 81, "Müller", None, "given_name"),
            ("Anna", "=-/", None, "family_name"),
            ("Anna", "Müller", date(2030, 1, 2), "birth_date"),
            ("Anna", "Müller", date(1889, 12, 31), "birth_date"),
        ],
    )
    def test_that_is_none_is_refused_by_the_field(
        self, given: str, family: str, born: date | None, field: str
    ) -> None:
        read = read_profile(given, family, born, TODAY)

        assert isinstance(read, BadField)
        assert read.field == field

    def test_does_not_print(self) -> None:
        assert "Anna" not in repr(Profile("Anna", "Müller"))
