"""How customers are found, though nothing about them can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.customers.people import Shop, email, phone
from watchword.features.customers.names import SHORT, terms_of, words_of
from watchword.features.customers.rules import Profile
from watchword.features.customers.search.rules import ByName, TooShort, read_question
from watchword.features.customers.search.service import SCANNED_AT_MOST


@pytest.mark.parametrize(
    "typed",
    [
        *("Müller", "MUELLER", "mul", "Mül", "Mülle", "Lüdenscheidt", "lüd", "luedens"),
        *("Anna", "Ann", "Anna Müller", "müller anna", "ann mül", "Müller-Lüdenscheidt"),
        *("A Müller", "Anna Lüdenscheidt", "Dr. Anna Müller", "Müller, Anna"),
        *("0170 1234567", "+49 (170) 123-4567", "ANNA@example.org"),
    ],
)
async def test_a_customer_is_found_by(shop: Shop, typed: str) -> None:
    await shop.add("Anna", "Müller-Lüdenscheidt", phone(), email())
    await shop.add("Otto", "Kloebner")

    assert await shop.names(typed) == ["Anna Müller-Lüdenscheidt"]


@pytest.mark.parametrize(
    "typed", ["Otto", "Anna Otto", "Mulder", "0170 1234568", "anne@example.org", "nna", "12345678"]
)
async def test_a_customer_is_not_found_by(shop: Shop, typed: str) -> None:
    await shop.add("Anna", "Müller", phone(), email())

    assert await shop.names(typed) == []


@given(one=some.text("aeimnorstuß", min_size=1, max_size=9), other=some.text("abel -ü"))
def test_by_any_word_and_any_beginning_of_it_somebody_stands_in_one_step(
    one: str, other: str
) -> None:
    profile = Profile(other, one)
    for word in {*words_of(one), *words_of(other)}:
        for letters in {*range(SHORT, len(word)), len(word)}:
            question = read_question(word[:letters], "DE")
            assert isinstance(question, ByName)
            steps = [n for n, term in enumerate(question.terms) if term in terms_of(profile)]
            assert question.has(steps[0], profile)


@pytest.mark.parametrize("typed", ["", " ", "-", "'", "."])
async def test_nothing_is_too_little_to_look_for(shop: Shop, typed: str) -> None:
    found = await shop.customers.search(shop.organisation.id, typed)

    assert found == TooShort()


async def test_an_id_is_found(shop: Shop) -> None:
    anna = await shop.add("Anna", "Müller")

    assert await shop.names(str(anna.id).upper()) == ["Anna Müller"]


async def test_whole_words_come_first_and_nobody_comes_twice(shop: Shop) -> None:
    for family in ("Schneiders", "Schneider", "Schneiderhan", "Schnell"):
        await shop.add("Eva", family)

    names = await shop.names("Schneider", most=1)

    assert names[0] == "Eva Schneider"
    assert sorted(names) == ["Eva Schneider", "Eva Schneiderhan", "Eva Schneiders"]


async def test_two_words_find_whoever_begins_so_page_by_page(shop: Shop) -> None:
    for name in ("Anna", "Annabelle", "Annika", "Otto"):
        await shop.add(name, "Schmidt")

    names = await shop.names("Anna Schmidt", most=1)

    assert names == ["Anna Schmidt", "Annabelle Schmidt"]


async def test_all_of_a_family_are_found_by_their_telephone_page_by_page(shop: Shop) -> None:
    for name in ("Anna", "Eva", "Otto"):
        await shop.add(name, "Schmidt", phone())

    assert sorted(await shop.names("0170 1234567", most=1)) == [
        "Anna Schmidt",
        "Eva Schmidt",
        "Otto Schmidt",
    ]


async def test_a_search_looks_at_so_many_and_then_goes_on(shop: Shop) -> None:
    for number in range(SCANNED_AT_MOST + 10):
        await shop.add("Eva", f"Schm{'abcdefghij'[number % 10]}")
    await shop.add("Eva", "Schmxyz")

    assert await shop.names("Schmx") == ["Eva Schmxyz"]
    assert await shop.names("Schx") == []
