"""What no core of ours is asked to keep as a PIN."""

import re
from typing import Final

from watchword.features.cores.rules import CoreTraits
from watchword.foundation.secret import Secret

PIN: Final = re.compile(r"[0-9]{1,24}", re.ASCII)


def objection(pin: Secret, traits: CoreTraits) -> str | None:
    """Say why a core would not take a PIN, without saying which one it is."""
    digits = pin.reveal()
    if not PIN.fullmatch(digits):
        return "not a PIN"
    if digits in traits.reserved_pins:
        return "reserved"
    shortest, longest = traits.pin_lengths or (1, len(digits))
    return None if shortest <= len(digits) <= longest else "too short or too long"
