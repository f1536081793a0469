"""Which answers are about somebody, and what a code of a call is for."""

from watchword.features.activation.dialogue.codes import CodeSent, JudgeCode, SendCode
from watchword.features.activation.dialogue.steps import Event, Find, Found, LookAt, Verify, Wish
from watchword.features.challenges.policies import Purpose

FOR_NOBODY = "nobody:"
"""What the name of a code begins with that was sent nowhere."""


def is_about_somebody(wish: Wish, answer: Event) -> bool:
    match wish:
        case Find():
            return isinstance(answer, Found) and bool(answer.members)
        case LookAt(ref) | Verify(ref):
            return ref is not None  # Also if nobody could say: that takes its time, too.
        case SendCode():
            return isinstance(answer, CodeSent) and answer.reaches
        case JudgeCode(reference):
            return not reference.startswith(FOR_NOBODY)
        case _:
            return False


def purpose_of(wish: SendCode) -> Purpose:
    if wish.unlocks:
        return Purpose.STEP_UP
    return Purpose.PIN_ACTIVATION if wish.is_first else Purpose.PIN_CHANGE
