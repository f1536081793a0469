"""What is written down of a call: what was said, asked, typed and decided, and no digit of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from watchword.features.activation.dialogue.steps import (
    Ask,
    Ended,
    Event,
    HungUp,
    NothingTyped,
    Remark,
    Say,
    Step,
    Tell,
    Typed,
)


class LineKind(StrEnum):
    SAID = "said"
    ASKED = "asked"
    HEARD = "heard"
    DECIDED = "decided"
    DONE = "done"


REASONS: Final = frozenset(
    {"because", "matched", "did_not_match", "not_evaluated", "weak_pin_tolerated"}
)
"""What was found about a PIN. Whoever reads it knows more or less which PIN it was."""


NUMBERS: Final = frozenset({"count", "digits", "least", "most"})
"""Words of a prompt that say how many digits, or letters, it asks for."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of what happened. `digits`: how many were typed. `why`: of what was said, its
    `NUMBERS`."""

    turn: int
    at: datetime
    kind: LineKind
    what: str
    why: str | None = None
    digits: int | None = None


def heard(turn: int, at: datetime, event: Event) -> Sequence[LogLine]:
    """Give what is written of something heard: of digits only how many they are."""
    match event:
        case Typed(value, ended_by):
            count = len(value.reveal())
            return [LogLine(turn, at, LineKind.HEARD, "typed", ended_by, count)]
        case NothingTyped():
            return [LogLine(turn, at, LineKind.HEARD, "nothing_typed")]
        case HungUp():
            return [LogLine(turn, at, LineKind.HEARD, "hung_up")]
        case _:
            return []


def played(
    turn: int, at: datetime, told: Sequence[Tell], steps: Sequence[Step]
) -> Sequence[LogLine]:
    """Give what is written of a turn: what was decided in it, and then what was said."""
    return [*_decided(turn, at, told), *_said(turn, at, steps)]


def numbers_in(line: LogLine) -> Mapping[str, str]:
    """Give how many digits, or letters, were asked for in what was said."""
    pairs = (each.partition("=") for each in (line.why or "").split())
    return {name: number for name, _, number in pairs if name in NUMBERS}


def without_reasons(lines: Sequence[LogLine]) -> Sequence[LogLine]:
    """Leave out why it was decided so, for whoever is to know only what was decided."""
    return [each for each in lines if each.kind is not LineKind.DECIDED or each.what not in REASONS]


def _decided(turn: int, at: datetime, told: Sequence[Tell]) -> Iterator[LogLine]:
    for each in told:
        match each:
            case Remark(what, why):
                yield LogLine(turn, at, LineKind.DECIDED, what, why)
            case Ended(how):
                yield LogLine(turn, at, LineKind.DECIDED, "call_ended", how)
            case _:
                pass


def _said(turn: int, at: datetime, steps: Sequence[Step]) -> Iterator[LogLine]:
    for step in steps:
        match step:
            case Say(prompt, words):
                numbers = [f"{name}={number}" for name, number in words if name in NUMBERS]
                yield LogLine(turn, at, LineKind.SAID, prompt, " ".join(numbers) or None)
            case Ask(name):
                yield LogLine(turn, at, LineKind.ASKED, name)
            case _:
                yield LogLine(turn, at, LineKind.DONE, step.word)
