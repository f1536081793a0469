"""What an organisation may be called."""

import pytest

from watchword.features.organisations.rules import NAME_AT_MOST, Unacceptable, find_fault

LOCALES = ("de", "en")
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
    ("name", "strange"),
    [("Łódź Bank", "Ł (U+0141)"), ("Banque Française", "ç (U+00E7)"), ("Bank 🏦", "U+1F3E6")],
)
def test_a_name_that_would_make_several_text_messages_of_one_may_not_be(
    name: str, strange: str
) -> None:
    fault = find_fault(GOOD[0], name, *GOOD[2:])

    assert fault is not None
    assert strange in fault.because


@pytest.mark.parametrize("country", ["", "D", "de", "DEU", "D1", "DE\n", "\uff24\uff25"])
def test_a_country_may_not_be(country: str) -> None:
    assert find_fault(*GOOD[:2], country, *GOOD[3:]) == Unacceptable(
        "The country is two capital letters of ISO 3166-1: DE, US."
    )


@pytest.mark.parametrize("locale", ["", "tlh", "DE", "de-AT"])
def test_a_language_that_there_are_no_words_in_may_not_be(locale: str) -> None:
    assert find_fault(*GOOD[:3], locale, LOCALES) == Unacceptable("There are words in: de, en.")
