"""What stands in which column: read in the words of that database, and written in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, MetaData, Table, func
from sqlalchemy.exc import NoSuchTableError

from watchword.features.cores.rules import Facts, FindBy, Holder, Member, MemberRef
from watchword.foundation.secret import Secret
from watchword.providers.cores.bounds import LONGEST_VALUE
from watchword.providers.cores.readings import (
    digits_of,
    facts_of,
    is_same_number,
    spellings_of,
    text_of,
)
from watchword.providers.cores.sql.settings import PersonColumn, PinColumn, SqlSettings

NUMBER: Final = re.compile(r"[0-9]{1,18}")
NATIONAL: Final = 10
"""Digits of a telephone number in North America, without the country."""

LOOKED_FOR: Final[Mapping[FindBy, PersonColumn]] = {
    FindBy.ACCOUNT_NUMBER: PersonColumn.ACCOUNT,
    FindBy.MEMBER_NUMBER: PersonColumn.MEMBER_NUMBER,
    FindBy.LOGIN_ID: PersonColumn.LOGIN_ID,
    FindBy.CARD_NUMBER: PersonColumn.CARD_NUMBERS,
    FindBy.TAX_ID: PersonColumn.SSN,
    FindBy.PHONE: PersonColumn.PHONES,
}


class Unfit(Exception):
    """The database is not as the settings say; the words are for the operator."""


@dataclass(frozen=True)
class Tables:
    """The two tables as they were found. They may be one."""

    people: Table
    pins: Table
    settings: SqlSettings

    def of_people(self, name: PersonColumn) -> Sequence[Column[Any]]:
        written = self.settings.columns.get(name, ())
        names = (written,) if isinstance(written, str) else written
        return [_column(self.people, each) for each in names]

    def of_pins(self, name: PinColumn) -> Column[Any] | None:
        written = self.settings.pin_columns.get(name)
        return None if written is None else _column(self.pins, written)

    @property
    def pin(self) -> Column[Any]:
        return _column(self.pins, self.settings.pin_columns[PinColumn.PIN])

    def key(self, ref: MemberRef) -> list[Any] | None:
        """Give what leads to the PIN of somebody; nothing if that cannot be a key there."""
        wanted = [(PinColumn.ACCOUNT, ref.account), (PinColumn.PERSON, ref.person)]
        conditions = []
        for name, secret in wanted:
            column = self.of_pins(name)
            if column is not None:
                value = as_column(column, secret.reveal())
                if value is None:
                    return None
                conditions.append(column == value)
        return conditions


def reflect(connection: Connection, settings: SqlSettings) -> Tables:
    """Look at the tables as they are, and hold the settings against them."""
    try:
        people, pins = (
            Table(name, MetaData(), schema=settings.schema, autoload_with=connection)
            for name in (settings.table, settings.pin_table or settings.table)
        )
    except NoSuchTableError as fault:
        raise Unfit(f"there is no table {fault}") from None
    tables = Tables(people, pins, settings)
    for person_column in settings.columns:
        tables.of_people(person_column)
    for pin_column in settings.pin_columns:
        tables.of_pins(pin_column)
    if _kind(tables.pin) is not str:
        raise Unfit("the column of PINs holds no text, and so would lose a zero in front")
    version = tables.of_pins(PinColumn.VERSION)
    if version is not None and _kind(version) not in {int, datetime}:
        raise Unfit("the column of versions holds neither numbers nor moments")
    return tables


def member_of(tables: Tables, row: Mapping[str, Any]) -> Member:
    def values(name: PersonColumn) -> list[Any]:
        return [row[column.name] for column in tables.of_people(name)]

    def first(name: PersonColumn) -> Any:  # noqa: ANN401 - whatever the database holds
        return next(iter(values(name)), None)

    account, person = text_of(first(PersonColumn.ACCOUNT)), text_of(first(PersonColumn.PERSON))
    ref = MemberRef(Secret(account or ""), Secret(person or account or ""))
    role, language = _role(tables, first(PersonColumn.ROLE)), first(PersonColumn.LANGUAGE)
    return Member(ref, role, _facts(ref, values), text_of(language))


def _facts(ref: MemberRef, values: Any) -> Facts:  # noqa: ANN401 - a function of above
    lists = {PersonColumn.PHONES, PersonColumn.EMAILS, PersonColumn.CARD_NUMBERS}
    written: dict[str, object] = {"account_numbers": [ref.account.reveal()]}
    for name in PersonColumn:
        found = values(name)
        written[name] = found if name in lists else next(iter(found), None)
    return facts_of(written)


def _role(tables: Tables, written: object) -> Holder:
    if PersonColumn.ROLE not in tables.settings.columns:
        return Holder.PRIMARY
    return Holder.PRIMARY if text_of(written) in tables.settings.primary else Holder.JOINT


def spellings(by: FindBy, value: str) -> Sequence[str]:
    """Give how a value may be written there, so that an index can be used."""
    digits = digits_of(value)
    if by is FindBy.TAX_ID:
        return [digits, f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"]
    if by is not FindBy.PHONE:
        return [value]
    found = [value, digits, f"+{digits}", f"00{digits}", *sorted(spellings_of(value))]
    national = digits.removeprefix("1")
    if len(national) == NATIONAL:
        area, office, line = national[:3], national[3:6], national[6:]
        found += [national, f"1{national}", f"+1{national}", f"({area}) {office}-{line}"]
        found += [f"{area}{mark}{office}{mark}{line}" for mark in "-. "]
        found += [f"+1 {area} {office} {line}", f"1-{area}-{office}-{line}"]
    return found


def is_meant(by: FindBy, value: str, written: object) -> bool:
    if by is FindBy.PHONE:
        return is_same_number(text_of(written) or "", value)
    return True


def as_column(column: Column[Any], text: str) -> object:
    """Write what was typed as the column wants it; nothing if it cannot stand there."""
    if not text or len(text) > LONGEST_VALUE or not text.isprintable():
        return None
    if _kind(column) is not int:
        return text
    return int(text) if NUMBER.fullmatch(text) else None


def as_flag(column: Column[Any], *, is_so: bool) -> object:
    kind = _kind(column)
    return is_so if kind is bool else int(is_so) if kind is int else "Y" if is_so else "N"


def as_moment(column: Column[Any], now: datetime) -> object:
    kind = _kind(column)
    if kind is datetime:
        has_zone = getattr(column.type, "timezone", False)
        return now if has_zone else now.astimezone(UTC).replace(tzinfo=None)
    return now.date() if kind is date else now.isoformat()


def next_version(column: Column[Any], now: datetime) -> object:
    return func.coalesce(column, 0) + 1 if _kind(column) is int else as_moment(column, now)


def _column(table: Table, name: str) -> Column[Any]:
    found = table.columns.get(name)
    if found is None:
        raise Unfit(f"the table {table.name} has no column {name}")
    return found


def _kind(column: Column[Any]) -> type:
    try:
        return column.type.python_type
    except NotImplementedError:
        return str
