"""What a script asks of the line on which it is played: a profile, ready for a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.steps import Ask, Known, Remark
from watchword.features.cores.rules import FindBy, Member
from watchword.foundation.secret import Secret

PIN = "pin"
"""The name of the question that the core judges."""


@dataclass(frozen=True, slots=True)
class Decided:
    """`remarks`: which scenario has matched, and which could not be evaluated; never a digit."""

    outcome: Outcome
    remarks: Sequence[Remark] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What is asked before somebody sets a new PIN: questions, and a code if `wants_code`.

    `is_first`: it leads to the first PIN that they choose by themselves.
    """

    questions: Sequence[Ask]
    wants_code: bool
    is_first: bool = False


class Playable(Protocol):
    """A line. All of it is pure: the same arguments give the same answer."""

    @property
    def organisation(self) -> str:
        """Who answers, by name."""
        ...

    @property
    def find_by(self) -> FindBy:
        """What the first question of the first level asks for."""
        ...

    @property
    def levels(self) -> Sequence[Sequence[Ask]]: ...

    @property
    def activation(self) -> Proof | None: ...

    @property
    def force(self) -> Proof | None: ...

    @property
    def new_pin(self) -> Ask: ...

    @property
    def code(self) -> Ask: ...

    @property
    def unlocks_by_code(self) -> bool:
        """Whether somebody who is locked may show by a code that it is them, and try again."""
        ...

    @property
    def transfer_to(self) -> str | None:
        """Who helps when it does not work."""
        ...

    @property
    def onward_to(self) -> str | None:
        """Where callers go on who are known."""
        ...

    def fits(self, question: Ask, typed: Secret, member: Member) -> bool: ...

    def decide(
        self, known: Known, entered: Secret | None, holders: Sequence[Member], at: datetime
    ) -> Decided:
        """Say what is to be done. `holders`: of the account, the caller first; whether the PIN is
        the caller's alone is known to the line. `ACTIVATION` and `FORCE` only where it has such."""
        ...

    def broken(self, pin: Secret, holders: Sequence[Member]) -> Sequence[str]:
        """Name the rules that a new PIN breaks, also that a scenario would match it."""
        ...
