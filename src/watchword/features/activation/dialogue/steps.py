"""What a dialogue hears, says and wants: its events, steps and effects.

A door (FastAGI, TwiML, VoiceXML, JSON) translates between these and its platform. It decides
nothing, keeps nothing, and writes down no digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from watchword.features.cores.rules import (
    CoreEvent,
    FindBy,
    Member,
    MemberRef,
    PinState,
    SetPin,
    Unavailable,
    Verified,
)
from watchword.foundation.secret import Secret

DIGITS_AT_MOST = 40
"""What a door takes of one entry; more than that nobody is asked for."""


class EndedBy(StrEnum):
    """How an entry came to its end."""

    LENGTH = "length"
    TERMINATOR = "terminator"
    TIMEOUT = "timeout"
    UNKNOWN = "unknown"
    """The platform does not say. A hang-up may look like this: see `Alive`."""


# --- events -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallStarted:
    """`caller` is a hint and never a factor. `language`: as the line, or the platform, says."""

    caller: Secret | None = field(default=None, repr=False)
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Digits:
    """What was typed: 0 to 9 and `*`, without the terminator. It may be empty."""

    value: Secret = field(repr=False)
    ended_by: EndedBy


@dataclass(frozen=True, slots=True)
class NoInput:
    """Nobody typed anything."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone."""


@dataclass(frozen=True, slots=True)
class Waited:
    """What `Hold` asked for is over; the door asks whether there is news."""


@dataclass(frozen=True, slots=True)
class Found:
    members: Sequence[Member] | Unavailable = field(repr=False)


@dataclass(frozen=True, slots=True)
class StateRead:
    state: PinState | Unavailable


@dataclass(frozen=True, slots=True)
class PinJudged:
    verified: Verified


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way, as far as the caller learns: for unknown members none is sent."""

    may_be_typed: bool = True
    """Else there are too many codes lately, or nowhere to send one to."""


@dataclass(frozen=True, slots=True)
class CodeJudged:
    is_right: bool
    is_over: bool = False
    """No other try at this code."""


@dataclass(frozen=True, slots=True)
class PinWritten:
    ended: SetPin


Event: TypeAlias = (
    CallStarted
    | Digits
    | NoInput
    | HungUp
    | Waited
    | Found
    | StateRead
    | PinJudged
    | CodeSent
    | CodeJudged
    | PinWritten
)

# --- steps ------------------------------------------------------------------------------------


class Prompt(StrEnum):
    """What is said; the words stand in the catalogues of prompts, by this name."""

    WELCOME = "welcome"
    MEMBER_NUMBER = "member_number"
    PIN_OR_NONE = "pin_or_none"
    DOES_NOT_FIT = "does_not_fit"
    NOT_HEARD = "not_heard"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class Say:
    """`said`: what is put into the words, never a secret: numbers are spoken digit by digit."""

    prompt: str
    said: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Wait for digits. It says the prompts in front of it; who knows them types into them.

    Times in seconds. `is_secret`: the door tells its platform to keep the digits out of logs.
    """

    least: int
    most: int
    first_timeout: float = 6.0
    next_timeout: float = 3.0
    terminator: str = "#"
    may_barge_in: bool = True
    is_secret: bool = True


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller to a person. `target`: as the platform calls them."""

    target: str


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Stands before whatever asks for a secret."""


@dataclass(frozen=True, slots=True)
class ResumeRecording:
    pass


@dataclass(frozen=True, slots=True)
class Hold:
    """Say that it takes a moment, and come back with `Waited` after some seconds."""

    poll_after: float = 1.0


@dataclass(frozen=True, slots=True)
class HangUp:
    pass


Step: TypeAlias = Say | Ask | Transfer | PauseRecording | ResumeRecording | Hold | HangUp
"""A turn ends with exactly one of `Ask`, `Hold`, `Transfer` and `HangUp`."""

# --- effects ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Find:
    by: FindBy
    value: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReadState:
    ref: MemberRef | None
    """Nobody: whoever is not known is asked about, too, and the answer is like that of a core."""


@dataclass(frozen=True, slots=True)
class Verify:
    ref: MemberRef | None
    pin: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class SendCode:
    """Prove that they have what is on file; to nobody for whoever is not known."""

    ref: MemberRef | None
    means: str


@dataclass(frozen=True, slots=True)
class JudgeCode:
    typed: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class WritePin:
    ref: MemberRef
    pin: Secret = field(repr=False)
    expected: PinState


@dataclass(frozen=True, slots=True)
class Note:
    ref: MemberRef
    event: CoreEvent


@dataclass(frozen=True, slots=True)
class Failed:
    """A whole identification has failed: it counts against the member, the caller and the line."""

    ref: MemberRef | None


@dataclass(frozen=True, slots=True)
class Succeeded:
    ref: MemberRef


@dataclass(frozen=True, slots=True)
class Heard:
    """A line of the call's log: what happened, and how many digits; never which."""

    what: str
    digits: int | None = None


Effect: TypeAlias = (
    Find | ReadState | Verify | SendCode | JudgeCode | WritePin | Note | Failed | Succeeded | Heard
)
"""The first five, and `WritePin`, are answered by an event; of these a turn has one at most."""
