"""What a cashier sees of a sale, whichever step it is at.

The same page is read again and again, and nothing on it may tell a known customer from an unknown
one before somebody has proven to be there: neither where a code went, nor whether one did.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchword.features.contacts.rules import HIDDEN, Contact
from watchword.features.organisations.settings.redemption import Way
from watchword.features.redemptions.rules import Redemption, State
from watchword.features.rewards.rules import Reward
from watchword.features.tills.rules import Closed, TillSession
from watchword.features.tills.verdicts import Choice


class Step(StrEnum):
    """What is to be done next."""

    ASK = "ask"
    CHOOSE = "choose"
    REWARD = "reward"
    COMMIT = "commit"
    DONE = "done"
    OVER = "over"
    """The sale has ended before anything was reserved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """The code that is awaited."""

    resend_at: datetime
    attempts_left: int
    code_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A sale with all that its page shows. `to` is what was typed to begin it, masked; nothing
    where that was a card, for then it would tell what the customer has not."""

    session: TillSession
    ways: frozenset[Way]
    may_pull_up: bool = False
    """Whether whoever looks may see the code of a customer who came without a telephone."""
    over: Closed | None = None
    to: str = field(default="", repr=False)
    awaited: Awaited | None = None
    choices: tuple[Choice, ...] = ()
    redemption: Redemption | None = None
    reward: Reward | None = None
    """What is put by, or else what was named before the code was asked for."""

    @property
    def step(self) -> Step:
        if self.redemption is not None:
            is_waiting = self.redemption.state is State.RESERVED
            return Step.COMMIT if is_waiting else Step.DONE
        if self.over is not None:
            return Step.OVER
        if self.session.way is None:
            return Step.ASK
        return Step.CHOOSE if self.choices else Step.REWARD


@dataclass(frozen=True, slots=True)
class Line:
    """A redemption in a list, with what it was for."""

    redemption: Redemption
    reward: Reward


def as_typed(session: TillSession, contact: Contact) -> str:
    """Give what a cashier may see of where the code went: what they have typed, and no more."""
    is_typed = session.card_id is None and contact.masked != HIDDEN
    return contact.masked if is_typed else ""
