"""How the PIN of somebody stands: theirs, or still one that others can work out.

What a call looks at is looked at here, and decided in the same way: evaluations go in, and the
decision between activation and forced change says the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from watchword.features.activation.decision import Outcome, decide
from watchword.features.activation.established import Established
from watchword.features.activation.scenarios import (
    READS_THE_PIN,
    Evaluation,
    NotEvaluated,
    Scenario,
    WhyNot,
)


class Standing(StrEnum):
    DEFAULT = "default"
    """Their PIN matches, and nobody says that they have chosen it: a call would activate them."""
    NOT_ACTIVATED = "not_activated"
    """The PIN is not shown; but they have not activated, as the core says, or for all we know."""
    CHOSEN_WEAK = "chosen_weak"
    """They have chosen it, and yet a scenario matches: as when they have a new telephone."""
    CHOSEN = "chosen"
    OTHER = "other"
    """No scenario matches, and nobody says who has chosen it."""
    UNTOLD = "untold"
    """Something that it takes could not be looked at."""
    NO_PIN = "no_pin"


@dataclass(frozen=True, slots=True)
class Stand:
    """`scenario`: the one that matched first."""

    standing: Standing
    scenario: Scenario | None = None


OF_THE_CORE: Final = frozenset(
    {WhyNot.OTHER_PROCESS, WhyNot.FOR_UNREADABLE_PINS, WhyNot.CORE_HAS_NO_INFO}
)
"""What does not run on a core at all leaves nothing open about a member."""


def stand(
    activation: Sequence[Evaluation], established: Established, *, is_set: bool | None
) -> Stand:
    """Say how a PIN stands, by what the list for a first PIN came to."""
    if is_set is False:
        return Stand(Standing.NO_PIN)
    decision = decide(activation, None, established)
    if decision.outcome is Outcome.ACTIVATION:
        is_seen = decision.reason in READS_THE_PIN
        return Stand(Standing.DEFAULT if is_seen else Standing.NOT_ACTIVATED, decision.reason)
    if decision.tolerated is not None:
        return Stand(Standing.CHOSEN_WEAK, decision.tolerated)
    if established is Established.YES:
        return Stand(Standing.CHOSEN)
    is_open = any(
        isinstance(each, NotEvaluated) and each.why not in OF_THE_CORE for each in activation
    )
    return Stand(Standing.UNTOLD if is_open or not activation else Standing.OTHER)
