"""A call from beginning to end: who is it, is their PIN good enough, and a new one if it is not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.asking import Unexpected
from watchword.features.activation.dialogue.callers import Caller
from watchword.features.activation.dialogue.identification import passed, proven
from watchword.features.activation.dialogue.new_pin import Renewal, set_new_pin
from watchword.features.activation.dialogue.ports import PIN, Playable, Proof
from watchword.features.activation.dialogue.script import Script
from watchword.features.activation.dialogue.steps import (
    Ask,
    CallStarted,
    Ended,
    Ending,
    HangUp,
    Known,
    LookAt,
    PauseRecording,
    Remark,
    ResumeRecording,
    Say,
    Succeeded,
    Transfer,
)
from watchword.features.cores.rules import CoreEvent, Unavailable


class Unproven(Exception):
    """A line lets a PIN be set, and asks for nothing before."""

    def __init__(self) -> None:
        super().__init__("Nobody sets a PIN who has not shown who they are.")


def call(line: Playable, started: CallStarted) -> Script[None]:
    """Play a whole call. It ends with a transfer, or with goodbye."""
    yield Say("welcome", (("organisation", line.organisation),))
    if started.is_paced:
        yield Say("paced")
        yield from _to_a_person(line)
        return
    yield PauseRecording()
    ended = yield from _come_through(line, started.at)
    yield ResumeRecording()
    if isinstance(ended, Ending):
        yield from _to_a_person(line)
        return
    # Of others on the same telephone nothing is forgotten: whoever has a PIN of their own would
    # have as many guesses at theirs as they like.
    yield Succeeded(line.find_by, ended.value, [each.ref for each in ended.fitting])
    yield from _go_on(line)


def _come_through(line: Playable, at: datetime) -> Script[Caller | Ending]:
    """Ask level by level. Once a PIN was judged it is decided what is to be done with it."""
    before, after = _around_the_pin(line.levels)
    caller = yield from _levels(line, before, None)
    if isinstance(caller, Caller) and caller.has_no_pin:
        caller = yield from proven(line, _wanted(line.activation), caller)
    if isinstance(caller, Ending):
        return caller
    caller = caller.alone()
    if not caller.fitting:
        yield Remark("several_fit")
        return Ending.TO_A_PERSON
    outcome, known = yield from _decided(line, caller, at)
    if known is None:
        return Ending.TO_A_PERSON
    return (yield from _followed(line, caller, outcome, known, after))


def _followed(
    line: Playable,
    caller: Caller,
    outcome: Outcome,
    known: Known,
    levels: Sequence[Sequence[Ask]],
) -> Script[Caller | Ending]:
    """A first PIN is set at once; another one when the caller has shown everything else, too."""
    chooses_one = caller.has_no_pin or outcome is not Outcome.NORMAL
    if chooses_one and known.state.is_locked:
        # A lock of a core is the core's: nobody steps over it with a new PIN.
        yield Remark("locked_in_the_core")
        yield Say("pin_is_locked")
        return Ending.TO_A_PERSON
    match outcome:
        case Outcome.NORMAL if caller.has_no_pin:
            yield Say("has_a_pin" if known.state.is_set else "no_pin_here")
            return Ending.TO_A_PERSON
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
    line: Playable, levels: Sequence[Sequence[Ask]], caller: Caller | Ending | None
) -> Script[Caller | Ending]:
    for level in levels:
        if isinstance(caller, Ending):
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
    yield from decided.remarks
    yield Remark("decided", why=decided.outcome)
    return decided.outcome, known


def _renewed(
    line: Playable, proof: Proof | None, caller: Caller | Ending, known: Known, why: Outcome
) -> Script[Caller | Ending]:
    """Let somebody set a new PIN, once they have shown what is wanted for that."""
    if isinstance(caller, Ending):
        return caller
    if not caller.has_no_pin:
        yield Say("why_first" if known.state.is_set is False else f"why_{why}")
        shown = yield from proven(line, _wanted(proof), caller)
        if isinstance(shown, Ending):
            return shown
        caller = shown
    if caller.member is None:
        return Ending.TO_A_PERSON
    event = CoreEvent.ACTIVATED if why is Outcome.ACTIVATION else CoreEvent.PIN_CHANGED
    renewal = Renewal(
        line=line,
        member=caller.member,
        holders=caller.whose,
        known=known,
        entered=caller.entered,
    )
    is_set = yield from set_new_pin(renewal, event)
    return caller if is_set else Ending.TO_A_PERSON


def _wanted(proof: Proof | None) -> Proof:
    if proof is None:
        raise Unproven
    return proof


def _go_on(line: Playable) -> Script[None]:
    yield Ended(Ending.THROUGH)
    if line.onward_to is None:
        yield Say("goodbye")
        yield HangUp()
    else:
        yield Say("onward")
        yield Transfer(line.onward_to)


def _to_a_person(line: Playable) -> Script[None]:
    yield Ended(Ending.TO_A_PERSON)
    if line.transfer_to is None:
        yield Say("call_us")
        yield HangUp()
    else:
        yield Say("to_a_person")
        yield Transfer(line.transfer_to)
