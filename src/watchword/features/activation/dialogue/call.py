"""A call from beginning to end: who is it, is their PIN good enough, and a new one if it is not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.asking import Unexpected
from watchword.features.activation.dialogue.callers import Caller
from watchword.features.activation.dialogue.identification import Leave, passed, proven
from watchword.features.activation.dialogue.new_pin import Renewal, set_new_pin
from watchword.features.activation.dialogue.ports import PIN, Playable, Proof
from watchword.features.activation.dialogue.script import Script
from watchword.features.activation.dialogue.steps import (
    Ask,
    CallStarted,
    HangUp,
    Known,
    Line,
    LookAt,
    PauseRecording,
    ResumeRecording,
    Say,
    Succeeded,
    Transfer,
)
from watchword.features.cores.rules import CoreEvent, Unavailable


def call(line: Playable, started: CallStarted) -> Script[None]:
    """Play a whole call. It ends with a transfer, or with goodbye."""
    yield Say("welcome")
    if started.is_paced:
        yield Say("paced")
        yield Line("call_ended", why=Leave.TO_A_PERSON)
        yield from _leave(line, Leave.TO_A_PERSON)
        return
    yield PauseRecording()
    ended = yield from _come_through(line, started.at)
    yield ResumeRecording()
    if isinstance(ended, Leave):
        yield Line("call_ended", why=ended)
        yield from _leave(line, ended)
        return
    yield Succeeded(line.find_by, ended.value)
    yield Line("call_ended", why="through")
    yield from _go_on(line)


def _come_through(line: Playable, at: datetime) -> Script[Caller | Leave]:
    """Ask level by level. Once a PIN was judged it is decided what is to be done with it."""
    before, after = _around_the_pin(line.levels)
    caller = yield from _levels(line, before, None)
    if isinstance(caller, Caller) and caller.has_no_pin and line.activation is not None:
        caller = yield from proven(line, line.activation, caller)
    if isinstance(caller, Leave):
        return caller
    outcome, known = yield from _decided(line, caller, at)
    if known is None:
        return Leave.TO_A_PERSON
    return (yield from _followed(line, caller, outcome, known, after))


def _followed(
    line: Playable,
    caller: Caller,
    outcome: Outcome,
    known: Known,
    levels: Sequence[Sequence[Ask]],
) -> Script[Caller | Leave]:
    """A first PIN is set at once; another one when the caller has shown everything else, too."""
    match outcome:
        case Outcome.NORMAL if caller.has_no_pin:
            yield Say("has_a_pin")
            return Leave.TO_A_PERSON
        case Outcome.NORMAL:
            return (yield from _levels(line, levels, caller))
        case Outcome.ACTIVATION:
            active = yield from _renewed(line, line.activation, caller, known, outcome)
            return (yield from _levels(line, levels, active))
        case Outcome.FORCE:
            shown = yield from _levels(line, levels, caller)
            return (yield from _renewed(line, line.force, shown, known, outcome))


def _around_the_pin(levels: Sequence[Sequence[Ask]]) -> tuple[Sequence[Sequence[Ask]], ...]:
    """Part levels behind the one that asks for the PIN; behind the last, where none does."""
    for number, level in enumerate(levels, start=1):
        if any(each.name == PIN for each in level):
            return levels[:number], levels[number:]
    return levels, ()


def _levels(
    line: Playable, levels: Sequence[Sequence[Ask]], caller: Caller | Leave | None
) -> Script[Caller | Leave]:
    for level in levels:
        if isinstance(caller, Leave):
            break
        caller = yield from passed(line, level, caller)
    if caller is None:
        raise ValueError("A line has one level at least.")
    return caller


def _decided(line: Playable, caller: Caller, at: datetime) -> Script[tuple[Outcome, Known | None]]:
    match (yield LookAt(caller.ref)):
        case Known() as known:
            if caller.state is not None:
                known = replace(known, state=caller.state)
            decided = line.decide(known, caller.entered, caller.whose, at)
        case Unavailable():
            yield Say("not_now")
            return Outcome.NORMAL, None
        case other:
            raise Unexpected(other)
    yield from decided.lines
    yield Line("decided", why=decided.outcome)
    return decided.outcome, known


def _renewed(
    line: Playable, proof: Proof | None, caller: Caller | Leave, known: Known, why: Outcome
) -> Script[Caller | Leave]:
    """Let somebody set a new PIN, once they have shown what is wanted for that."""
    if isinstance(caller, Leave):
        return caller
    if not caller.has_no_pin and proof is not None:
        yield Say(f"why_{why}")
        shown = yield from proven(line, proof, caller)
        if isinstance(shown, Leave):
            return shown
        caller = shown
    if caller.member is None:
        return Leave.TO_A_PERSON
    event = CoreEvent.ACTIVATED if why is Outcome.ACTIVATION else CoreEvent.PIN_CHANGED
    renewal = Renewal(
        line=line,
        member=caller.member,
        holders=caller.whose,
        known=known,
        entered=caller.entered,
    )
    is_set = yield from set_new_pin(renewal, event)
    return caller if is_set else Leave.TO_A_PERSON


def _go_on(line: Playable) -> Script[None]:
    if line.onward_to is None:
        yield Say("goodbye")
        yield HangUp()
    else:
        yield Say("onward")
        yield Transfer(line.onward_to)


def _leave(line: Playable, how: Leave) -> Script[None]:
    if how is Leave.GOODBYE:
        yield Say("goodbye")
        yield HangUp()
    elif line.transfer_to is None:
        yield Say("call_us")
        yield HangUp()
    else:
        yield Say("to_a_person")
        yield Transfer(line.transfer_to)
