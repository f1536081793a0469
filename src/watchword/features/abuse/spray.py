"""Whether codes are being tried all over an organisation: a guess here, a guess there.

Each guess by itself is an honest mistake, and each contact point has its own budget. So only
the share of wrong answers among those of strangers tells, and what follows may shut nobody out: a
flood of wrong answers makes codes longer, and does nothing else.

Whoever tries codes may answer rightly too, for contact points of their own. So each contact point
has one say, each kind is looked at by itself, and of new contact points not too many count.
"""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from watchword.features.abuse.rules import Admitted, StepUp, Trace
from watchword.features.abuse.rulesets import Spray
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactKind

PER_CENT = 100
SPRAY_KEY = "spray"
"""Where the block stands that says codes are being tried."""

SHARDS = 8
"""Answers are counted in so many rows beside each other, so that they rarely wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How many contact points of one kind answered, once each. `fresh`: rightly, and new."""

    right: int = 0
    fresh: int = 0
    wrong: int = 0


def is_sprayed(rule: Spray, answers: Answers) -> bool:
    """Decide by the answers of strangers in the span that the rule looks at.

    A domain that catches all mail is new contact points without end. So of those that are new, no
    more count than of the others; a shop that has just opened has but new ones, and some grace.
    """
    right = answers.right + min(answers.fresh, max(answers.right, rule.absolute))
    is_large = answers.wrong * PER_CENT > rule.percent * (answers.wrong + right)
    is_much = answers.wrong >= rule.least and is_large
    return rule.on and (is_much or answers.wrong >= rule.absolute)


def kind_of(channel: Channel) -> ContactKind:
    """Name the kind of contact point that a channel leads to."""
    match channel:
        case Channel.SMS | Channel.WHATSAPP | Channel.VOICE:
            return ContactKind.PHONE
        case Channel.EMAIL:
            return ContactKind.EMAIL
        case Channel.LETTER:
            return ContactKind.POST
        case _:
            assert_never(channel)


def step_up_of(rule: Spray) -> StepUp:
    return StepUp(rule.code_length, rule.attempts)


def admitted(trace: Trace, step_up: StepUp | None) -> Admitted:
    """Admit a start. Codes become longer for strangers, and stay as they are for all others."""
    return Admitted(None if trace.is_known else step_up)


def shard_of(challenge_id: UUID) -> int:
    return challenge_id.bytes[-1] % SHARDS
