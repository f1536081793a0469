"""A core in a table of a database.

A PIN is only written in the place of the one that was seen before: the statement that writes it
says so itself. Until it is committed nothing has happened, and after that began nobody knows.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from watchword.features.cores.rules import (
    Capability,
    CoreEvent,
    CoreName,
    CoreTraits,
    FindBy,
    Member,
    MemberPage,
    MemberRef,
    PinConflict,
    PinEnd,
    PinFits,
    PinLocked,
    PinRefused,
    PinSet,
    PinState,
    PinUnknown,
    PinVerdict,
    PinWrong,
    Unavailable,
)
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Now
from watchword.providers.channels.network import word_for
from watchword.providers.cores.ailments import Ailments
from watchword.providers.cores.objections import is_pin, objection
from watchword.providers.cores.pin_facts import state_of, told_by
from watchword.providers.cores.readings import flag_of
from watchword.providers.cores.schemes import Scheme, fits, written
from watchword.providers.cores.sql.columns import LOOKED_FOR, Tables, Unfit, reflect
from watchword.providers.cores.sql.rooms import FAULTS, Course, in_time, open_room
from watchword.providers.cores.sql.settings import PersonColumn, PinColumn, SqlSettings
from watchword.providers.cores.sql.statements import (
    Changed,
    PinRow,
    count_miss,
    exchange,
    find_people,
    find_pin,
    list_people,
    unlock,
)

Found = TypeVar("Found")
Asked = Callable[[Connection, Tables], Found]


class SqlCore:
    """Fills the `BankingCore` port."""

    def __init__(self, settings: SqlSettings, name: CoreName, now: Now) -> None:
        self._settings = settings
        self._now = now
        self._room = open_room(settings)
        self._tables: Tables | None = None
        self._ailments = Ailments(name)

    @property
    def ailment(self) -> str | None:
        return self._ailments.last

    @property
    def traits(self) -> CoreTraits:
        settings = self._settings
        return CoreTraits(
            pin_mode=settings.scheme.mode,
            capabilities=_capabilities(settings),
            finds_by=frozenset(by for by, name in LOOKED_FOR.items() if name in settings.columns),
            reserved_pins=frozenset(settings.reserved_pins),
            pins_are_per_person=PinColumn.PERSON in settings.pin_columns,
            pin_lengths=settings.pin_lengths,
        )

    async def find(self, by: FindBy, value: Secret) -> Sequence[Member] | Unavailable:
        if by not in self.traits.finds_by:
            return []
        return await self._do(lambda connection, tables: find_people(connection, tables, by, value))

    async def members(self, after: Secret | None, accounts: int) -> MemberPage | Unavailable:
        return await self._do(
            lambda connection, tables: list_people(connection, tables, after, accounts)
        )

    async def pin_state(self, ref: MemberRef) -> PinState | Unavailable:
        found = await self._pin(ref)
        if isinstance(found, Unavailable):
            return found
        return PinState(self._settings.scheme.mode) if found is None else self._state(found)

    async def verify_pin(self, ref: MemberRef, pin: Secret) -> PinVerdict:
        found = await self._pin(ref)
        if isinstance(found, Unavailable):
            return found
        if found is None:
            return PinWrong()
        if flag_of(found.of(PinColumn.LOCKED)):
            return PinLocked()
        counts = Capability.VERIFY_COUNTS_FAILURES in self.traits.capabilities
        if await self._fits(found, pin):
            if counts and found.of(PinColumn.FAILURES):
                await self._do(lambda connection, tables: unlock(connection, tables, ref))
            return PinFits()
        return await self._miss(ref) if counts else PinWrong()

    async def set_pin(self, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
        if reason := objection(pin, self.traits):
            return PinRefused(reason)
        content = await asyncio.to_thread(written, self._settings.scheme, pin.reveal())
        now, course = self._now(), Course()

        def change(connection: Connection) -> None:
            tables = self._reflect(connection)
            row = find_pin(connection, tables, ref)
            if row is None or not self._is_expected(row, expected):
                raise Changed
            exchange(connection, tables, ref, row, pin=content, now=now)

        try:
            await in_time(self._room, change, course, self._settings.timeout_seconds)
        except Changed:
            return PinConflict()
        except (IntegrityError, DataError):
            return PinRefused("not taken by the database")
        except Unfit as fault:
            return self._ailments.gone(str(fault))
        except FAULTS as fault:
            gone = self._ailments.gone(word_for(fault))
            return PinUnknown() if course.may_be_written else gone
        return PinSet()

    async def has_pin(self, ref: MemberRef, pin: Secret) -> bool | None:
        found = await self._pin(ref)
        if isinstance(found, Unavailable):
            return None
        return found is not None and await self._fits(found, pin)

    async def unlock(self, ref: MemberRef) -> bool | Unavailable:
        if Capability.UNLOCK not in self.traits.capabilities:
            return False
        return await self._do(lambda connection, tables: unlock(connection, tables, ref))

    async def note(self, ref: MemberRef, event: CoreEvent) -> None:
        """A table takes no notes."""

    async def is_well(self) -> bool:
        return not isinstance(await self._do(lambda *_: True), Unavailable)

    async def close(self) -> None:
        await self._room.close()

    async def _pin(self, ref: MemberRef) -> PinRow | Unavailable | None:
        return await self._do(lambda connection, tables: find_pin(connection, tables, ref))

    async def _miss(self, ref: MemberRef) -> PinVerdict:
        most = self._settings.lock_after or 1
        missed = await self._do(
            lambda connection, tables: count_miss(connection, tables, ref, most)
        )
        if isinstance(missed, Unavailable):
            return missed
        return PinWrong(most - missed) if missed < most else PinLocked()

    async def _do(self, do: Asked[Found]) -> Found | Unavailable:
        def work(connection: Connection) -> Found:
            return do(connection, self._reflect(connection))

        try:
            found = await in_time(self._room, work, Course(), self._settings.timeout_seconds)
        except Unfit as fault:
            return self._ailments.gone(str(fault))
        except FAULTS as fault:
            return self._ailments.gone(word_for(fault))
        self._ailments.well()
        return found

    def _reflect(self, connection: Connection) -> Tables:
        if self._tables is None:
            self._tables = reflect(connection, self._settings)
        return self._tables

    async def _fits(self, found: PinRow, pin: Secret) -> bool:
        if found.pin is None or not is_pin(pin):
            return False
        return await asyncio.to_thread(fits, self._settings.scheme, found.pin, pin.reveal())

    def _state(self, row: PinRow) -> PinState:
        is_clear = self._settings.scheme is Scheme.CLEAR
        return state_of(
            row.of,
            self._settings.scheme.mode,
            is_set=row.pin is not None,
            pin=Secret(row.pin) if is_clear and row.pin is not None else None,
            version=_version(row),
        )

    def _is_expected(self, row: PinRow, expected: PinState) -> bool:
        return _version(row) == expected.version


def _version(row: PinRow) -> Secret:
    """Give by what a PIN is known to be still the same: its version, or what is kept of it."""
    version = row.of(PinColumn.VERSION)
    if version is not None:
        return Secret(str(version))
    return Secret(hashlib.sha256(str(row.kept).encode()).hexdigest())


def _capabilities(settings: SqlSettings) -> frozenset[Capability]:
    able = {Capability.VERIFY_PIN, Capability.SET_PIN, Capability.CONDITIONAL_WRITE}
    able.add(Capability.LIST_MEMBERS)
    able |= told_by(settings.pin_columns)
    if settings.scheme is Scheme.CLEAR:
        able.add(Capability.READ_PIN)
    if PersonColumn.CONTACTS_SINCE in settings.columns:
        able.add(Capability.CONTACT_DATES)
    if PinColumn.LOCKED in settings.pin_columns:
        able.add(Capability.UNLOCK)
    if settings.lock_after is not None:
        able.add(Capability.VERIFY_COUNTS_FAILURES)
    return frozenset(able)
