"""What we ask of a banking core. `tests/contracts/cores.py` says what each one must do."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from watchword.features.cores.rules import (
    CoreEvent,
    CoreName,
    CoreTraits,
    FindBy,
    Member,
    MemberPage,
    MemberRef,
    PinEnd,
    PinState,
    PinVerdict,
    Unavailable,
)
from watchword.features.organisations.rules import Organisation
from watchword.foundation.secret import Secret


class BankingCore(Protocol):
    """A core never logs what it is given, writes nothing twice, and raises for no refusal.

    It gives up by itself after the patience it was set up with: `Unavailable`, or after something
    was sent to be written `PinUnknown`. Of whom it does not know (any more) it tells nothing, no
    PIN fits them, and to set one is a conflict.
    """

    @property
    def traits(self) -> CoreTraits: ...

    async def find(self, by: FindBy, value: Secret) -> Sequence[Member] | Unavailable:
        """Give all persons whom a value leads to: several on a shared account or telephone."""
        ...

    async def pin_state(self, ref: MemberRef) -> PinState | Unavailable: ...

    async def verify_pin(self, ref: MemberRef, pin: Secret) -> PinVerdict: ...

    async def set_pin(self, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
        """Set a PIN if the one before is still as `expected`, where the core can say that."""
        ...

    async def has_pin(self, ref: MemberRef, pin: Secret) -> bool | None:
        """Say whether a PIN is there, after an unknown end; nothing if the core cannot tell
        without counting a failure. See `service.settled` for what may be made of it."""
        ...

    async def unlock(self, ref: MemberRef) -> bool | Unavailable:
        """Say whether the member is not locked any more."""
        ...

    async def note(self, ref: MemberRef, event: CoreEvent) -> None:
        """Leave a note with the member, where the core takes some; never the PIN."""
        ...

    async def is_well(self) -> bool: ...

    async def close(self) -> None: ...


@runtime_checkable
class ListsMembers(Protocol):
    """A core that can be gone through. It says so (`Capability.LIST_MEMBERS`), for nobody may go
    through a core whose vendor does not provide for that."""

    async def members(self, after: Secret | None, accounts: int) -> MemberPage | Unavailable:
        """Give all persons of the next so many accounts, each account whole and once, in an order
        that stays. Whoever is new meanwhile may be left out."""
        ...


@runtime_checkable
class Explains(Protocol):
    """A core that knows why it did not answer. The words are for the operator, and hold nothing
    of what was asked."""

    @property
    def ailment(self) -> str | None: ...


class Cores(Protocol):
    """All cores there are."""

    def of(self, organisation: Organisation, name: CoreName) -> BankingCore | None:
        """Give the core that an organisation has by a name; nothing, if it has none."""
        ...
