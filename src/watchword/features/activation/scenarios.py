"""What is looked for in the PIN of a caller, and what came of looking.

Scenarios stand in two lists of a profile, in the order in which they are checked: those that ask
for a first PIN, and those that ask for another one. Each evaluation is a value, also that nothing
could be looked at and why; it holds no digit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from watchword.features.activation.established import Established
from watchword.features.cores.rules import Capability, CoreTraits, Facts, PinMode, PinState
from watchword.features.pins.derived import LAST, digits_of, ssn_of, zip_of
from watchword.features.pins.rules import PinRule, PinRules, judge
from watchword.features.pins.shapes import is_repeat, is_run, longest_repeat
from watchword.foundation.secret import Secret


class Scenario(StrEnum):
    """What a profile can look for. The names go into exports, and never change."""

    SSN_LAST4 = "pin_eq_ssn_last4"
    ZIP_LAST4 = "pin_eq_zip_last4"
    ZIP_FIRST4 = "pin_eq_zip_first4"
    REPEATING = "pin_repeating"
    SEQUENTIAL = "pin_sequential"
    PHONE_LAST4 = "pin_eq_phone_last4"
    LENGTH = "pin_length"
    VIOLATES_RULES = "pin_violates_global_rules"
    EXPIRED = "pin_expired"
    STAFF_REQUIRED = "staff_required"
    CORE_INFO = "use_core_info"
    NO_ACTIVATION = "no_activation"


class ProcessKind(StrEnum):
    """Which of the two lists a scenario stands in."""

    ACTIVATION = "activation"
    FORCE = "force"


class PinLooked(StrEnum):
    """Which PIN is looked at, as a line chooses."""

    STORED = "stored"
    """The one that the core shows; of cores that show none, only what needs none is evaluated."""
    ENTERED = "entered_pin"
    """The one that the caller has typed and the core has accepted, in memory. Nothing is tried."""


ACTIVATION: Final = (
    Scenario.SSN_LAST4,
    Scenario.ZIP_LAST4,
    Scenario.ZIP_FIRST4,
    Scenario.REPEATING,
    Scenario.PHONE_LAST4,
    Scenario.CORE_INFO,
    Scenario.NO_ACTIVATION,
)
FORCE: Final = (
    Scenario.LENGTH,
    Scenario.SSN_LAST4,
    Scenario.ZIP_LAST4,
    Scenario.ZIP_FIRST4,
    Scenario.REPEATING,
    Scenario.SEQUENTIAL,
    Scenario.PHONE_LAST4,
    Scenario.VIOLATES_RULES,
    Scenario.EXPIRED,
    Scenario.STAFF_REQUIRED,
    Scenario.CORE_INFO,
)
OF_PROCESS: Mapping[ProcessKind, tuple[Scenario, ...]] = {
    ProcessKind.ACTIVATION: ACTIVATION,
    ProcessKind.FORCE: FORCE,
}
READS_THE_PIN: Final = frozenset(
    {
        Scenario.SSN_LAST4,
        Scenario.ZIP_LAST4,
        Scenario.ZIP_FIRST4,
        Scenario.REPEATING,
        Scenario.SEQUENTIAL,
        Scenario.PHONE_LAST4,
        Scenario.VIOLATES_RULES,
    }
)
"""These look at the digits of a PIN that is there already."""


class WhyNot(StrEnum):
    """Why a scenario could not be evaluated. Such a one is no match."""

    OTHER_PROCESS = "other_purpose"
    """It belongs into the other list."""
    PIN_NOT_READABLE = "pin_not_readable"
    """The core hashes or encrypts PINs."""
    FOR_UNREADABLE_PINS = "for_unreadable_pins"
    """It is for cores that show no PIN; this one does."""
    CORE_HAS_NO_INFO = "core_has_no_info"
    CORE_DID_NOT_SAY = "core_did_not_say"
    NO_PIN = "no_pin"
    """None is set."""
    NOT_ENTERED = "not_entered"
    """Nobody has typed one that the core has accepted."""
    NO_SSN = "no_ssn"
    NO_ZIP = "no_zip"
    NO_PHONE = "no_phone"
    NO_CHANGE_DATE = "no_change_date"
    """The core does not say when a PIN was changed, or not when this one was."""
    NO_GREATEST_AGE = "no_greatest_age"
    """It is not set after how many days a PIN expires."""


NEEDS: Final = {
    Scenario.CORE_INFO: (Capability.CORE_INFO, WhyNot.CORE_HAS_NO_INFO),
    Scenario.EXPIRED: (Capability.PIN_CHANGE_DATE, WhyNot.NO_CHANGE_DATE),
}
"""What a core must be able to do for a scenario, and what is said of one that cannot."""


@dataclass(frozen=True, slots=True)
class Matched:
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class DidNotMatch:
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    scenario: Scenario
    why: WhyNot


Evaluation: TypeAlias = Matched | DidNotMatch | NotEvaluated


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a PIN is held against. `holders`: whose facts count, which are all who share it."""

    holders: Sequence[Facts] = field(repr=False)
    rules: PinRules
    reserved: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known when scenarios are evaluated. `entered`: a PIN that the core has accepted in
    this call."""

    basis: Basis
    state: PinState = field(repr=False)
    established: Established
    at: datetime
    entered: Secret | None = field(default=None, repr=False)
    staff_wants_change: bool = False
    greatest_age: timedelta | None = None


def why_off(
    scenario: Scenario, process: ProcessKind, traits: CoreTraits, reading: PinLooked
) -> WhyNot | None:
    """Say why a scenario cannot run on a core at all; nothing, if it can."""
    if scenario not in OF_PROCESS[process]:
        return WhyNot.OTHER_PROCESS
    capability, lacking = NEEDS.get(scenario, (None, None))
    if capability is not None and not traits.can(capability):
        return lacking
    shows = traits.pin_mode is PinMode.CLEAR and traits.can(Capability.READ_PIN)
    if reading is PinLooked.ENTERED:
        return None
    if scenario in READS_THE_PIN and not shows:
        return WhyNot.PIN_NOT_READABLE
    if scenario is Scenario.NO_ACTIVATION and shows:
        return WhyNot.FOR_UNREADABLE_PINS
    return None


def offered(process: ProcessKind, traits: CoreTraits, reading: PinLooked) -> tuple[Scenario, ...]:
    """Give the scenarios that run on a core, in the order in which they are listed."""
    return tuple(
        each for each in OF_PROCESS[process] if why_off(each, process, traits, reading) is None
    )


def evaluate(
    scenarios: Sequence[Scenario],
    process: ProcessKind,
    evidence: Evidence,
    traits: CoreTraits,
    reading: PinLooked,
) -> tuple[Evaluation, ...]:
    """Evaluate all of a list, also behind the first match, so that the log tells everything."""
    return tuple(
        NotEvaluated(each, why)
        if (why := why_off(each, process, traits, reading))
        else _evaluated(each, process, evidence, reading)
        for each in scenarios
    )


def matching(pin: Secret, scenarios: Sequence[Scenario], basis: Basis) -> tuple[Scenario, ...]:
    """Give the scenarios that a new PIN would match, also those that do not run on this core: a
    later call must not ask for another PIN at once."""
    asked = [each for each in dict.fromkeys(scenarios) if each in LOOKS]
    return tuple(each for each in asked if LOOKS[each](pin.reveal(), basis) is True)


Look: TypeAlias = Callable[[str, Basis], bool | WhyNot]


def _evaluated(
    scenario: Scenario, process: ProcessKind, evidence: Evidence, reading: PinLooked
) -> Evaluation:
    looked: bool | WhyNot
    if scenario in READS_THE_PIN or scenario is Scenario.LENGTH:
        pin = _pin_of(evidence, reading, is_length=scenario is Scenario.LENGTH)
        looked = pin if isinstance(pin, WhyNot) else LOOKS[scenario](pin.reveal(), evidence.basis)
    else:
        looked = _looked_elsewhere(scenario, process, evidence)
    if isinstance(looked, WhyNot):
        return NotEvaluated(scenario, looked)
    return Matched(scenario) if looked else DidNotMatch(scenario)


def _pin_of(evidence: Evidence, reading: PinLooked, *, is_length: bool) -> Secret | WhyNot:
    """Give the PIN that is looked at. The length is always that of what was typed, if anything."""
    if reading is PinLooked.ENTERED or (is_length and evidence.entered is not None):
        return evidence.entered or WhyNot.NOT_ENTERED
    state = evidence.state
    if state.pin is not None:
        return state.pin
    if state.is_set is False:
        return WhyNot.NO_PIN
    return WhyNot.NOT_ENTERED if is_length else WhyNot.PIN_NOT_READABLE


def _looked_elsewhere(
    scenario: Scenario, process: ProcessKind, evidence: Evidence
) -> bool | WhyNot:
    state = evidence.state
    if scenario is Scenario.CORE_INFO:
        said = state.wants_activation if process is ProcessKind.ACTIVATION else state.wants_change
        return WhyNot.CORE_DID_NOT_SAY if said is None else said
    if scenario is Scenario.NO_ACTIVATION:
        return evidence.established is not Established.YES
    if scenario is Scenario.STAFF_REQUIRED:
        return evidence.staff_wants_change
    if evidence.greatest_age is None:
        return WhyNot.NO_GREATEST_AGE
    if state.changed_at is None:
        return WhyNot.NO_CHANGE_DATE
    return evidence.at - state.changed_at >= evidence.greatest_age


def _ssn_last4(facts: Facts) -> Sequence[str] | None:
    return None if (ssn := ssn_of(facts)) is None else [ssn[-LAST:]]


def _zip_last4(facts: Facts) -> Sequence[str] | None:
    return _of_zip(facts, slice(1, 5))


def _zip_first4(facts: Facts) -> Sequence[str] | None:
    return _of_zip(facts, slice(0, 4))


def _phone_last4(facts: Facts) -> Sequence[str] | None:
    numbers = [digits_of(phone.value.reveal()) for phone in facts.phones]
    return [number[-LAST:] for number in numbers if len(number) >= LAST] or None


def _of_zip(facts: Facts, part: slice) -> Sequence[str] | None:
    found = zip_of(facts)
    return None if found is None else [found.five[part]]


OF_FACTS: Final[Mapping[Scenario, Callable[[Facts], Sequence[str] | None]]] = {
    Scenario.SSN_LAST4: _ssn_last4,
    Scenario.ZIP_LAST4: _zip_last4,
    Scenario.ZIP_FIRST4: _zip_first4,
    Scenario.PHONE_LAST4: _phone_last4,
}
"""Which PINs follow from what is on file of one holder; nothing, where that is not on file."""


def _is_of_facts(scenario: Scenario, missing: WhyNot) -> Look:
    """Say whether it is any of them. If it is none, and of somebody nothing is on file, nobody can
    say that it is not theirs."""

    def look(pin: str, basis: Basis) -> bool | WhyNot:
        of_holders = [OF_FACTS[scenario](each) for each in basis.holders]
        if any(pin in values for values in of_holders if values is not None):
            return True
        return missing if None in of_holders or not of_holders else False

    return look


def _is_repeating(pin: str, basis: Basis) -> bool:
    most = basis.rules.repeats_from
    return is_repeat(pin) or (most is not None and longest_repeat(pin) >= most)


def _is_sequential(pin: str, basis: Basis) -> bool:
    return is_run(pin, wraps=basis.rules.sequences_wrap)


def _has_odd_length(pin: str, basis: Basis) -> bool:
    return not basis.rules.shortest <= len(pin) <= basis.rules.longest


def _violates_rules(pin: str, basis: Basis) -> bool:
    # That it is among the earlier ones is no news of the PIN that is there.
    found = judge(Secret(pin), basis.rules, basis.holders, reserved=basis.reserved)
    return bool({*found} - {PinRule.USED_BEFORE})


LOOKS: Mapping[Scenario, Look] = {
    Scenario.SSN_LAST4: _is_of_facts(Scenario.SSN_LAST4, WhyNot.NO_SSN),
    Scenario.ZIP_LAST4: _is_of_facts(Scenario.ZIP_LAST4, WhyNot.NO_ZIP),
    Scenario.ZIP_FIRST4: _is_of_facts(Scenario.ZIP_FIRST4, WhyNot.NO_ZIP),
    Scenario.REPEATING: _is_repeating,
    Scenario.SEQUENTIAL: _is_sequential,
    Scenario.PHONE_LAST4: _is_of_facts(Scenario.PHONE_LAST4, WhyNot.NO_PHONE),
    Scenario.LENGTH: _has_odd_length,
    Scenario.VIOLATES_RULES: _violates_rules,
}
