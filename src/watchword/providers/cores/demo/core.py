"""A core in memory: what it is told it forgets at the end. Whatever can happen to a core can be
made to happen to this one."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from watchword.features.cores.rules import (
    Capability,
    CoreEvent,
    CoreTraits,
    FindBy,
    Member,
    MemberPage,
    MemberRef,
    PinConflict,
    PinEnd,
    PinFits,
    PinLocked,
    PinMode,
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
from watchword.providers.cores.demo.members import Row, read_members
from watchword.providers.cores.demo.settings import Condition, DemoSettings
from watchword.providers.cores.objections import objection

LONGEST_PIN: Final = 12
ABILITIES: Final = frozenset(Capability) - {Capability.READ_PIN}

Wait = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A PIN as it stands: what it is, what is known of it, and how often it was missed."""

    state: PinState
    pin: Secret | None
    missed: int = 0


class DemoCore:
    """Fills the `BankingCore` port."""

    def __init__(self, settings: DemoSettings, now: Now, *, wait: Wait = asyncio.sleep) -> None:
        self._settings = settings
        self._now = now
        self._wait = wait
        self._rows = read_members(settings.file, now())
        self._kept = {self._key(row.member.ref): self._first(row) for row in self._first_of_each()}
        self.condition = settings.condition
        self.notes: list[tuple[MemberRef, CoreEvent]] = []
        self.writes = 0
        """How often a PIN was written, for tests."""

    @property
    def traits(self) -> CoreTraits:
        is_clear = self._settings.pin_mode is PinMode.CLEAR
        return CoreTraits(
            pin_mode=self._settings.pin_mode,
            capabilities=ABILITIES | ({Capability.READ_PIN} if is_clear else frozenset()),
            finds_by=frozenset(FindBy),
            reserved_pins=frozenset(self._settings.reserved_pins),
            pins_are_per_person=self._settings.pins_are_per_person,
            is_near=True,
            pin_lengths=(1, LONGEST_PIN),
        )

    async def find(self, by: FindBy, value: Secret) -> Sequence[Member] | Unavailable:
        if gone := await self._gone():
            return gone
        wanted = value.reveal()
        accounts = {row.member.ref.account for row in self._rows if row.is_found(by, wanted)}
        return [row.member for row in self._rows if row.member.ref.account in accounts]

    async def members(self, after: Secret | None, accounts: int) -> MemberPage | Unavailable:
        if gone := await self._gone():
            return gone
        last = "" if after is None else after.reveal()
        left = sorted({row.member.ref.account.reveal() for row in self._rows} - {""})
        left = [each for each in left if each > last]
        some = left[:accounts]
        return MemberPage(
            [row.member for row in self._rows if row.member.ref.account.reveal() in some],
            Secret(some[-1]) if len(left) > len(some) else None,
        )

    async def pin_state(self, ref: MemberRef) -> PinState | Unavailable:
        if gone := await self._gone():
            return gone
        kept = self._kept.get(self._key(ref))
        return PinState(self._settings.pin_mode) if kept is None else self._shown(kept)

    async def verify_pin(self, ref: MemberRef, pin: Secret) -> PinVerdict:
        if gone := await self._gone():
            return gone
        kept = self._kept.get(self._key(ref))
        if kept is None:
            return PinWrong()
        if kept.state.is_locked:
            return PinLocked()
        if kept.pin == pin:
            self._kept[self._key(ref)] = replace(kept, missed=0)
            return PinFits()
        return self._miss(ref, kept)

    async def set_pin(self, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
        if self.condition in {Condition.DOWN, Condition.MAINTENANCE}:
            return Unavailable(during_maintenance=self.condition is Condition.MAINTENANCE)
        if reason := objection(pin, self.traits):
            return PinRefused(reason)
        kept = self._kept.get(self._key(ref))
        if kept is None or kept.state.version != expected.version:
            return PinConflict()
        self._write(ref, pin)
        if self.condition is Condition.SLOW:
            await self._wait(self._settings.timeout_seconds)
        return PinSet() if self.condition is Condition.WELL else PinUnknown()

    async def has_pin(self, ref: MemberRef, pin: Secret) -> bool | None:
        if await self._gone():
            return None
        kept = self._kept.get(self._key(ref))
        return kept is not None and kept.pin == pin

    async def unlock(self, ref: MemberRef) -> bool | Unavailable:
        if gone := await self._gone():
            return gone
        kept = self._kept.get(self._key(ref))
        if kept is None:
            return False
        unlocked = replace(kept.state, is_locked=False)
        self._kept[self._key(ref)] = replace(kept, state=unlocked, missed=0)
        return True

    async def note(self, ref: MemberRef, event: CoreEvent) -> None:
        if not await self._gone():
            self.notes.append((ref, event))

    async def is_well(self) -> bool:
        return not await self._gone()

    async def close(self) -> None:
        """There is nothing to let go of."""

    async def _gone(self) -> Unavailable | None:
        match self.condition:
            case Condition.WELL | Condition.LOSES_ANSWERS:
                return None
            case Condition.SLOW:
                await self._wait(self._settings.timeout_seconds)
                return Unavailable()
            case Condition.DOWN | Condition.MAINTENANCE:
                return Unavailable(during_maintenance=self.condition is Condition.MAINTENANCE)

    def _miss(self, ref: MemberRef, kept: _Kept) -> PinVerdict:
        left = self._settings.tries - kept.missed - 1
        state = replace(kept.state, is_locked=left <= 0)
        self._kept[self._key(ref)] = replace(kept, state=state, missed=kept.missed + 1)
        return PinWrong(left) if left > 0 else PinLocked()

    def _write(self, ref: MemberRef, pin: Secret) -> None:
        mode = self._settings.pin_mode
        state = PinState(
            mode, is_set=True, changed_at=self._now(), is_established=True, version=_version()
        )
        state = replace(state, wants_activation=False, wants_change=False)
        self._kept[self._key(ref)] = _Kept(state, pin)
        self.writes += 1

    def _shown(self, kept: _Kept) -> PinState:
        is_clear = self._settings.pin_mode is PinMode.CLEAR
        return replace(kept.state, pin=kept.pin) if is_clear else kept.state

    def _first(self, row: Row) -> _Kept:
        state = PinState(
            self._settings.pin_mode,
            is_set=row.pin is not None,
            changed_at=row.pin_since,
            is_established=row.is_established,
            wants_activation=row.wants_activation,
            wants_change=row.wants_change,
            is_locked=row.is_locked,
            version=_version(),
        )
        return _Kept(state, row.pin)

    def _first_of_each(self) -> Collection[Row]:
        first: dict[str, Row] = {}
        for row in self._rows:
            first.setdefault(self._key(row.member.ref), row)
        return first.values()

    def _key(self, ref: MemberRef) -> str:
        account = ref.account.reveal()
        return f"{account}/{ref.person.reveal()}" if self._settings.pins_are_per_person else account


def _version() -> Secret:
    return Secret(secrets.token_hex(8))
