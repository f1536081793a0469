"""What a call has come to, and what an hour of calls is, in counts that name nobody.

All of it is read from the log that staff can replay: what was decided, and whether a new PIN was
asked for. So a report never says what no call has shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.steps import Ending
from watchword.features.activation.established import Established
from watchword.features.activation.scenarios import (
    DidNotMatch,
    Evaluation,
    Matched,
    NotEvaluated,
    ProcessKind,
    Scenario,
    WhyNot,
)
from watchword.features.activation.standings import Stand, Standing, stand
from watchword.features.calls.log import LineKind, LogLine
from watchword.features.calls.rules import LIFE
from watchword.features.cores.rules import PinSet, PinUnknown
from watchword.features.figures.rules import Hour, Span, Window, begins


class End(StrEnum):
    """How a call has ended, for whoever looks at many of them."""

    ACTIVATED = "activated"
    CHANGED = "changed"
    THROUGH = "through"
    """They came through, with the PIN that they had."""
    NOT_CONFIRMED = "not_confirmed"
    """A PIN was sent to the core, and nobody knows whether it is there."""
    LOCKED = "locked"
    """The number was locked when they called: too many calls with it had failed."""
    TO_A_PERSON = "to_a_person"
    HUNG_UP = "hung_up"
    SILENT = "silent"
    OUT_OF_STEP = "out_of_step"


class Stage(StrEnum):
    """How far somebody got. Each holds those before it, too."""

    CALLED = "called"
    IDENTIFIED = "identified"
    """It was decided what is to be done with their PIN."""
    WANTED = "wanted"
    """They were to set a PIN."""
    PROVED = "proved"
    """They have shown what that takes, and were asked for the new one."""
    SET = "set"


class Kind(NamedTuple):
    """What calls have in common that are counted together. `scenario`: empty where none matched."""

    profile_id: UUID
    end: End
    stage: Stage
    standing: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Told:
    """A call that is over, as far as it is counted. `ending`: nothing, if nobody ended it."""

    id: str
    at: int
    profile_id: UUID
    ending: Ending | None
    lines: Sequence[LogLine]


SEEN: Mapping[Ending, End] = {
    Ending.THROUGH: End.THROUGH,
    Ending.TO_A_PERSON: End.TO_A_PERSON,
    Ending.HUNG_UP: End.HUNG_UP,
    Ending.SILENT: End.SILENT,
    Ending.OUT_OF_STEP: End.OUT_OF_STEP,
}
WRITTEN = "pin_written"
IS_SET = {PinSet.word, "PinSet"}
IS_UNKNOWN = {PinUnknown.word, "PinUnknown"}
"""How the setting of a PIN has ended: in its word, and as older logs have it."""
LOCKED = "locked"


def kind_of(call: Told) -> Kind:
    """Say what a call came to."""
    found = stand_of(call.lines)
    return Kind(
        call.profile_id,
        _end(call),
        _stage(call.lines),
        "" if found is None else found.standing,
        "" if found is None or found.scenario is None else found.scenario,
    )


def stand_of(lines: Sequence[LogLine]) -> Stand | None:
    """Say how the PIN stood before anything was done in a call; nothing, if it was not looked at.

    It is put together again of what the log says, and judged by the same rule as everywhere.
    """
    said = _last(lines, "established")
    if said is None or not any(_is(each, "decided") for each in lines):
        return None
    found = [each for line in lines if (each := _evaluation(line)) is not None]
    return stand(found, Established(said), is_set=None)


def _end(call: Told) -> End:
    written, decided = _last(call.lines, WRITTEN), _last(call.lines, "decided")
    if written in IS_SET:
        return End.ACTIVATED if decided == Outcome.ACTIVATION else End.CHANGED
    if written in IS_UNKNOWN:
        return End.NOT_CONFIRMED
    if any(_is(each, LOCKED) for each in call.lines):
        return End.LOCKED
    return SEEN[call.ending or Ending.SILENT]


def _stage(lines: Sequence[LogLine]) -> Stage:
    if _last(lines, WRITTEN) in IS_SET:
        return Stage.SET
    if any(each.kind is LineKind.ASKED and each.what == "new_pin" for each in lines):
        return Stage.PROVED
    decided = _last(lines, "decided")
    if decided is None:
        return Stage.CALLED
    return Stage.IDENTIFIED if decided == Outcome.NORMAL else Stage.WANTED


def _last(lines: Sequence[LogLine], what: str) -> str | None:
    return next((each.why for each in reversed(lines) if _is(each, what)), None)


def _is(line: LogLine, what: str) -> bool:
    return line.kind is LineKind.DECIDED and line.what == what


def _evaluation(line: LogLine) -> Evaluation | None:
    """Read an evaluation of the list for a first PIN back from the log."""
    process, scenario, *why = f"{line.why or ''} ".split(" ")
    if line.kind is not LineKind.DECIDED or process != ProcessKind.ACTIVATION:
        return None
    match line.what:
        case "matched":
            return Matched(Scenario(scenario))
        case "did_not_match":
            return DidNotMatch(Scenario(scenario))
        case "not_evaluated":
            return NotEvaluated(Scenario(scenario), WhyNot(why[0]))
        case _:
            return None


LIVE_EVERY = timedelta(minutes=1)
PAUSE_FOR_EACH = timedelta(milliseconds=2)
"""For each call that was counted, so that counting is a small part of what a processor does."""
SLACK = timedelta(minutes=10)


def is_over(hour: Hour, now: datetime) -> bool:
    """Say whether every call of an hour has ended, however long it took."""
    return now >= begins(hour + 1) + LIFE + SLACK


def next_count(hour: Hour, calls: int, now: datetime) -> datetime | None:
    """Say when an hour is counted next; nothing, if that was the last time."""
    return None if is_over(hour, now) else now + max(LIVE_EVERY, calls * PAUSE_FOR_EACH)


@dataclass(frozen=True, slots=True)
class Sum:
    """How many calls of a kind there were in one part of a window."""

    part: int
    kind: Kind
    calls: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the time: `ends` by how calls ended."""

    starts: datetime
    ends: Mapping[End, int]

    @property
    def calls(self) -> int:
        return sum(self.ends.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """What a span of calls came to. `lost`: after which step those ended who were helped by a
    person, hung up, or were heard of no more. `stands`: how the PINs of callers stood."""

    span: Span
    parts: Sequence[Part]
    ends: Mapping[End, int]
    funnel: Mapping[Stage, int]
    lost: Mapping[Stage, int]
    stands: Mapping[Standing, int]
    scenarios: Mapping[Scenario, int]

    @property
    def calls(self) -> int:
        return sum(self.ends.values())

    @property
    def seen(self) -> int:
        """How many calls told something about a PIN."""
        return sum(self.stands.values())


SUCCEEDED = frozenset({End.ACTIVATED, End.CHANGED, End.THROUGH})


def report(span: Span, frame: Window, sums: Sequence[Sum]) -> CallReport:
    reached = [*Stage]
    of_stage = {
        stage: _count(each for each in sums if reached.index(each.kind.stage) >= place)
        for place, stage in enumerate(reached)
    }
    known = [each for each in sums if each.kind.standing]
    return CallReport(
        span=span,
        parts=[
            Part(starts, _by_end(each for each in sums if each.part == part))
            for part, starts in enumerate(frame.starts)
        ],
        ends=_by_end(sums),
        funnel=of_stage,
        lost={
            stage: _count(
                each for each in sums if each.kind.stage is stage and each.kind.end not in SUCCEEDED
            )
            for stage in Stage
        },
        stands={
            standing: _count(each for each in known if each.kind.standing == standing)
            for standing in Standing
        },
        scenarios={
            scenario: count
            for scenario in Scenario
            if (
                count := _count(
                    each
                    for each in known
                    if each.kind.scenario == scenario and each.kind.standing == Standing.DEFAULT
                )
            )
        },
    )


def _by_end(sums: Iterable[Sum]) -> Mapping[End, int]:
    counts = dict.fromkeys(End, 0)
    for each in sums:
        counts[each.kind.end] += each.calls
    return counts


def _count(sums: Iterable[Sum]) -> int:
    return sum(each.calls for each in sums)
