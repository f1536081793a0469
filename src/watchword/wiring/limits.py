"""The parts that count how often something was done, and forgive it."""

from dataclasses import dataclass

from watchword.features.challenges.allowances.service import Allowances
from watchword.features.limits.service import Gates, Lifts


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitServices:
    """All that doors may ask about what is left of a limit."""

    gates: Gates
    lifts: Lifts
    allowances: Allowances
