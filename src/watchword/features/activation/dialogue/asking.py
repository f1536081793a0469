"""How one thing is asked: again if nothing fitting was typed, or if somebody asks for it."""

from collections.abc import Sequence

from watchword.features.activation.dialogue.script import Script
from watchword.features.activation.dialogue.steps import (
    Ask,
    EndedBy,
    Event,
    NothingTyped,
    Say,
    Typed,
)
from watchword.foundation.secret import Secret

AGAIN = "*"
TRIES = 3
HEARD_AT_MOST = 6
"""Whoever wants to hear it more often needs a person."""
NONE = Secret("0")
"""What says "none of that". Only the terminator says it, too, where a platform tells that."""
ONLY_THE_TERMINATOR = Typed(Secret(""), EndedBy.TERMINATOR)


class Unexpected(Exception):
    """A script heard something that it had not asked for."""

    def __init__(self, event: Event | None) -> None:
        super().__init__(f"{type(event).__name__} is no answer here.")


def asked(words: Sequence[Say], ask: Ask, *, may_be_none: bool = False) -> Script[Secret | None]:
    """Ask until something was typed that can be an answer; nothing, if after some tries it was not.

    `may_be_none`: zero is an answer, too (`NONE`).
    """
    missed = 0
    for _ in range(HEARD_AT_MOST):
        yield from words
        match (yield ask):
            case Typed(value) if value.reveal() == AGAIN:
                continue
            case Typed(value) as typed if may_be_none and (
                value == NONE or typed == ONLY_THE_TERMINATOR
            ):
                return NONE
            case Typed(value):
                wrong = _what_is_wrong(ask, value.reveal())
                if wrong is None:
                    return value
                missed += 1
                yield Say(wrong)
            case NothingTyped():
                missed += 1
                yield Say("nothing_heard")
            case other:
                raise Unexpected(other)
        if missed == TRIES:
            break
    return None


def _what_is_wrong(ask: Ask, typed: str) -> str | None:
    if AGAIN in typed and not ask.takes_star:
        return "only_digits"
    if len(typed) < ask.least:
        return "too_few_digits"
    return "too_many_digits" if len(typed) > ask.most else None
