"""What no core of ours is asked to keep as a PIN."""

import re
from typing import Final

from watchword.features.cores.rules import CoreTraits
from watchword.foundation.secret import Secret

PIN: Final = re.compile(r"[0-9]{1,24}", re.ASCII)


def is_pin(pin: Secret) -> bool:
    """Say whether it could be one at all. What is none fits nobody, and is sent nowhere."""
    return PIN.fullmatch(pin.reveal()) is not None


def objection(pin: Secret, traits: CoreTraits) -> str | None:
    """Say why a core would not take a PIN, without saying which one it is."""
    digits = pin.reveal()
    if not is_pin(pin):
        return "not a PIN"
    if digits in traits.reserved_pins:
        return "reserved"
    shortest, longest = traits.pin_lengths or (1, len(digits))
    return None if shortest <= len(digits) <= longest else "too short or too long"
