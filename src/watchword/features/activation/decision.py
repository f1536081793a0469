"""What is to be done with a PIN: nothing, a first one is set, or another one. Never two of them.

| activation | forced change | established | what happens |
| --- | --- | --- | --- |
| matches | any | no, unknown | activation |
| matches | any | yes | forced change if it is on; else the weak PIN is tolerated |
| no match | matches | no | activation if it is on, else forced change |
| no match | matches | yes, unknown | forced change |
| no match | no match | any | nothing |

Where no PIN is set at all and activation is on, it is activation, whatever matches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from watchword.features.activation.established import Established
from watchword.features.activation.scenarios import Evaluation, Matched, Scenario


class Outcome(StrEnum):
    """What is to be done with the PIN of somebody."""

    NORMAL = "normal"
    ACTIVATION = "activation"
    FORCE = "force"


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason`: the scenario that led there. `tolerated`: one that matched, and nothing follows,
    because forced change is off."""

    outcome: Outcome
    reason: Scenario | None = None
    tolerated: Scenario | None = None


def decide(
    activation: Sequence[Evaluation] | None,
    force: Sequence[Evaluation] | None,
    established: Established,
    *,
    has_none: bool = False,
) -> Decision:
    """Decide what follows from two lists; nothing in place of one that is switched off.

    `has_none`: no PIN is set, so there is none that could be let be, or changed.
    """
    to_activate, to_change = first_match(activation or ()), first_match(force or ())
    if has_none and activation is not None:
        return Decision(Outcome.ACTIVATION, to_activate)
    if to_activate is not None and established is not Established.YES:
        return Decision(Outcome.ACTIVATION, to_activate)
    if to_activate is not None and force is None:
        return Decision(Outcome.NORMAL, tolerated=to_activate)
    if to_activate is not None:
        return Decision(Outcome.FORCE, to_change or to_activate)
    if to_change is None:
        return Decision(Outcome.NORMAL)
    is_first = established is Established.NO and activation is not None
    return Decision(Outcome.ACTIVATION if is_first else Outcome.FORCE, to_change)


def first_match(evaluations: Sequence[Evaluation]) -> Scenario | None:
    return next((each.scenario for each in evaluations if isinstance(each, Matched)), None)
