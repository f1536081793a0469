"""How a script becomes turns: it is played again from the start, with all that was heard so far.

A script is a generator: it yields what is said, asked, wanted and told, and is sent what is heard.
It has no clock and no chance, so what was heard is all there is to keep of a call. That rests
sealed between two turns, and any process can go on with it.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from watchword.features.activation.dialogue.steps import (
    Ask,
    CallStarted,
    Ended,
    Ending,
    Event,
    HangUp,
    HungUp,
    Step,
    Tell,
    Transfer,
    Wish,
)

Result = TypeVar("Result")
Script: TypeAlias = Generator[Step | Wish | Tell, Event | None, Result]


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes of an event: what is said, what is told, and what is wanted before it goes on.

    With a wish the turn is not over: its answer is heard next. `is_over`: the call is.
    """

    steps: Sequence[Step] = ()
    told: Sequence[Tell] = ()
    wish: Wish | None = field(default=None)
    is_over: bool = False


class OutOfTune(Exception):
    """A script goes on after its end, or has no end."""


class Playback:
    """A script that was played with what was heard, and goes on from there.

    Between two turns only what was heard is kept; inside of one nothing is played twice.
    """

    def __init__(self, play: Callable[[CallStarted], Script[None]], heard: Sequence[Event]) -> None:
        """`heard`: everything, from `CallStarted` on."""
        started, *others = heard
        if not isinstance(started, CallStarted):
            raise OutOfTune("A call begins with its start.")
        self._script = play(started)
        self.given = _next(self._script, None)
        """The turn that follows the last of what was heard."""
        for event in others:
            self.hear(event)

    def hear(self, event: Event) -> Turn:
        if isinstance(event, HungUp):
            self._script.close()
            self.given = Turn(told=[Ended(Ending.HUNG_UP)], is_over=True)
        else:
            self.given = _next(self._script, event)
        return self.given


def _next(script: Script[None], answer: Event | None) -> Turn:
    steps, told = list[Step](), list[Tell]()
    while True:
        try:
            given = script.send(answer)
        except StopIteration:
            raise OutOfTune("A script ends with a transfer or a hang-up.") from None
        answer = None
        if isinstance(given, Wish):
            return Turn(steps, told, given)
        if isinstance(given, Tell):
            told.append(given)
            continue
        steps.append(given)
        if isinstance(given, Ask | Transfer | HangUp):
            return Turn(steps, told, is_over=not isinstance(given, Ask))
