"""What a file of a list is: a table whose headings say by what its rows name customers.

A row may name somebody in several ways; the first that leads to anybody counts. A row that names
nobody costs that row alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, TypeAlias
from uuid import UUID

from watchword.features.cards.numbers import read_number
from watchword.features.contacts.rules import Contact, ContactKind, read_email, read_phone
from watchword.features.imports.columns import Column, guess
from watchword.features.imports.reading import Record
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret

BYTES_AT_MOST = 10 * 1024 * 1024
ROWS_AT_MOST = 100_000
ID_HEADINGS = frozenset({"customer_id", "id", "customerid", "uuid"})
AROUND = " \t\n\u00a0'"


class Way(StrEnum):
    """By what a file may name customers, the surest first."""

    ID = "customer_id"
    CARD = "card_number"
    EMAIL = "email"
    PHONE = "phone"


WAYS: Mapping[Column, Way] = {
    Column.CARD_NUMBER: Way.CARD,
    Column.EMAIL: Way.EMAIL,
    Column.PHONE: Way.PHONE,
    Column.MOBILE: Way.PHONE,
}
IN_ORDER = tuple(Way)


@dataclass(frozen=True, slots=True)
class NoColumn:
    """No heading says by what the rows name customers."""

    word: ClassVar = "no_column"


@dataclass(frozen=True, slots=True)
class NoList:
    """There is nothing in the file that could be a table."""

    word: ClassVar = "no_table"


@dataclass(frozen=True, slots=True)
class ListTooLong:
    word: ClassVar = "too_long"

    at_most: int = ROWS_AT_MOST


Unlisted: TypeAlias = NoColumn | NoList | ListTooLong


@dataclass(frozen=True, slots=True)
class Named:
    """A row, as far as it names somebody. Without any of these, nothing of it could be read."""

    id: str | None = None
    card: Secret | None = None
    contacts: Sequence[Contact] = field(default=(), repr=False)

    @property
    def is_empty(self) -> bool:
        return self.id is None and self.card is None and not self.contacts

    def reached_by(self, kind: ContactKind) -> Sequence[Contact]:
        return [each for each in self.contacts if each.kind is kind]


@dataclass(frozen=True, slots=True)
class Layout:
    """In which place of a row stands what. There may be two telephones."""

    places: Sequence[tuple[Way, int]]


def read_headings(headings: Sequence[str]) -> Layout | NoColumn:
    """Say by what rows name customers."""
    guessed = guess(headings).columns
    places = [
        (way, place)
        for place, (heading, column) in enumerate(zip(headings, guessed, strict=True))
        if (way := _way_of(heading, column)) is not None
    ]
    if not places:
        return NoColumn()
    return Layout(sorted(places, key=lambda each: IN_ORDER.index(each[0])))


def _way_of(heading: str, column: Column | None) -> Way | None:
    if heading.strip().casefold().replace(" ", "_") in ID_HEADINGS:
        return Way.ID
    return None if column is None else WAYS.get(column)


def read_row(record: Record, layout: Layout, country: str) -> Named:
    """Read by what a row names somebody."""
    if record.flaw is not None:
        return Named()
    id, card, contacts = None, None, list[Contact]()
    for way, place in layout.places:
        said = record.cells[place].strip(AROUND) if place < len(record.cells) else ""
        if not said:
            continue
        match way:
            case Way.ID:
                id = id or _read_id(said)
            case Way.CARD:
                number = read_number(said)
                card = number if isinstance(number, Secret) else card
            case Way.EMAIL | Way.PHONE:
                is_mail = way is Way.EMAIL
                contact = read_email(said) if is_mail else read_phone(said, country)
                contacts += [contact] if isinstance(contact, Contact) else []
    return Named(id, card, contacts)


def _read_id(said: str) -> str | None:
    try:
        return str(Id(str(UUID(said))))
    except ValueError:
        return None
