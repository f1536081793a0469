"""How long an answer is held back, whoever it is about.

All are given at the moment by which the slowest of the last answers about somebody was there, and
some more. Then it is the same for whoever is known and whoever is not, and so is whether a caller
has to hold. Of each organisation and core it is measured by itself, as they are of no other's pace.
"""

import math
from collections.abc import Sequence
from typing import Final

STEP: Final = 0.05
"""Seconds. Answers come in steps: what takes a few thousandths more or less then looks the same."""
MARGIN: Final = 1.25
LONGEST: Final = 25.0
"""Seconds: as long as any core may take until it is given up (20, by `settings`), and some more. A
core that hangs until then for whoever is known would tell them by it, were the others answered."""
LOOKED_AT: Final = 32
TRIED: Final = 4
"""So many answers have to be there before they say anything."""
UNTRIED: Final = 1.0
"""Seconds. What a core is given at first that is asked over a wire."""


def due(took: Sequence[float], *, is_near: bool) -> float:
    """Say after how many seconds an answer is given. `took`: how long the last ones about somebody
    took. `is_near`: the core is no wire away, and slow at no time when it has not been before."""
    least = STEP if is_near or len(took) >= TRIED else UNTRIED
    wanted = max((least, *(MARGIN * each for each in took)))
    return min(math.ceil(round(wanted / STEP, 6)) * STEP, LONGEST)


def measured(took: Sequence[float], seconds: float) -> Sequence[float]:
    return [*took, seconds][-LOOKED_AT:]
