"""How a caller shows who they are: sets of questions, each judged as a whole, and a code.

Which of the answers was wrong is not told, and neither is whether somebody is known, is locked in
their core, or could not be judged because it is away: they all hear that we could not confirm it.
"""

from collections.abc import Sequence
from dataclasses import replace

from watchword.features.activation.dialogue.asking import NONE, TRIES, Unexpected, asked
from watchword.features.activation.dialogue.callers import Caller, looked_up
from watchword.features.activation.dialogue.codes import (
    CodeRefused,
    CodeRight,
    CodeSent,
    CodeWrong,
    JudgeCode,
    SendCode,
    Unlock,
    Unlocked,
)
from watchword.features.activation.dialogue.counting import (
    Charge,
    Charged,
    TakenBack,
    TooMuch,
    TooOften,
)
from watchword.features.activation.dialogue.ports import PIN, Playable, Proof
from watchword.features.activation.dialogue.script import Script
from watchword.features.activation.dialogue.steps import (
    Ask,
    Ending,
    Failed,
    Find,
    Found,
    Remark,
    Say,
    Verify,
)
from watchword.features.cores.rules import PinFits, PinLocked, PinWrong, Unavailable
from watchword.foundation.secret import Secret


def passed(line: Playable, level: Sequence[Ask], caller: Caller | None) -> Script[Caller | Ending]:
    """Ask a set of questions until they all fit; whatever was answered before is not asked again.

    Without a caller it begins with who it is. Where nothing else is asked nobody is turned away:
    what fits nobody then is told by the set that follows. Whoever leaves has been told why.
    """
    for left in reversed(range(TRIES)):
        tried = yield from _answered(line, level, caller)
        if isinstance(tried, Ending):
            return tried
        if not _proofs(level, caller, tried):
            return tried
        if tried.fitting:
            yield TakenBack(line.find_by, tried.value, tried.found)
            return tried
        yield Remark("answers_do_not_fit")
        yield Failed(line.find_by, tried.value)
        yield Say("does_not_fit" if left else "does_not_fit_for_good")
    return Ending.TO_A_PERSON


def proven(line: Playable, proof: Proof, caller: Caller) -> Script[Caller | Ending]:
    """Ask for what is wanted before a PIN is set."""
    shown = yield from passed(line, proof.questions, caller)
    if isinstance(shown, Ending) or not proof.wants_code:
        return shown
    shown = shown.alone()
    ended = yield from _has_code(line, shown, is_first=proof.is_first)
    return shown if ended is None else ended


def _answered(
    line: Playable, level: Sequence[Ask], caller: Caller | None
) -> Script[Caller | Ending]:
    before, typed_pin = caller, Secret("")
    for question in level:
        if caller is not None and question.name in caller.answered:
            continue
        is_pin = question.name == PIN
        may_have_none = is_pin and line.activation is not None
        words = Say("ask_pin_or_none") if may_have_none else question.in_words
        typed = yield from asked([words], question, may_be_none=may_have_none)
        if typed is None:
            return Ending.TO_A_PERSON
        if caller is None:
            found = yield from _found(line, typed)
            if isinstance(found, Ending):
                return found
            caller = replace(found, answered=frozenset({question.name}))
        elif is_pin:
            typed_pin = typed
        else:
            caller = caller.after(line, question, typed)
    if caller is None:
        raise ValueError("A line begins with a question by which somebody is found.")
    if typed_pin == NONE:
        caller = replace(caller, has_no_pin=True, answered=caller.answered | {PIN})
    counted = (yield from _charged(line, caller)) if _proofs(level, before, caller) else caller
    if isinstance(counted, Ending) or typed_pin in (Secret(""), NONE):
        return counted
    return (yield from _verified(line, counted.alone(), typed_pin))


def _charged(line: Playable, caller: Caller) -> Script[Caller | Ending]:
    """Have a guess counted before it is judged. After too many of them whoever it is is nobody."""
    match (yield Charge(line.find_by, caller.value, caller.found)):
        case Charged():
            return replace(caller, is_counted=True)
        case TooOften():
            return replace(caller, fitting=(), is_counted=False)
        case TooMuch():
            yield Say("paced")
            return Ending.TO_A_PERSON
        case other:
            raise Unexpected(other)


def _found(line: Playable, typed: Secret) -> Script[Caller | Ending]:
    match (yield Find(line.find_by, typed)):
        case Found(members, is_locked=True) if line.unlocks_by_code:
            return (yield from _let_in(line, looked_up(typed, Found(members)).alone()))
        case Found() as found:
            if found.is_locked:
                yield Remark("locked")
            return looked_up(typed, found)
        case Unavailable():
            yield Say("not_now")
            return Ending.TO_A_PERSON
        case other:
            raise Unexpected(other)


def _verified(line: Playable, caller: Caller, pin: Secret) -> Script[Caller | Ending]:
    """Let the core judge a PIN, also of nobody: that takes as long."""
    match (yield Verify(caller.ref, pin)):
        case PinFits(state) if caller.fitting:
            answered = caller.answered | {PIN}
            return replace(caller, entered=pin, state=state, answered=answered)
        case PinFits() | PinWrong() | PinLocked():
            return replace(caller, fitting=(), answered=caller.answered | {PIN})
        case Unavailable():
            # Also of nobody, and of whomever something else does not fit: they would be locked
            # where others are not.
            yield Remark("could_not_be_judged")
            if caller.is_counted:
                yield TakenBack(line.find_by, caller.value, caller.found, was_right=False)
            return replace(caller, fitting=(), answered=caller.answered | {PIN})
        case other:
            raise Unexpected(other)


def _proofs(level: Sequence[Ask], before: Caller | None, after: Caller) -> Sequence[Ask]:
    """Give what was asked that shows something: not who it is, and not a PIN that is not there."""
    asked = level[1:] if before is None else level
    known = frozenset[str]() if before is None else before.answered
    return [
        each
        for each in asked
        if each.name not in known and not (each.name == PIN and after.has_no_pin)
    ]


def _let_in(line: Playable, caller: Caller) -> Script[Caller | Ending]:
    """Let somebody try again who is locked, once they have a code that only they can have. Of
    whoever is not known the number may be locked as well; they are asked for a code, too, and so is
    whoever shares a telephone: a code to one of them would let that one try at the others."""
    yield Say("locked")
    ended = yield from _has_code(line, caller, unlocks=True)
    if ended is not None or caller.ref is None:
        return ended or Ending.TO_A_PERSON
    match (yield Unlock(line.find_by, caller.value, caller.ref)):
        case Unlocked():
            yield Remark("unlocked_by_code")
            return caller
        case Unavailable():
            yield Say("not_now")
            return Ending.TO_A_PERSON
        case other:
            raise Unexpected(other)


def _has_code(
    line: Playable, caller: Caller, *, is_first: bool = False, unlocks: bool = False
) -> Script[Ending | None]:
    """Have a code typed that was sent to what is on file; nothing, if it was right."""
    match (yield SendCode(caller.member, caller.value, is_first, unlocks)):
        case CodeSent(reference, reaches):
            if not reaches:
                yield Remark("code_for_nobody")
            yield Say("code_sent")
        case CodeRefused() | Unavailable():
            yield Say("no_code_now")
            return Ending.TO_A_PERSON
        case other:
            raise Unexpected(other)
    return (yield from _types_code(line, caller, reference))


def _types_code(line: Playable, caller: Caller, reference: str) -> Script[Ending | None]:
    for _ in range(TRIES):
        typed = yield from asked([line.code.in_words], line.code)
        if typed is None:
            break
        match (yield JudgeCode(reference, typed)):
            case CodeRight() if caller.fitting:
                yield Remark("code_right")
                return None
            case (CodeRight() | CodeWrong()) as judged:
                yield Remark("code_wrong")
                yield Say("code_wrong")
                if judged == CodeWrong(is_over=True):
                    break
            case TooMuch():
                yield Say("paced")
                return Ending.TO_A_PERSON
            case Unavailable():
                yield Say("not_now")
                return Ending.TO_A_PERSON
            case other:
                raise Unexpected(other)
    yield Failed(line.find_by, caller.value)
    return Ending.TO_A_PERSON
