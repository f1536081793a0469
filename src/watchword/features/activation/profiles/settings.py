"""What holds for all profiles of an organisation: its PINs, its core, and when somebody is locked.

Each stands here by its meaning. What a core calls a parameter, and by which number, is the core's.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from watchword.features.activation.profiles.rules import ProfileId
from watchword.features.activation.scenarios import PinLooked
from watchword.features.cores.rules import CoreName, CoreTraits
from watchword.features.pins.kept.rules import Locking
from watchword.features.pins.rules import BadRules, PinRules
from watchword.features.pins.rules import find_fault as find_fault_of_rules

LOCK_AT_LEAST, LOCK_AT_MOST = 3, 10
"""Wrong ones in a row. Never to lock is not offered, whatever a core has as its default."""
NO_SUCH_CORE = "There is no such core."
AGE_AT_MOST = 3_650  # days
UNLOCK_AT_LEAST, UNLOCK_AT_MOST = 30, 24 * 60  # minutes
TARGET_AT_MOST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettings:
    """What staff set for all calls.

    `lock_after`: so many wrong ones in a row, across calls, lock somebody. `unlock_minutes`: after
    so long they may try again; without it, only staff let them, and a code to what is on file if
    it `unlocks_by_code`. `transfer_to`, `onward_to`: who helps, and where callers go on who have
    come through, in the words of the telephone platform.
    """

    pins: PinRules = field(default_factory=PinRules)
    greatest_age_days: int | None = None
    reading: PinLooked = PinLooked.STORED
    core: CoreName | None = None
    profile_id: ProfileId | None = None
    lock_after: int = LOCK_AT_MOST
    unlock_minutes: int | None = UNLOCK_AT_LEAST
    unlocks_by_code: bool = True
    transfer_to: str | None = None
    onward_to: str | None = None

    @property
    def greatest_age(self) -> timedelta | None:
        return None if self.greatest_age_days is None else timedelta(days=self.greatest_age_days)

    @property
    def locking(self) -> Locking:
        minutes = self.unlock_minutes
        reopens = None if minutes is None else timedelta(minutes=minutes)
        return Locking(after=self.lock_after, reopens=reopens)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLine:
    """`version` is 0 as long as nobody has set anything."""

    settings: LineSettings
    version: int = 0
    changed_by: str | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BadSettings:
    """`field` says what cannot be, `because` why."""

    word: ClassVar = "bad_settings"

    field: str
    because: str


@dataclass(frozen=True, slots=True)
class SettingsOutOfDate:
    word: ClassVar = "out_of_date"

    version: int


def find_fault(settings: LineSettings, traits: CoreTraits | None) -> BadSettings | None:
    """Look for what cannot be set. `traits`: of the core that is named, if it is there."""
    fault = find_fault_of_rules(settings.pins)
    if isinstance(fault, BadRules):
        return BadSettings(f"pins.{fault.field}", fault.because)
    age, minutes = settings.greatest_age_days, settings.unlock_minutes
    asked = (
        (
            LOCK_AT_LEAST <= settings.lock_after <= LOCK_AT_MOST,
            "lock_after",
            f"It is between {LOCK_AT_LEAST} and {LOCK_AT_MOST}.",
        ),
        (
            age is None or 1 <= age <= AGE_AT_MOST,
            "greatest_age_days",
            f"It is between 1 and {AGE_AT_MOST} days.",
        ),
        (
            minutes is None or UNLOCK_AT_LEAST <= minutes <= UNLOCK_AT_MOST,
            "unlock_minutes",
            f"It is between {UNLOCK_AT_LEAST} and {UNLOCK_AT_MOST} minutes.",
        ),
        (settings.core is None or traits is not None, "core", NO_SUCH_CORE),
        (
            _is_target(settings.transfer_to),
            "transfer_to",
            "It is one line, of 80 characters at most.",
        ),
        (_is_target(settings.onward_to), "onward_to", "It is one line, of 80 characters at most."),
        (
            _fits_core(settings.pins, traits),
            "pins.shortest",
            "The core takes no PINs of these lengths.",
        ),
    )
    return next((BadSettings(field, why) for is_so, field, why in asked if not is_so), None)


def _is_target(target: str | None) -> bool:
    if target is None:
        return True
    return bool(target.strip()) and len(target) <= TARGET_AT_MOST and target.isprintable()


def _fits_core(pins: PinRules, traits: CoreTraits | None) -> bool:
    if traits is None or traits.pin_lengths is None:
        return True
    least, most = traits.pin_lengths
    return least <= pins.shortest and pins.longest <= most
