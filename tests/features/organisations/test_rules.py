"""What an organisation may be called."""

# ruff: noqa: RUF001 - letters that look like others are what this is about

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from watchword.features.organisations.rules import (
    NAME_AT_MOST,
    Unacceptable,
    find_fault,
    find_fault_of_name,
)
from watchword.foundation.gsm import septets, transliterate

LOCALES = ("de", "en")
LETTERS = some.characters(categories=("L", "N", "P", "S"))
GOOD = ("sonnenhof", "Sonnenhof", "DE", "de", LOCALES)


@pytest.mark.parametrize("slug", ["a", "7", "sonnenhof", "bank-24", "a" * 40])
def test_a_short_name_may_be(slug: str) -> None:
    assert find_fault(slug, *GOOD[1:]) is None


@pytest.mark.parametrize(
    "slug",
    ["", "A", "-a", "a-", "a b", "a_b", "ä", "a/b", "a" * 41, "a\n", "٣", "..", "a.b"],
)
def test_a_short_name_may_not_be(slug: str) -> None:
    assert find_fault(slug, *GOOD[1:]) is not None


@pytest.mark.parametrize("name", ["S", "Bank für Alle", "x" * NAME_AT_MOST, "{code}", "A & B"])
def test_a_name_may_be(name: str) -> None:
    assert find_fault(GOOD[0], name, *GOOD[2:]) is None


@pytest.mark.parametrize(
    "name", ["", " ", "x" * (NAME_AT_MOST + 1), "a\nb", "a\r\nBcc: b", "a\0", "a\u202eb", "a\tb"]
)
def test_a_name_may_not_be(name: str) -> None:
    assert find_fault(GOOD[0], name, *GOOD[2:]) is not None


@pytest.mark.parametrize(
    "name",
    ["Łódź Bank", "Banque Française", "Türkiye İş Bankası", "Bank 🏦", "Сбербанк", "北京银行"],
)
def test_a_name_may_be_that_a_text_message_writes_otherwise(name: str) -> None:
    assert find_fault_of_name(name) is None


@pytest.mark.parametrize("name", ["🏦", "🏦🏦 🏦", "\u0301", "—", "!?"])
def test_a_name_may_not_be_that_a_text_message_leaves_nothing_of(name: str) -> None:
    fault = find_fault_of_name(name)

    assert fault is not None
    assert "can write nothing of the name" in fault.because


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("x" * 29 + "€", "31 septets"),
        ("Щ" * 8, "32 septets"),
    ],
)
def test_a_name_may_not_be_that_is_too_long_in_a_text_message(name: str, count: str) -> None:
    fault = find_fault_of_name(name)

    assert fault is not None
    assert count in fault.because
    assert fault == find_fault(GOOD[0], name, *GOOD[2:])


@given(some.text(LETTERS, min_size=1, max_size=12))
def test_a_name_that_may_be_is_readable_and_short_in_a_text_message(name: str) -> None:
    assume(find_fault_of_name(name) is None)

    assert 0 < septets(transliterate(name)) <= NAME_AT_MOST
    assert any(map(str.isalnum, transliterate(name)))


@pytest.mark.parametrize("country", ["", "D", "de", "DEU", "D1", "DE\n", "\uff24\uff25"])
def test_a_country_may_not_be(country: str) -> None:
    assert find_fault(*GOOD[:2], country, *GOOD[3:]) == Unacceptable(
        "The country is two capital letters of ISO 3166-1: DE, US."
    )


@pytest.mark.parametrize("locale", ["", "tlh", "DE", "de-AT"])
def test_a_language_that_there_are_no_words_in_may_not_be(locale: str) -> None:
    assert find_fault(*GOOD[:3], locale, LOCALES) == Unacceptable("There are words in: de, en.")
