"""What a core may write beside a PIN, what it can do by that, and the state that comes of it."""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Final

from watchword.features.cores.rules import Capability, PinMode, PinState
from watchword.foundation.secret import Secret
from watchword.providers.cores.readings import flag_of, moment_of


class PinFact(StrEnum):
    """What is known of a PIN, and the PIN."""

    PIN = "pin"
    CHANGED_AT = "changed_at"
    VERSION = "version"
    ESTABLISHED = "established"
    WANTS_ACTIVATION = "wants_activation"
    WANTS_CHANGE = "wants_change"
    LOCKED = "locked"


TELLS: Final = {
    PinFact.CHANGED_AT: Capability.PIN_CHANGE_DATE,
    PinFact.ESTABLISHED: Capability.ACTIVATION_FLAG,
    PinFact.WANTS_ACTIVATION: Capability.CORE_INFO,
    PinFact.WANTS_CHANGE: Capability.CORE_INFO,
    PinFact.LOCKED: Capability.LOCK_STATE,
}


def told_by(names: Collection[str]) -> set[Capability]:
    """Say what a core can tell that writes these."""
    return {able_to for fact, able_to in TELLS.items() if fact in names}


def state_of(
    fact: Callable[[PinFact], object],
    mode: PinMode,
    *,
    is_set: bool | None,
    pin: Secret | None,
    version: Secret,
) -> PinState:
    """Put together what a core tells about a PIN; `fact` gives what it has written."""
    return PinState(
        mode,
        is_set=is_set,
        pin=pin,
        changed_at=moment_of(fact(PinFact.CHANGED_AT)),
        is_established=flag_of(fact(PinFact.ESTABLISHED)),
        wants_activation=flag_of(fact(PinFact.WANTS_ACTIVATION)),
        wants_change=flag_of(fact(PinFact.WANTS_CHANGE)),
        is_locked=flag_of(fact(PinFact.LOCKED)) or False,
        version=version,
    )
