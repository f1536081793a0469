"""Which PINs the scenarios look for, where they can be listed: for PINs of our own.

Nobody can read those. But we have made their hashes, so we can say whether one of some forty
values is behind one; without a call, and without counting anything as a failure. A banking core is
never tried like that.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from watchword.features.activation.scenarios import (
    OF_FACTS,
    Basis,
    DidNotMatch,
    Evaluation,
    NotEvaluated,
    Scenario,
    WhyNot,
)
from watchword.features.pins.derived import DIGITS
from watchword.features.pins.rules import LONGEST_EVER, SHORTEST_EVER
from watchword.foundation.secret import Secret

NONE_OF_THEM: Final = Secret("0-")
"""Stands for a PIN that is none of those: no scenario that lists its own matches it."""


def suspects(scenarios: Sequence[Scenario], basis: Basis) -> Sequence[Secret]:
    """Give the PINs that would match, each once. Those of the facts come first: there are few."""
    found = [
        value
        for scenario in scenarios
        if scenario in OF_FACTS
        for holder in basis.holders
        for value in OF_FACTS[scenario](holder) or ()
    ]
    if Scenario.REPEATING in scenarios:
        lengths = range(SHORTEST_EVER, LONGEST_EVER + 1)
        found += [digit * length for length in lengths for digit in DIGITS]
    return [Secret(each) for each in dict.fromkeys(found)]


def without_the_unlisted(evaluations: Sequence[Evaluation], basis: Basis) -> Sequence[Evaluation]:
    """Take back what was not told by going through the list: shorter repeats are too many."""
    if basis.rules.repeats_from is None:
        return evaluations
    return [
        NotEvaluated(each.scenario, WhyNot.PIN_NOT_READABLE)
        if each == DidNotMatch(Scenario.REPEATING)
        else replace(each)
        for each in evaluations
    ]
