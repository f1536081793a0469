"""What a foreign database is asked. No statement is written by hand: each is put together of the
tables as they were found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, func, or_, select, update

from watchword.features.cores.rules import FindBy, Member, MemberPage, MemberRef
from watchword.foundation.secret import Secret
from watchword.providers.cores.bounds import MEMBERS_AT_MOST
from watchword.providers.cores.pin_facts import PinFact
from watchword.providers.cores.readings import text_of
from watchword.providers.cores.sql.columns import (
    LOOKED_FOR,
    Tables,
    Unfit,
    as_column,
    as_flag,
    as_moment,
    is_meant,
    member_of,
    next_version,
    spellings,
)
from watchword.providers.cores.sql.settings import PersonColumn, PinColumn


class Changed(Exception):
    """A PIN is not the one that it was."""


@dataclass(frozen=True)
class PinRow:
    """A PIN as it stands in its table, and what stands beside it."""

    pin: str | None = field(repr=False)
    kept: object = field(repr=False)
    """The same, to the letter."""
    beside: Mapping[PinColumn, Any] = field(repr=False)

    def of(self, name: PinColumn | PinFact) -> Any:  # noqa: ANN401 - whatever the database holds
        return self.beside.get(PinColumn(name))


def find_people(
    connection: Connection, tables: Tables, by: FindBy, value: Secret
) -> Sequence[Member]:
    """Give all holders of the accounts that a value leads to."""
    (account,) = tables.of_people(PersonColumn.ACCOUNT)
    columns = tables.of_people(LOOKED_FOR[by])
    conditions = [
        column == written
        for column in columns
        for spelt in spellings(by, value.reveal())
        if (written := as_column(column, spelt)) is not None
    ]
    if not conditions:
        return []
    asked = select(account, *columns).where(or_(*conditions)).limit(MEMBERS_AT_MOST)
    accounts = {
        row[0]
        for row in connection.execute(asked)
        if any(is_meant(by, value.reveal(), written) for written in row[1:])
    }
    if not accounts:
        return []
    people = select(tables.people).where(account.in_(accounts)).limit(MEMBERS_AT_MOST)
    return [member_of(tables, dict(row)) for row in connection.execute(people).mappings()]


def list_people(
    connection: Connection, tables: Tables, after: Secret | None, accounts: int
) -> MemberPage:
    """Give all holders of the accounts that come next, in the order of that database."""
    (account,) = tables.of_people(PersonColumn.ACCOUNT)
    asked = select(account).where(account.is_not(None)).group_by(account).order_by(account)
    if after is not None:
        last = as_column(account, after.reveal())
        if last is None:
            raise Unfit("an account has a number that is no key")
        asked = asked.where(account > last)
    some = [row[0] for row in connection.execute(asked.limit(accounts + 1))]
    if not some:
        return MemberPage([])
    people = select(tables.people).where(account.in_(some[:accounts]))
    found = [member_of(tables, dict(row)) for row in connection.execute(people).mappings()]
    return MemberPage(found, Secret(str(some[accounts - 1])) if some[accounts:] else None)


def find_pin(connection: Connection, tables: Tables, ref: MemberRef) -> PinRow | None:
    key = tables.key(ref)
    if key is None:
        return None
    rows = connection.execute(select(tables.pins).where(*key)).mappings().all()
    if not rows:
        return None
    # Where holders who share a PIN have a row each, it stands in all of them, or in the first.
    row = next((row for row in rows if row[tables.pin.name] is not None), rows[0])
    beside = {
        name: row[column.name] for name in PinColumn if (column := tables.of_pins(name)) is not None
    }
    return PinRow(text_of(row[tables.pin.name]), row[tables.pin.name], beside)


def exchange(
    connection: Connection, tables: Tables, ref: MemberRef, row: PinRow, *, pin: str, now: datetime
) -> None:
    """Put a PIN in the place of the one that was seen, or raise `Changed`."""
    conditions = [*(tables.key(ref) or ()), _is(tables.pin, row.kept)]
    changes: dict[Column[Any], object] = {tables.pin: pin}
    version = tables.of_pins(PinColumn.VERSION)
    if version is not None:
        conditions.append(_is(version, row.of(PinColumn.VERSION)))
        changes[version] = next_version(version, now)
    changed_at, failures = tables.of_pins(PinColumn.CHANGED_AT), tables.of_pins(PinColumn.FAILURES)
    if changed_at is not None:
        changes[changed_at] = as_moment(changed_at, now)
    if failures is not None:
        changes[failures] = 0
    changes |= _flags(tables, {PinColumn.ESTABLISHED: True, **_WANTS_NOTHING})
    done = connection.execute(update(tables.pins).where(*conditions).values(changes))
    if done.rowcount < 1:
        raise Changed


def count_miss(connection: Connection, tables: Tables, ref: MemberRef, most: int) -> int:
    """Count a wrong PIN, and lock after the last; give how many there were in a row."""
    failures, key = tables.of_pins(PinColumn.FAILURES), tables.key(ref)
    if failures is None or not key:
        return 0
    counted = {failures: func.coalesce(failures, 0) + 1}
    connection.execute(update(tables.pins).where(*key).values(counted))
    missed = connection.execute(select(func.max(failures)).where(*key)).scalar() or 0
    if missed >= most:
        locked = _flags(tables, {PinColumn.LOCKED: True})
        connection.execute(update(tables.pins).where(*key).values(locked))
    return int(missed)


def unlock(connection: Connection, tables: Tables, ref: MemberRef) -> bool:
    """Unlock somebody; say whether there is somebody."""
    failures, key = tables.of_pins(PinColumn.FAILURES), tables.key(ref)
    if not key:
        return False
    changes = _flags(tables, {PinColumn.LOCKED: False})
    if failures is not None:
        changes[failures] = 0
    return connection.execute(update(tables.pins).where(*key).values(changes)).rowcount > 0


_WANTS_NOTHING: Final = {PinColumn.WANTS_ACTIVATION: False, PinColumn.WANTS_CHANGE: False}


def _flags(tables: Tables, flags: Mapping[PinColumn, bool]) -> dict[Column[Any], object]:
    found = [(tables.of_pins(name), is_so) for name, is_so in flags.items()]
    return {column: as_flag(column, is_so=is_so) for column, is_so in found if column is not None}


def _is(column: Column[Any], value: object) -> Any:  # noqa: ANN401 - a condition
    return column.is_(None) if value is None else column == value
