"""What a row of a file says: somebody with contact points, an account and a card; or what is wrong.

Everything that is wrong with a row is said at once, so that it is mended once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeAlias

from msgspec import Struct

from watchword.features.cards.means import Means
from watchword.features.cards.numbers import read_number
from watchword.features.contacts.post import COUNTRIES, Place, read_post
from watchword.features.contacts.rules import Contact, Reading, read_email, read_phone
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.names import known_as
from watchword.features.customers.rules import (
    BadField,
    NewCustomer,
    Origin,
    Profile,
    read_profile,
    tidy,
)
from watchword.features.imports.agreements import Agreement, read_agreements
from watchword.features.imports.amounts import (
    NO,
    YES,
    has_two_readings,
    is_no_date,
    read_date,
    read_points,
    read_sum,
)
from watchword.features.imports.columns import Column, Plan
from watchword.features.imports.faults import Fault, Why
from watchword.features.imports.reading import Record
from watchword.features.imports.rules import CELL_AT_MOST
from watchword.features.ledger.spreadsheets import APOSTROPHE, STARTS
from watchword.foundation.secret import Secret

NUMBER_AT_MOST = 40
AS_TEXT = re.compile(r'="([^"]*)"')
"""So spreadsheets are told to keep the zeros before a number."""
AROUND = " \t\n\u00a0"
IS_VERIFIED = YES.union(("verifiziert", "verified"))
IS_NOT_VERIFIED = NO.union(("unverifiziert", "unverified"))
HOW: Mapping[str, Means] = {
    **{means.value: means for means in Means},
    "brief": Means.LETTER,
    "post": Means.LETTER,
    "e-mail": Means.EMAIL,
    "mail": Means.EMAIL,
    "filiale": Means.IN_STORE,
    "laden": Means.IN_STORE,
    "im laden": Means.IN_STORE,
    "markt": Means.IN_STORE,
    "store": Means.IN_STORE,
    "in store": Means.IN_STORE,
    "telefon": Means.PHONE,
    "telephone": Means.PHONE,
    "anders": Means.OTHER,
    "sonstige": Means.OTHER,
}
PARTS_OF_ADDRESS = (Column.STREET, Column.CITY, Column.POSTAL_CODE)
LANGUAGES = {"deutsch": "de", "german": "de", "ger": "de", "englisch": "en", "english": "en"}
NAMES_OF_COUNTRIES = {
    "deutschland": "DE",
    "germany": "DE",
    "d": "DE",
    "deu": "DE",
    "österreich": "AT",
    "austria": "AT",
    "a": "AT",
    "schweiz": "CH",
    "switzerland": "CH",
    "frankreich": "FR",
    "france": "FR",
    "f": "FR",
    "niederlande": "NL",
    "netherlands": "NL",
    "polen": "PL",
    "poland": "PL",
    "luxemburg": "LU",
    "luxembourg": "LU",
    "usa": "US",
    "united states": "US",
}


class Shown(Struct, frozen=True):
    """That a card was verified before, as the file says it. It does not say more than that."""

    means: Means
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that can be kept. `known_by` is the same whenever the row comes again."""

    line: int
    new: NewCustomer
    customer_number: Secret | None = None
    card_number: Secret | None = None
    shown: Shown | None = None
    agreed: Sequence[Agreement] | None = None
    """Nothing, if the file does not say of anybody that they agreed."""
    known_by: str = field(repr=False)
    cells: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that is not kept, as it stands in the file."""

    line: int
    cells: Sequence[str] = field(repr=False)
    faults: Sequence[Fault]


Judged: TypeAlias = Row | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What rows do not say: where telephone numbers belong, which languages there are, and when."""

    country: str
    locales: Sequence[str]
    day: date
    moment: datetime


def judge(record: Record, plan: Plan, house: House) -> Judged | None:
    """Read a row; nothing, if nothing stands in it."""
    if record.flaw is not None:
        return Refusal(line=record.line, cells=record.cells, faults=[Fault(Why(record.flaw))])
    if not any(record.cells):
        return None
    if len(record.cells) > len(plan.columns) and any(record.cells[len(plan.columns) :]):
        fault = Fault(Why.TOO_MANY_CELLS)
        return Refusal(line=record.line, cells=record.cells, faults=[fault])
    if any(plan.columns[len(record.cells) :]):
        # It was cut off: what is missing may be anything.
        fault = Fault(Why.TOO_FEW_CELLS)
        return Refusal(line=record.line, cells=record.cells, faults=[fault])
    return _Reading(record, plan, house).judged()


class _Reading:
    """One row while it is read; what is wrong with it gathers."""

    def __init__(self, record: Record, plan: Plan, house: House) -> None:
        self._record = record
        self._plan = plan
        self._columns = frozenset(plan.columns)
        self._house = house
        self._said = said = dict[Column, str]()
        self._faults = faults = list[Fault]()
        for column, cell in zip(plan.columns, record.cells, strict=False):
            if column is None or not cell:
                continue
            said[column] = plain(cell)
            if len(cell) > CELL_AT_MOST:
                faults.append(Fault(Why.TOO_LONG, column))

    def judged(self) -> Judged:
        record = self._record
        if self._faults:
            return Refusal(line=record.line, cells=record.cells, faults=self._faults)
        profile = self._profile()
        contacts = [*self._contacts(profile)]
        number, card = self._customer_number(), self._card_number()
        account, shown, locale = self._account(), self._shown(), self._locale()
        agreed = self._agreed(contacts) if self._plan.says_agreed else None
        known_by = known(profile, contacts, number, card)
        if known_by is None and not self._faults:
            self._faults.append(Fault(Why.NOTHING_TO_KNOW_BY))
        if self._faults or known_by is None:
            return Refusal(line=record.line, cells=record.cells, faults=self._faults)
        new = NewCustomer(
            profile=profile,
            contacts=contacts,
            origin=Origin.IMPORT,
            locale=locale,
            account=account,
        )
        return Row(
            line=record.line,
            new=new,
            customer_number=number,
            card_number=card,
            shown=shown,
            agreed=agreed,
            known_by=known_by,
            cells=record.cells,
        )

    def _profile(self) -> Profile:
        said = self._said
        given, family = said.get(Column.GIVEN_NAME, ""), said.get(Column.FAMILY_NAME, "")
        typed = said.get(Column.BIRTH_DATE, "")
        born = read_date(typed) if typed else None
        if typed and born is None and not is_no_date(typed):
            self._note(_why_no_date(typed), Column.BIRTH_DATE)
        read = read_profile(given, family, born, self._house.day)
        if not isinstance(read, BadField):
            return read
        column = Column(read.field)
        if column is Column.BIRTH_DATE:
            self._note(Why.NOT_BORN, column)
        else:
            self._note(Why.BAD_NAME if tidy(family) else Why.NO_NAME, column)
        return Profile(given, family)

    def _contacts(self, profile: Profile) -> Iterator[Contact]:
        said, country = self._said, self._country()
        seen = set[str]()
        for column in (Column.EMAIL, Column.MOBILE, Column.PHONE):
            typed = said.get(column)
            if not typed:
                continue
            read: Reading
            if column is Column.EMAIL:
                read, why = read_email(typed), Why.BAD_EMAIL
            else:
                read, why = read_phone(typed, country), Why.BAD_PHONE
            if not isinstance(read, Contact):
                self._note(why, column)
            elif read.canonical.reveal() not in seen:
                seen.add(read.canonical.reveal())
                yield read
        street, city = said.get(Column.STREET, ""), said.get(Column.CITY, "")
        code = said.get(Column.POSTAL_CODE, "")
        if street or city or code:
            read = read_post(Place(profile.name[:80], street, code, city, country))
            if isinstance(read, Contact):
                yield read
            elif profile.name:
                self._note_address()

    def _note_address(self) -> None:
        """Say what is wrong with an address, at a column that the file has."""
        asked = Column.CITY if self._said.get(Column.STREET) else Column.STREET
        there = (each for each in (asked, *PARTS_OF_ADDRESS) if each in self._columns)
        is_half = not (self._said.get(Column.STREET) and self._said.get(Column.CITY))
        self._note(Why.HALF_ADDRESS if is_half else Why.BAD_ADDRESS, next(there))

    def _country(self) -> str:
        typed = self._said.get(Column.COUNTRY)
        if not typed:
            return self._house.country
        country = NAMES_OF_COUNTRIES.get(typed.casefold(), typed.upper())
        if country not in COUNTRIES:
            self._note(Why.BAD_COUNTRY, Column.COUNTRY)
            return self._house.country
        return country

    def _customer_number(self) -> Secret | None:
        typed = self._said.get(Column.CUSTOMER_NUMBER)
        if not typed:
            return None
        if len(typed) > NUMBER_AT_MOST or not typed.isprintable():
            self._note(Why.BAD_CUSTOMER_NUMBER, Column.CUSTOMER_NUMBER)
        return Secret(typed)

    def _card_number(self) -> Secret | None:
        typed = self._said.get(Column.CARD_NUMBER)
        if not typed:
            return None
        read = read_number(typed)
        if isinstance(read, Secret):
            return read
        self._note(Why.BAD_CARD_NUMBER, Column.CARD_NUMBER)
        return None

    def _account(self) -> NewAccount:
        said = self._said
        points = read_points(said.get(Column.POINTS) or "0")
        sums = dict[Column, int | None]()
        for column in (Column.TURNOVER, Column.BONUS):
            sums[column] = read_sum(said.get(column) or "0")
            if sums[column] is None:
                self._note(Why.BAD_SUM, column)
        if points is None:
            self._note(Why.BAD_POINTS, Column.POINTS)
        return NewAccount(
            points=points or 0,
            turnover=sums[Column.TURNOVER] or 0,
            bonus=sums[Column.BONUS] or 0,
        )

    def _shown(self) -> Shown | None:
        said = self._said
        word = said.get(Column.VERIFIED, "").casefold()
        if word not in IS_VERIFIED:
            if word not in IS_NOT_VERIFIED:
                self._note(Why.BAD_VERIFIED, Column.VERIFIED)
            return None
        if not said.get(Column.CARD_NUMBER):
            self._note(Why.NO_CARD_TO_VERIFY, Column.VERIFIED)
        how, typed = said.get(Column.VERIFIED_HOW), said.get(Column.VERIFIED_AT)
        means = Means.OTHER if not how else HOW.get(how.casefold())
        if means is None:
            self._note(Why.BAD_MEANS, Column.VERIFIED_HOW)
        day = None if not typed else read_date(typed)
        if typed and day is None:
            self._note(_why_no_date(typed), Column.VERIFIED_AT)
        if day is not None and day > self._house.day:
            self._note(Why.IN_THE_FUTURE, Column.VERIFIED_AT)
        at = None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
        return Shown(means or Means.OTHER, at)

    def _agreed(self, contacts: Sequence[Contact]) -> Sequence[Agreement]:
        agreed = list[Agreement]()
        for read in read_agreements(self._said, contacts, self._plan.wording, self._house.moment):
            if isinstance(read, Agreement):
                agreed.append(read)
            else:
                self._faults.append(read)
        return agreed

    def _locale(self) -> str | None:
        typed = self._said.get(Column.LOCALE)
        if not typed:
            return None
        word = typed.casefold()
        locale = LANGUAGES.get(word, re.split("[-_]", word)[0])
        if locale not in self._house.locales:
            self._note(Why.BAD_LOCALE, Column.LOCALE)
        return locale

    def _note(self, why: Why, column: Column) -> None:
        self._faults.append(Fault(why, column))


def _why_no_date(typed: str) -> Why:
    return Why.AMBIGUOUS_DATE if has_two_readings(typed) else Why.BAD_DATE


def plain(cell: str) -> str:
    """Give what is meant by a cell: without the marks that keep spreadsheets from reckoning."""
    said = cell.strip(AROUND)
    if said.startswith(APOSTROPHE) and said[1:].lstrip(" ").startswith(STARTS):
        return said[1:].strip(AROUND)
    if said.startswith("=") and (found := AS_TEXT.fullmatch(said)):
        return found[1].strip(AROUND)
    return said


def known(
    profile: Profile,
    contacts: Sequence[Contact],
    number: Secret | None,
    card: Secret | None,
) -> str | None:
    """Say by what a row is known again: the number of its customer, or of its card, or else who
    it is about; nothing, if a name is all that it has."""
    if number is not None:
        return f"customer|{number.reveal().casefold()}"
    if card is not None:
        return f"card|{card.reveal()}"
    if not contacts and profile.birth_date is None:
        return None
    reached = sorted(f"{each.kind}:{each.canonical.reveal()}" for each in contacts)
    born = "" if profile.birth_date is None else profile.birth_date.isoformat()
    return "|".join(("person", known_as(profile), born, *reached))
