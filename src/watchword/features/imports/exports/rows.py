"""How a customer and what they hold become a row: with the columns by which it can come back."""

from collections.abc import Iterator, Sequence

from watchword.features.cards.rules import CardState
from watchword.features.contacts.post import Place, place_of
from watchword.features.contacts.rules import Contact, ContactKind, PhoneLine
from watchword.features.customers.rules import Customer
from watchword.features.imports.columns import Column
from watchword.features.imports.exports.rules import PLAIN, WRITTEN, Held, Spoken

NOWHERE = Place("", "", "", "", "")


def cells_of(
    customer: Customer, number: str, held: Held, card_number: str, words: Spoken = PLAIN
) -> Sequence[str]:
    profile, place = customer.profile, _place(customer)
    mobile, phone = _phones(customer)
    is_verified = held.state is CardState.VERIFIED
    said = {
        Column.CUSTOMER_NUMBER: number,
        Column.GIVEN_NAME: profile.given_name,
        Column.FAMILY_NAME: profile.family_name,
        Column.BIRTH_DATE: profile.birth_date.isoformat() if profile.birth_date else "",
        Column.EMAIL: next(_addresses(customer, ContactKind.EMAIL), ""),
        Column.PHONE: phone,
        Column.MOBILE: mobile,
        Column.STREET: place.street,
        Column.POSTAL_CODE: place.postal_code,
        Column.CITY: place.city,
        Column.COUNTRY: place.country,
        Column.CARD_NUMBER: card_number,
        Column.VERIFIED: (words.yes if is_verified else words.no) if card_number else "",
        Column.VERIFIED_HOW: held.method or "" if is_verified else "",
        Column.VERIFIED_AT: _day(held) if is_verified else "",
        Column.POINTS: str(held.points),
        Column.TURNOVER: _sum(held.turnover),
        Column.BONUS: _sum(held.bonus),
        Column.LOCALE: customer.locale,
    }
    return [said[column] for column in WRITTEN]


def _place(customer: Customer) -> Place:
    address = next(_addresses(customer, ContactKind.POST), None)
    return (None if address is None else place_of(address)) or NOWHERE


def _phones(customer: Customer) -> tuple[str, str]:
    """Give a mobile number and another one, as far as there are."""
    numbers = [each.contact for each in customer.contacts if each.kind is ContactKind.PHONE]
    mobiles = [number for number in numbers if number.line is PhoneLine.MOBILE]
    others = [number for number in numbers if number not in mobiles] + mobiles[1:]
    return _first(mobiles), _first(others)


def _first(contacts: Sequence[Contact]) -> str:
    return contacts[0].address.reveal() if contacts else ""


def _addresses(customer: Customer, kind: ContactKind) -> Iterator[str]:
    return (each.contact.address.reveal() for each in customer.contacts if each.kind is kind)


def _sum(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _day(held: Held) -> str:
    return "" if held.verified_at is None else held.verified_at.date().isoformat()
