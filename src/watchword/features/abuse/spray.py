"""Whether codes are being tried all over an organisation: a guess here, a guess there.

Each guess by itself is an honest mistake, and each contact point has its own budget. So only
the share of wrong answers among all of them tells, and what follows may shut nobody out: a flood
of wrong answers makes codes longer, and does nothing else.
"""

from uuid import UUID

from watchword.features.abuse.rules import Admitted, StepUp, Trace
from watchword.features.abuse.rulesets import Spray

PER_CENT = 100
SPRAY_KEY = "spray"
"""Where the block stands that says codes are being tried."""

SHARDS = 8
"""Answers are counted in so many rows beside each other, so that they rarely wait."""


def is_sprayed(rule: Spray, *, wrong: int, right: int) -> bool:
    """Decide by the answers of the span that the rule looks at."""
    return rule.on and wrong >= rule.least and wrong * PER_CENT > rule.percent * (wrong + right)


def step_up_of(rule: Spray) -> StepUp:
    return StepUp(rule.code_length, rule.attempts)


def admitted(trace: Trace, step_up: StepUp | None) -> Admitted:
    """Admit a start. Codes become longer for strangers, and stay as they are for all others."""
    return Admitted(None if trace.is_known else step_up)


def shard_of(challenge_id: UUID) -> int:
    return challenge_id.bytes[-1] % SHARDS
