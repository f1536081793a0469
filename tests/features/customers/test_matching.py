"""How much two people are alike."""

from datetime import date

import pytest

from tests.features.customers.people import ANNA, BORN, Shop, customer, email, phone, post
from watchword.features.customers.matching import Likeness, Trait, compare, likeness
from watchword.features.customers.rules import Customer, Profile


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("Anna", "Müller"), ("ANNA", "Mueller"), Likeness.SAME),
        (("Anna", "Müller"), ("Müller", "Anna"), Likeness.SAME),
        (("Anna", "Müller-Groß"), ("Anna", "Gross Müller"), Likeness.SAME),
        (("Anna", "Müller"), ("Anna", "Müller-Lüdenscheidt"), Likeness.NEAR),
        (("Anna Maria", "Müller"), ("Anna", "Müller"), Likeness.NEAR),
        (("A.", "Müller"), ("Anna", "Müller"), Likeness.NEAR),
        (("Otto", "Müller"), ("Anna", "Müller"), Likeness.DIFFERENT),
        (("Anna", "Müller"), ("Anna", "Schmidt"), Likeness.DIFFERENT),
        (("", "Müller"), ("Anna", "Müller"), Likeness.DIFFERENT),
    ],
)
def test_names_are_alike(one: tuple[str, str], other: tuple[str, str], alike: Likeness) -> None:
    assert likeness(Profile(*one), Profile(*other)) is alike
    assert likeness(Profile(*other), Profile(*one)) is alike


@pytest.mark.parametrize("street", ["Gartenstr. 5", "GARTENSTRASSE 5", "Garten Straße 5"])
def test_an_address_is_known_again_whoever_lives_there(street: str) -> None:
    match = compare(ANNA, [post(street, name="A. Müller")], customer(ANNA, post()))

    assert match.address


@pytest.mark.parametrize(("street", "code"), [("Gartenstraße 7", "80331"), ("Gartenstr. 5", "1")])
def test_another_house_is_another_address(street: str, code: str) -> None:
    assert not compare(ANNA, [post(street, code=code)], customer(ANNA, post())).address


def test_a_match_says_what_agrees() -> None:
    found = compare(ANNA, [phone(), email("b@example.org")], customer(ANNA, phone(), email()))

    assert found.traits == [Trait.NAME, Trait.BIRTH_DATE, Trait.CONTACT]
    assert found.is_strong


@pytest.mark.parametrize(
    "other",
    [
        customer(Profile("Anna", "Müller"), phone()),
        customer(Profile("Anna", "Müller-Groß", BORN), phone()),
        customer(Profile("Anna", "Müller", date(1980, 5, 18)), phone()),
        customer(ANNA),
    ],
    ids=["no date of birth", "a longer name", "another date of birth", "no contact point"],
)
def test_a_weak_match_is_for_staff(other: Customer) -> None:
    found = compare(ANNA, [phone()], other)

    assert found.is_likely
    assert not found.is_strong


@pytest.mark.parametrize(
    "other",
    [
        customer(Profile("Otto", "Müller"), phone()),
        customer(Profile("Anna", "Müller")),
        customer(Profile("Eva", "Müller", date(1980, 5, 18)), phone()),
        customer(Profile("Anna", "Müller", date(1955, 5, 17)), post()),
    ],
    ids=["a relative with one telephone", "a namesake", "a twin", "mother and daughter"],
)
def test_what_is_no_match_is_nobodys_business(other: Customer) -> None:
    assert not compare(ANNA, [phone(), post()], other).is_likely


async def test_of_many_namesakes_those_of_whom_most_agrees_come_first(shop: Shop) -> None:
    await shop.add("Anna", "Müller")
    weak = await shop.add("Anna", "Müller", phone())
    strong = await shop.add("Mueller", "ANNA", phone(), born=BORN)
    await shop.add("Otto", "Müller", phone())

    async with shop.storage.reading(shop.organisation.id) as transaction:
        found = await shop.customers.matching(
            transaction, shop.organisation.id, ANNA, [phone("+49 1701234567")]
        )

    assert [each.customer.id for each in found] == [strong.id, weak.id]
