"""The decision between a first PIN, another one, and nothing: every row, and all that there is."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TypeAlias

import pytest

from tests.features.activation.evidence import known, traits
from watchword.features.activation.decision import Decision, Outcome, decide
from watchword.features.activation.established import Established, established
from watchword.features.activation.scenarios import (
    DidNotMatch,
    Evaluation,
    Matched,
    NotEvaluated,
    PinLooked,
    ProcessKind,
    Scenario,
    WhyNot,
    evaluate,
)
from watchword.features.cores.rules import PinMode

YES, NO, UNKNOWN = Established.YES, Established.NO, Established.UNKNOWN
A, F = Scenario.SSN_LAST4, Scenario.LENGTH
NOTHING = Decision(Outcome.NORMAL)

Lists: TypeAlias = Mapping[ProcessKind, Sequence[Evaluation]]

HIT: Lists = {ProcessKind.ACTIVATION: (Matched(A),), ProcessKind.FORCE: (Matched(F),)}
MISS: Lists = {ProcessKind.ACTIVATION: (DidNotMatch(A),), ProcessKind.FORCE: (DidNotMatch(F),)}
BLIND: Lists = {
    ProcessKind.ACTIVATION: (NotEvaluated(A, WhyNot.NO_SSN),),
    ProcessKind.FORCE: (NotEvaluated(F, WhyNot.NOT_ENTERED),),
}

TABLE = [
    # activation, force, established: what follows. None: switched off.
    ("hit", "hit", NO, Decision(Outcome.ACTIVATION, A)),
    ("hit", "hit", UNKNOWN, Decision(Outcome.ACTIVATION, A)),
    ("hit", "hit", YES, Decision(Outcome.FORCE, F)),
    ("hit", "miss", NO, Decision(Outcome.ACTIVATION, A)),
    ("hit", "miss", UNKNOWN, Decision(Outcome.ACTIVATION, A)),
    ("hit", "miss", YES, Decision(Outcome.FORCE, A)),
    ("hit", None, NO, Decision(Outcome.ACTIVATION, A)),
    ("hit", None, UNKNOWN, Decision(Outcome.ACTIVATION, A)),
    ("hit", None, YES, Decision(Outcome.NORMAL, tolerated=A)),
    ("miss", "hit", NO, Decision(Outcome.ACTIVATION, F)),
    ("miss", "hit", UNKNOWN, Decision(Outcome.FORCE, F)),
    ("miss", "hit", YES, Decision(Outcome.FORCE, F)),
    *(("miss", "miss", each, NOTHING) for each in Established),
    *(("miss", None, each, NOTHING) for each in Established),
    *((None, "hit", each, Decision(Outcome.FORCE, F)) for each in Established),
    *((None, "miss", each, NOTHING) for each in Established),
    *((None, None, each, NOTHING) for each in Established),
]


def listed(word: str | None, process: ProcessKind) -> Sequence[Evaluation] | None:
    return None if word is None else {"hit": HIT, "miss": MISS, "blind": BLIND}[word][process]


@pytest.mark.parametrize(("activation", "force", "known_as", "follows"), TABLE)
def test_each_row_of_the_table(
    activation: str | None, force: str | None, known_as: Established, follows: Decision
) -> None:
    lists = listed(activation, ProcessKind.ACTIVATION), listed(force, ProcessKind.FORCE)

    assert decide(*lists, known_as) == follows


@pytest.mark.parametrize("known_as", Established)
@pytest.mark.parametrize("force", ["hit", "miss", None])
def test_where_no_pin_is_set_a_first_one_is_if_that_is_on(
    force: str | None, known_as: Established
) -> None:
    miss, off = MISS[ProcessKind.ACTIVATION], None
    changed = listed(force, ProcessKind.FORCE)

    assert decide(miss, changed, known_as, has_none=True) == Decision(Outcome.ACTIVATION)
    assert decide(off, changed, known_as, has_none=True) == decide(off, changed, known_as)


def test_the_table_has_every_row_there_is() -> None:
    rows = [(activation, force, known_as) for activation, force, known_as, _ in TABLE]

    assert sorted(map(str, rows)) == sorted(
        map(str, product(("hit", "miss", None), ("hit", "miss", None), Established))
    )


@pytest.mark.parametrize("known_as", Established)
@pytest.mark.parametrize("other", ["hit", "miss", None])
def test_what_could_not_be_evaluated_is_no_match(known_as: Established, other: str | None) -> None:
    activation, force = listed(other, ProcessKind.ACTIVATION), listed(other, ProcessKind.FORCE)

    assert decide(BLIND[ProcessKind.ACTIVATION], force, known_as) == decide(
        MISS[ProcessKind.ACTIVATION], force, known_as
    )
    assert decide(activation, BLIND[ProcessKind.FORCE], known_as) == decide(
        activation, MISS[ProcessKind.FORCE], known_as
    )


def test_the_first_match_of_a_list_is_the_reason() -> None:
    several: list[Evaluation] = [
        DidNotMatch(Scenario.ZIP_FIRST4),
        Matched(Scenario.REPEATING),
        Matched(A),
    ]

    assert decide(several, [], NO).reason is Scenario.REPEATING


# The same with real evidence: on every kind of core, in both readings, with every toggle.

KINDS = [*product(PinMode, PinLooked)]


@pytest.mark.parametrize(("mode", "reading"), KINDS)
def test_on_every_core_there_is_one_outcome_and_only_one_that_is_on(
    mode: PinMode, reading: PinLooked
) -> None:
    core = traits(mode)
    toggles = [*product((True, False), (True, False), Established, ("5596", "927", "9274"))]
    for activates, forces, known_as, pin in toggles:
        evidence = known(
            pin if mode is PinMode.CLEAR else None, mode=mode, entered=pin, established=known_as
        )
        activation = evaluate([A], ProcessKind.ACTIVATION, evidence, core, reading)
        force = evaluate([F], ProcessKind.FORCE, evidence, core, reading)

        decision = decide(activation if activates else None, force if forces else None, known_as)

        reads = mode is PinMode.CLEAR or reading is PinLooked.ENTERED
        assert decision == expected(
            known_as,
            hit=activates and pin == "5596" and reads,
            odd=forces and pin == "927",
            activates=activates,
            forces=forces,
        )


def expected(
    known_as: Established, *, hit: bool, odd: bool, activates: bool, forces: bool
) -> Decision:
    """The table once more, told from its end: what has to be true for each outcome."""
    reason = A if hit and not (odd and known_as is YES) else F if odd else None
    is_first = (hit and known_as is not YES) or (odd and activates and known_as is NO)
    if is_first:
        return Decision(Outcome.ACTIVATION, reason)
    if (hit or odd) and forces:
        return Decision(Outcome.FORCE, reason)
    return Decision(Outcome.NORMAL, tolerated=A if hit else None)


class TestEstablished:
    @pytest.mark.parametrize(
        ("chosen_here", "core", "found"),
        [
            (True, True, YES),
            (True, False, YES),
            (True, None, YES),
            (False, True, YES),
            (False, False, NO),
            (False, None, UNKNOWN),
        ],
    )
    def test_one_yes_is_enough_and_one_no_unless_somebody_says_yes(
        self, *, chosen_here: bool, core: bool | None, found: Established
    ) -> None:
        assert established(chosen_here=chosen_here, core=core) is found
