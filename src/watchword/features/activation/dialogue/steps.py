"""What a dialogue hears, says and wants: its events, steps and wishes.

A door (FastAGI, TwiML, VoiceXML, JSON) translates between these and its platform. It decides
nothing, keeps nothing, and writes down no digit.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

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
from watchword.features.activation.established import Established
from watchword.features.cores.rules import (
    CoreEvent,
    FindBy,
    Member,
    MemberRef,
    PinConflict,
    PinFits,
    PinLocked,
    PinRefused,
    PinSet,
    PinState,
    PinUnknown,
    PinWrong,
    Unavailable,
)
from watchword.foundation.secret import Secret

KEYS: Final = "[0-9*]*"
"""What somebody can type, as a pattern."""
DIGITS_AT_MOST = 40
"""What a door takes of one entry. Nobody is asked for more."""


class EndedBy(StrEnum):
    """How an entry came to its end."""

    LENGTH = "length"
    TERMINATOR = "terminator"
    TIMEOUT = "timeout"
    UNKNOWN = "unknown"
    """The platform does not say."""


class Ending(StrEnum):
    """How a call ends. The first two a script says, the others come over it."""

    THROUGH = "through"
    """They have come through, with a PIN that is good."""
    TO_A_PERSON = "to_a_person"
    HUNG_UP = "hung_up"
    SILENT = "silent"
    """Nothing more was heard of it."""
    OUT_OF_STEP = "out_of_step"
    """A turn came that could not have been next."""


# What is heard of the caller.


@dataclass(frozen=True, slots=True)
class CallStarted:
    """`caller` is a hint, and never a factor.

    `is_paced`: so much has gone wrong lately that nobody is asked anything.
    """

    at: datetime
    caller: Secret | None = field(default=None, repr=False)
    is_paced: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """Digits and `*`, without the terminator; none, if only that was pressed.

    A door says this of callers who are still there: a hang-up in the middle looks like a short
    entry.
    """

    value: Secret = field(repr=False)
    ended_by: EndedBy = EndedBy.UNKNOWN


def read_keys(keys: str, ended_by: EndedBy = EndedBy.UNKNOWN) -> Typed | None:
    """Understand keys as a platform names them; nothing, if a telephone has no such. Of what is too
    long for any question no more is taken."""
    if not re.fullmatch(KEYS, keys):
        return None
    return Typed(Secret(keys[:DIGITS_AT_MOST]), ended_by)


@dataclass(frozen=True, slots=True)
class NothingTyped:
    """The time was over, and no key was pressed."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone."""


# What is heard of the world, each in answer to one wish. The core's own answers are heard as they
# are: `PinFits`, `PinWrong`, `PinLocked`, `PinSet`, …, and `Unavailable`.


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a value leads to. `is_locked`: too many in a row have failed, whoever it is."""

    members: Sequence[Member] = field(default=(), repr=False)
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What core and house know of a PIN. `established`: E of the decision table.

    `staff_wants_change`: somebody of the staff has reset it.
    """

    state: PinState
    established: Established = Established.UNKNOWN
    staff_wants_change: bool = False


@dataclass(frozen=True, slots=True)
class NewPin:
    """A PIN made by chance that breaks no rule."""

    value: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unused:
    """A PIN was not one of the last ones."""


@dataclass(frozen=True, slots=True)
class Used:
    """A PIN was one of the last ones."""


Event: TypeAlias = (
    CallStarted
    | Typed
    | NothingTyped
    | HungUp
    | Found
    | Charged
    | TooOften
    | TooMuch
    | Known
    | PinFits
    | PinWrong
    | PinLocked
    | CodeSent
    | CodeRefused
    | CodeRight
    | CodeWrong
    | Unlocked
    | NewPin
    | Unused
    | Used
    | PinSet
    | PinConflict
    | PinRefused
    | PinUnknown
    | Unavailable
)


# What is said and asked.


@dataclass(frozen=True, slots=True)
class Say:
    """Words by their name in the catalogue of prompts.

    `words` stand in them, and are no secret. `digits` are spoken one by one behind them; they are
    in no log, and no sound of them is kept.
    """

    prompt: str
    words: tuple[tuple[str, str], ...] = ()
    digits: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """Wait for keys. Whoever knows the words in front of it types into them.

    Times are in seconds. Digits are secret, all of them: a door says so to its platform.
    `prompt`, `words`: what is asked, if it is not what is called after it.
    """

    name: str
    least: int
    most: int
    first_timeout: float = 8.0
    next_timeout: float = 4.0
    terminator: str = "#"
    takes_star: bool = False
    """`*` is a part of it, as the point of an amount. Alone it always asks to hear it again."""
    prompt: str = ""
    words: tuple[tuple[str, str], ...] = ()

    @property
    def in_words(self) -> Say:
        return Say(self.prompt or f"ask_{self.name}", self.words)


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Stands before the first secret is asked for."""

    word: ClassVar = "pause_recording"


@dataclass(frozen=True, slots=True)
class ResumeRecording:
    """Stands behind the last one."""

    word: ClassVar = "resume_recording"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller to a person. `target`: in the words of the platform."""

    word: ClassVar = "transferred"

    target: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""

    word: ClassVar = "hang_up"


Step: TypeAlias = Say | Ask | PauseRecording | ResumeRecording | Transfer | HangUp
"""A turn ends with exactly one of `Ask`, `Transfer` and `HangUp`."""


# What is wanted of the world, and answered by one event.


@dataclass(frozen=True, slots=True)
class Find:
    by: FindBy
    value: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookAt:
    """Read the state of a PIN. Nobody is looked at, too, so that it takes as long."""

    ref: MemberRef | None


@dataclass(frozen=True, slots=True)
class Verify:
    ref: MemberRef | None
    pin: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookBack:
    """Say whether a PIN was one of the last ones."""

    ref: MemberRef
    pin: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class DrawPin:
    """Make a PIN by chance that breaks no rule. It is not held against the last ones."""

    holders: Sequence[Member] = field(repr=False)


@dataclass(frozen=True, slots=True)
class WritePin:
    """`event`: what it is for, as the member is told once it is set, and all `others` whom the
    core knows on that account."""

    member: Member = field(repr=False)
    pin: Secret = field(repr=False)
    expected: PinState
    event: CoreEvent
    others: Sequence[Member] = field(default=(), repr=False)

    @property
    def ref(self) -> MemberRef:
        return self.member.ref


Wish: TypeAlias = (
    Find | Charge | LookAt | Verify | SendCode | JudgeCode | Unlock | LookBack | DrawPin | WritePin
)


# What is told to the world, and not answered.


@dataclass(frozen=True, slots=True)
class Note:
    """Leave a note in the core, and tell the customer wherever they can be reached; and all
    `others` of the account, if the PIN is theirs, too."""

    member: Member = field(repr=False)
    event: CoreEvent
    others: Sequence[Member] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """An identification has failed. It was counted before."""

    by: FindBy
    value: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class Succeeded:
    """Somebody is who they say: what has failed before is forgotten."""

    by: FindBy
    value: Secret = field(repr=False)
    found: Sequence[MemberRef] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over; it is told right before the step that ends it."""

    how: Ending


@dataclass(frozen=True, slots=True)
class Remark:
    """What goes into the log of a call: what happened, and why; never a digit."""

    what: str
    why: str | None = None


Tell: TypeAlias = Note | Failed | TakenBack | Succeeded | Ended | Remark
