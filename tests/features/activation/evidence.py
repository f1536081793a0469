"""What is known of a member in tests of scenarios, and of the core."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from watchword.features.activation.established import Established
from watchword.features.activation.scenarios import Basis, Evidence
from watchword.features.cores.rules import (
    Capability,
    ContactOnFile,
    CoreTraits,
    Facts,
    FindBy,
    PinMode,
    PinState,
)
from watchword.features.pins.rules import PinRules, RiskAccepted
from watchword.foundation.secret import Secret

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEGACY = RiskAccepted(by="staff:1", at=NOW, reason="telephones with four digits")
RULES = PinRules(shortest=4, longest=8, legacy=LEGACY)

ADA = Facts(
    ssn=Secret("512735596"),
    zip_code=Secret("46802-8371"),
    phones=(ContactOnFile(Secret("+1 260 555 0143")), ContactOnFile(Secret("+1 317 555 0168"))),
)
CLEAR = CoreTraits(
    PinMode.CLEAR, frozenset(Capability), frozenset(FindBy), pins_are_per_person=True
)


def traits(mode: PinMode, *, core_info: bool = True) -> CoreTraits:
    can = {*Capability} - ({Capability.READ_PIN} if mode is not PinMode.CLEAR else set())
    can -= set() if core_info else {Capability.CORE_INFO}
    return CoreTraits(mode, frozenset(can), frozenset(FindBy))


def known(
    pin: str | None = None,
    *,
    mode: PinMode = PinMode.CLEAR,
    entered: str | None = None,
    holders: Sequence[Facts] = (ADA,),
    established: Established = Established.NO,
    rules: PinRules = RULES,
    days: int | None = 10,
    greatest_age: int | None = None,
    wants_activation: bool | None = None,
    wants_change: bool | None = None,
    staff_wants_change: bool = False,
) -> Evidence:
    return Evidence(
        state=PinState(
            mode,
            is_set=pin is not None or mode is not PinMode.CLEAR,
            pin=None if pin is None else Secret(pin),
            changed_at=None if days is None else NOW - timedelta(days=days),
            wants_activation=wants_activation,
            wants_change=wants_change,
        ),
        basis=Basis(holders=holders, rules=rules),
        established=established,
        at=NOW,
        entered=None if entered is None else Secret(entered),
        staff_wants_change=staff_wants_change,
        greatest_age=None if greatest_age is None else timedelta(days=greatest_age),
    )
