"""Postal addresses: read strictly, known again however they were typed, and shown masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.contacts.post import (
    COUNTRIES,
    Place,
    in_one_line,
    place_of,
    read_line,
    read_post,
    reread,
)
from watchword.features.contacts.rules import Contact, ContactKind, Unreachable

HOME = Place("Ann Example", "Hauptstraße 1", "10115", "Berlin", "DE")
words = some.text(min_size=1, max_size=40)
places = some.builds(
    Place, words, words, some.text(max_size=12), words, some.sampled_from(sorted(COUNTRIES))
)


def read(
    name: str = HOME.name,
    street: str = HOME.street,
    postal_code: str = HOME.postal_code,
    city: str = HOME.city,
    country: str = HOME.country,
) -> Contact:
    contact = read_post(Place(name, street, postal_code, city, country))
    assert isinstance(contact, Contact), contact
    return contact


class TestAnAddress:
    def test_is_written_on_the_envelope_as_it_was_typed(self) -> None:
        contact = read()

        assert contact.kind is ContactKind.POST
        assert contact.address.reveal() == "Ann Example\nHauptstraße 1\n10115\nBerlin\nDE"
        assert in_one_line(contact.address.reveal()) == (
            "Ann Example, Hauptstraße 1, 10115 Berlin, DE"
        )
        assert contact.country == "DE"
        assert (contact.line, contact.prefix, contact.dial_code) == (None, None, None)

    @pytest.mark.parametrize(
        "other",
        [
            Place("ANN EXAMPLE", "hauptstrasse 1", "10115", "berlin", "DE"),
            Place("  Ann   Example ", "Hauptstraße  1", "10115 ", "Berlin", "DE"),
            Place("\uff21nn Example", "Hauptstra\u00dfe 1", "10115", "Berlin", "DE"),
        ],
    )
    def test_is_known_again_however_it_was_typed(self, other: Place) -> None:
        again = read_post(other)

        assert isinstance(again, Contact)
        assert again.canonical.reveal() == read().canonical.reveal()

    def test_is_another_one_if_any_line_is(self) -> None:
        others = [
            read(name="Bob Example"),
            read(street="Hauptstraße 2"),
            read(postal_code="10117"),
            read(city="Bonn"),
            read(country="AT"),
            read(name="Ann Example Hauptstraße 1", street="10115"),
        ]

        assert len({each.canonical.reveal() for each in (read(), *others)}) == len(others) + 1

    @pytest.mark.parametrize(
        ("contact", "masked"),
        [
            (read(), "A••• · 10••• Berlin"),
            (read(postal_code=""), "A••• · Berlin"),
            (read(postal_code="101"), "A••• · 1••• Berlin"),
            (read(postal_code="1"), "A••• · ••• Berlin"),
            (read(name="ann example", city="BERLIN"), "A••• · 10••• Berlin"),
            (read(city="FRANKFURT AM MAIN"), "A••• · 10••• Frankfurt am Main"),
            (read(city="gießen"), "A••• · 10••• Giessen"),
            (read(postal_code="sw1a 1aa", city="london"), "A••• · SW••• London"),
        ],
    )
    def test_is_shown_masked(self, contact: Contact, masked: str) -> None:
        assert contact.masked == masked

    def test_does_not_show_itself(self) -> None:
        for shown in (repr(HOME), repr(read())):
            assert "Hauptstraße" not in shown
            assert "Ann" not in shown

    @given(places)
    def test_once_read_stays_the_same(self, place: Place) -> None:
        contact = read_post(place)
        if isinstance(contact, Unreachable):
            return

        again = reread(ContactKind.POST, contact.address.reveal())

        assert again.address.reveal() == contact.address.reveal()
        assert again.canonical.reveal() == contact.canonical.reveal()
        assert again.masked == contact.masked
        assert len(contact.address.reveal().split("\n")) == 5
        assert contact.address.reveal().replace("\n", "").isprintable()

    @given(places)
    def test_that_is_refused_is_not_quoted(self, place: Place) -> None:
        outcome = read_post(place)

        if isinstance(outcome, Unreachable):
            assert outcome.because.startswith(("The ", "A "))
            assert len(outcome.because) < 80

    @pytest.mark.parametrize("line", ["", "Ann", "a\nb\nc", "\n" * 6])
    def test_that_is_none_any_more_stays_what_it_was(self, line: str) -> None:
        assert reread(ContactKind.POST, line).address.reveal() == line
        assert place_of("a\nb\nc") is None

    def test_leaves_numbers_and_mailboxes_to_others(self) -> None:
        assert reread(ContactKind.PHONE, "+491701234567").masked == "+49•••••4567"
        assert reread(ContactKind.EMAIL, "ann@example.org").masked == "a•••@example.org"


class TestOneLine:
    @pytest.mark.parametrize(
        ("line", "place"),
        [
            ("Ann Example, Hauptstraße 1, 10115 Berlin, DE", HOME),
            ("Ann, Weg 2, 80331 Bad Tölz, DE", Place("Ann", "Weg 2", "80331", "Bad Tölz", "DE")),
            (
                "Ann, Flat 4, 12 High St, SW1A 1AA London, GB",
                Place("Ann", "Flat 4, 12 High St", "SW1A 1AA", "London", "GB"),
            ),
            (
                "Ann, 1 Queen's Rd, Hong Kong, HK",
                Place("Ann", "1 Queen's Rd", "", "Hong Kong", "HK"),
            ),
        ],
    )
    def test_is_read_as_it_is_written(self, line: str, place: Place) -> None:
        contact, meant = read_line(line), read_post(place)

        assert isinstance(contact, Contact)
        assert isinstance(meant, Contact)
        assert contact.address.reveal() == meant.address.reveal()
        assert in_one_line(contact.address.reveal()) == line

    @given(some.text(max_size=60))
    def test_of_anything_is_an_address_or_is_none(self, line: str) -> None:
        assert isinstance(read_line(line), Contact | Unreachable)


def test_there_are_as_many_countries_as_in_the_standard() -> None:
    assert len(COUNTRIES) == 249
