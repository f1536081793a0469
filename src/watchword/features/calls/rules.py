"""What a call is, and when what comes in is its next turn.

A platform is given a token with each turn, good for the one that follows. Platforms try again when
they hear nothing, so the last token has the last answer once more; an older one ends the call.
"""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType, TypeAlias
from uuid import UUID, uuid5

from watchword.features.activation.dialogue.steps import Ending
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.secret import Secret

CallId = NewType("CallId", UUID)

LIFE = timedelta(minutes=30)
"""So long a call may take. Who needs longer has put the telephone aside."""
LEASE = timedelta(seconds=45)
"""So long a process may work on a turn. A core has given up long before."""
TURNS_AT_MOST = 200
NUMBER: Final = re.compile(r"[0-9+A-Za-z@.:_-]{1,100}")
HIDDEN: Final = frozenset(
    {
        *("anonymous", "unknown", "unavailable", "restricted", "private", "withheld", "blocked"),
        # What Twilio gives for these words, as they are typed on a telephone.
        *("266696687", "86282452253", "7378742883", "2562533", "8656696"),
    }
)
"""What platforms say of a telephone that hides its number."""


class Door(StrEnum):
    """By which kind of platform somebody calls."""

    FASTAGI = "fastagi"
    TWIML = "twiml"
    VOICEXML = "voicexml"
    TURNS = "turns"
    SIMULATOR = "simulator"
    """A trial that does everything for real."""
    REHEARSAL = "rehearsal"
    """A trial that changes nothing."""

    @property
    def is_trial(self) -> bool:
        return self in {Door.SIMULATOR, Door.REHEARSAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A call that comes in.

    `profile_id`: whose line is called, if it is not the one that the organisation answers with.
    `number`: from where, a hint and never a factor. `reference`: what the platform calls it.
    """

    door: Door
    language: str
    profile_id: UUID | None = None
    number: Secret | None = field(default=None, repr=False)
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it stands. `token` is the digest of what the next turn brings, `token_before` of
    what the last one brought. `working_since`: a process is busy with a turn."""

    id: CallId
    profile_id: UUID
    door: Door
    language: str
    is_trial: bool
    started_at: datetime
    turn: int = 0
    token: bytes
    token_before: bytes | None = None
    working_since: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None

    def __post_init__(self) -> None:
        if (self.ended_at is None) != (self.ending is None):
            raise ValueError("A call that has ended has ended somehow.")


@dataclass(frozen=True, slots=True)
class Next:
    """It is the next turn, and ours to work on."""


@dataclass(frozen=True, slots=True)
class Resume:
    """It was begun by a process that is no more: it is done again from what was heard."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody is still working on it."""


@dataclass(frozen=True, slots=True)
class Again:
    """What was answered last is given once more."""


@dataclass(frozen=True, slots=True)
class Shut:
    """It belongs to no turn that could be next, or the call is over."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """It comes after the time of its call."""


TurnJudged: TypeAlias = Next | Resume | Busy | Again | Shut | Overdue


def number_of(said: str | None) -> Secret | None:
    """Give the number that somebody calls from, as far as it is one; nothing, if they hide it.

    It is a hint, and never a proof: whoever calls may say what they like.
    """
    if said is None or not NUMBER.fullmatch(said):
        return None
    name = said.casefold().removeprefix("sip:").partition("@")[0].removeprefix("+")
    return None if name in HIDDEN else Secret(said)


def named_by(organisation_id: OrganisationId, door: Door, reference: str) -> CallId:
    """Give the id of a call that a platform has a name for, so that it is begun once."""
    return CallId(Id(int=uuid5(organisation_id, f"{door}/{reference}").int))


def digest_of(token: str) -> bytes:
    """Give what a token is known by. It is long and random, so that a plain digest will do."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def judge_turn(call: Call, token: bytes, now: datetime, *, is_poll: bool = False) -> TurnJudged:
    """Say what to do with a turn. `is_poll`: nothing was pressed, the platform asks for news."""
    if call.token_before == token:
        return Again()
    if call.ended_at is not None or call.token != token:
        return Shut()
    if now >= call.started_at + LIFE:
        return Overdue()
    if call.turn >= TURNS_AT_MOST:
        return Shut()
    if call.working_since is None:
        return Again() if is_poll else Next()
    return Resume() if now >= call.working_since + LEASE else Busy()


def begun(id: CallId, profile_id: UUID, incoming: Incoming, token: str, now: datetime) -> Call:
    """Begin a call, and its first turn. `token`: what the next turn brings."""
    return Call(
        id=id,
        profile_id=profile_id,
        door=incoming.door,
        language=incoming.language,
        is_trial=incoming.door.is_trial,
        started_at=now,
        token=digest_of(token),
        working_since=now,
    )


def taken(call: Call, now: datetime) -> Call:
    """Begin to work on a turn."""
    return replace(call, working_since=now)


def is_same_turn(begun: Call, now: Call) -> bool:
    """Say whether a turn that somebody began to work on is still to be answered, or was ended."""
    return (now.turn, now.token) == (begun.turn, begun.token)


def answered(call: Call, token: bytes, now: datetime, ending: Ending | None) -> Call:
    """Give an answer; `token` is the digest of what the next turn brings."""
    return replace(
        call,
        turn=call.turn + 1,
        token=token,
        token_before=call.token,
        working_since=None,
        ended_at=None if ending is None else now,
        ending=ending,
    )


def ended(call: Call, now: datetime, ending: Ending) -> Call:
    """End a call without an answer; one that has ended stays as it is."""
    if call.ended_at is not None:
        return call
    return replace(call, working_since=None, ended_at=now, ending=ending)
