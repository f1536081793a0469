"""What a core does while a call is only rehearsed: it is read for real, and nothing is written.

A wrong PIN is not counted by it either: where it would be, the PIN that is there is looked for. And
where that cannot be done without counting, whatever was typed is taken for right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from watchword.features.cores.ports import BankingCore, Cores
from watchword.features.cores.rules import (
    Capability,
    CoreEvent,
    CoreName,
    CoreTraits,
    FindBy,
    Member,
    MemberRef,
    PinEnd,
    PinFits,
    PinLocked,
    PinRefused,
    PinSet,
    PinState,
    PinVerdict,
    PinWrong,
    Unavailable,
)
from watchword.features.organisations.rules import Organisation
from watchword.foundation.secret import Secret


@dataclass(frozen=True, slots=True)
class RehearsedCores:
    """Fills `Cores`, with cores to which nothing happens."""

    cores: Cores

    def of(self, organisation: Organisation, name: CoreName) -> BankingCore | None:
        core = self.cores.of(organisation, name)
        return None if core is None else RehearsedCore(core)


class RehearsedCore:
    """Fills the `BankingCore` port over another one. What would be written is answered as done."""

    def __init__(self, core: BankingCore) -> None:
        self._core = core

    @property
    def traits(self) -> CoreTraits:
        return self._core.traits

    async def find(self, by: FindBy, value: Secret) -> Sequence[Member] | Unavailable:
        return await self._core.find(by, value)

    async def pin_state(self, ref: MemberRef) -> PinState | Unavailable:
        return await self._core.pin_state(ref)

    async def verify_pin(self, ref: MemberRef, pin: Secret) -> PinVerdict:
        if not self.traits.can(Capability.VERIFY_COUNTS_FAILURES):
            return await self._core.verify_pin(ref, pin)
        state = await self._core.pin_state(ref)
        if isinstance(state, Unavailable):
            return state
        if state.is_locked:
            return PinLocked()
        return PinWrong() if await self._core.has_pin(ref, pin) is False else PinFits()

    async def set_pin(self, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
        """Refuse what a core is known to refuse. That it is there is asked for no less."""
        if pin.reveal() in self.traits.reserved_pins:
            return PinRefused("reserved")
        state = await self._core.pin_state(ref)
        return state if isinstance(state, Unavailable) else PinSet()

    async def has_pin(self, ref: MemberRef, pin: Secret) -> bool | None:
        return await self._core.has_pin(ref, pin)

    async def unlock(self, ref: MemberRef) -> bool | Unavailable:
        return self.traits.can(Capability.UNLOCK)

    async def note(self, ref: MemberRef, event: CoreEvent) -> None:
        """Leave none."""

    async def is_well(self) -> bool:
        return await self._core.is_well()

    async def close(self) -> None:
        """The core goes on: others use it for real."""
