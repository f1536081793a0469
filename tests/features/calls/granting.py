"""A core that counts what it is asked, and stand-ins for everything else that grants wishes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.features.activation.dialogue.calls import UNKNOWN
from watchword.features.activation.dialogue.steps import Known
from watchword.features.calls.notices.rules import Occasion, Told
from watchword.features.calls.notices.service import Notices
from watchword.features.clients.rules import Caller
from watchword.features.cores.ports import BankingCore
from watchword.features.cores.rules import (
    CoreEvent,
    CoreName,
    CoreTraits,
    FindBy,
    Member,
    MemberRef,
    PinEnd,
    PinFits,
    PinMode,
    PinSet,
    PinState,
    PinVerdict,
    Unavailable,
)
from watchword.features.organisations.rules import Organisation
from watchword.features.pins.kept.rules import Subject, of_member
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction


@dataclass
class Stopwatch:
    """A clock that goes on when somebody sleeps, or when a core is at work."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class CountingCore:
    """`ends`: how each setting of a PIN ends. `has`: whether the PIN is there afterwards.
    `takes`: how many seconds it is at work about somebody.
    `members`: whom anything but `UNKNOWN` leads to, locked if `is_locked`; unless it `is_away`.
    `says_nothing`: of any PIN."""

    ends: list[PinEnd] = field(default_factory=lambda: [PinSet()])
    has: bool | None = None
    written: list[str] = field(default_factory=list)
    noted: list[CoreEvent] = field(default_factory=list)
    is_slow: bool = False
    members: Sequence[Member] = ()
    is_locked: bool = False
    is_away: bool = False
    says_nothing: bool = False
    unlocked: list[MemberRef] = field(default_factory=list)
    verified: list[MemberRef] = field(default_factory=list)
    verdict: PinVerdict = field(default_factory=PinFits)
    watch: Stopwatch = field(default_factory=Stopwatch)
    takes: float = 0.0
    traits: CoreTraits = field(
        default_factory=lambda: CoreTraits(PinMode.CLEAR, frozenset(), frozenset())
    )

    async def find(self, by: FindBy, value: Secret) -> Sequence[Member] | Unavailable:
        found = [] if value == Secret(UNKNOWN) else self.members
        await self.watch.sleep(self.takes if found else self.takes / 3)
        return found

    async def pin_state(self, ref: MemberRef) -> PinState | Unavailable:
        await self.watch.sleep(self.takes)
        if self.says_nothing:
            return Unavailable()
        return PinState(PinMode.CLEAR, is_locked=self.is_locked)

    async def verify_pin(self, ref: MemberRef, pin: Secret) -> PinVerdict:
        self.verified.append(ref)
        await self.watch.sleep(self.takes)
        return Unavailable() if self.is_away else self.verdict

    async def set_pin(self, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
        self.written.append(pin.reveal())
        return self.ends.pop(0)

    async def has_pin(self, ref: MemberRef, pin: Secret) -> bool | None:
        return self.has

    async def unlock(self, ref: MemberRef) -> bool | Unavailable:
        if self.is_away:
            return Unavailable()
        self.unlocked.append(ref)
        self.is_locked = False
        return True

    async def note(self, ref: MemberRef, event: CoreEvent) -> None:
        if self.is_slow:
            await asyncio.sleep(3600)
        self.noted.append(event)

    async def is_well(self) -> bool:
        if self.is_away:
            await self.watch.sleep(self.takes)
        return not self.is_away

    async def close(self) -> None:
        pass


@dataclass
class OneCore:
    """Fills `Cores`: everybody has the same."""

    core: BankingCore

    def of(self, organisation: Organisation, name: CoreName) -> BankingCore | None:
        return self.core


@dataclass
class Remembering:
    """Fills `MemberPins`, and remembers who chose which PIN."""

    chosen_pins: list[str] = field(default_factory=list)
    used: bool | Unavailable = False
    keeps: bool = True

    async def known(self, client: Caller, core: CoreName, ref: MemberRef, state: PinState) -> Known:
        return Known(state)

    async def was_used(
        self, client: Caller, core: CoreName, ref: MemberRef, pin: Secret, previous: int
    ) -> bool | Unavailable:
        return self.used

    async def subject(self, whose: OrganisationId, core: CoreName, ref: MemberRef) -> Subject:
        return of_member(b"somebody")

    async def chosen(self, client: Caller, core: CoreName, ref: MemberRef, pin: Secret) -> bool:
        self.chosen_pins.append(pin.reveal())
        return self.keeps


class NobodyHears(Notices):
    """Counts of what somebody was to be told."""

    def __init__(self) -> None:
        self.told = list[CoreEvent]()
        self.whom = list[MemberRef]()
        self.places = 1

    async def tell(
        self,
        transaction: Transaction,
        organisation: Organisation,
        occasion: Occasion,
        members: Sequence[Member],
    ) -> Told:
        self.told.append(occasion.event)
        self.whom += [each.ref for each in members]
        return Told(self.places)

    def announce(self, organisation: Organisation) -> None:
        pass
