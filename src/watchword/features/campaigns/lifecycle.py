"""How a campaign gets from draft to done: which act leads from where to where."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final


class State(StrEnum):
    """Where a campaign is. The last two are final."""

    DRAFT = "draft"
    REVIEW = "review"
    """A second person has to agree."""
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What is done to a campaign."""

    CHANGE = "change"
    PROPOSE = "propose"
    """Ask for a second person."""
    APPROVE = "approve"
    DECLINE = "decline"
    SCHEDULE = "schedule"
    """Where no second person is needed."""
    UNSCHEDULE = "unschedule"
    """Take it back, to go on writing."""
    RECONSIDER = "reconsider"
    """What somebody agrees to has changed: it is looked at anew."""
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    CANCEL = "cancel"


FINAL: Final = frozenset({State.DONE, State.CANCELLED})
LEAVES: Final = frozenset({State.RUNNING})
"""Where messages leave. In every other state, none does."""
IS_OUT: Final = frozenset({State.RUNNING, State.PAUSED, *FINAL})
"""Where somebody may have got something already."""

LEADS: Final[Mapping[tuple[State, Act], State]] = {
    (State.DRAFT, Act.CHANGE): State.DRAFT,
    (State.DRAFT, Act.PROPOSE): State.REVIEW,
    (State.DRAFT, Act.SCHEDULE): State.SCHEDULED,
    (State.DRAFT, Act.CANCEL): State.CANCELLED,
    (State.REVIEW, Act.APPROVE): State.SCHEDULED,
    (State.REVIEW, Act.DECLINE): State.DRAFT,
    (State.REVIEW, Act.UNSCHEDULE): State.DRAFT,
    (State.REVIEW, Act.RECONSIDER): State.REVIEW,
    (State.REVIEW, Act.CANCEL): State.CANCELLED,
    (State.SCHEDULED, Act.START): State.RUNNING,
    (State.SCHEDULED, Act.UNSCHEDULE): State.DRAFT,
    (State.SCHEDULED, Act.RECONSIDER): State.REVIEW,
    (State.SCHEDULED, Act.CANCEL): State.CANCELLED,
    (State.RUNNING, Act.PAUSE): State.PAUSED,
    (State.RUNNING, Act.FINISH): State.DONE,
    (State.RUNNING, Act.CANCEL): State.CANCELLED,
    (State.PAUSED, Act.RESUME): State.RUNNING,
    (State.PAUSED, Act.FINISH): State.DONE,
    (State.PAUSED, Act.CANCEL): State.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class NotNow:
    """From where the campaign is, this leads nowhere."""

    word: ClassVar = "not_now"

    state: State
    act: Act


def after(state: State, act: Act) -> State | NotNow:
    return LEADS.get((state, act), NotNow(state, act))
