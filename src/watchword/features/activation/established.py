"""Whether a customer has chosen their PIN themselves: yes, no, or nobody knows.

A first PIN is one that others can work out. Whoever has once chosen one does not activate again.
"""

from enum import StrEnum


class Established(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def established(*, chosen_here: bool, core: bool | None) -> Established:
    """Weigh who says so: our record of a PIN that they chose, and the core. One yes is enough."""
    if chosen_here or core:
        return Established.YES
    return Established.UNKNOWN if core is None else Established.NO
