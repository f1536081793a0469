"""What a call is, and when what comes in is its next turn.

A platform is given a token with each turn, good for the one that follows. Platforms try again when
they hear nothing, so the last token has the last answer once more; an older one ends the call.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, TypeAlias
from uuid import UUID

CallId = NewType("CallId", UUID)

LIFE = timedelta(minutes=30)
"""So long a call may take. Who needs longer has put the telephone aside."""
LEASE = timedelta(seconds=45)
"""So long a process may work on a turn. A core has given up long before."""
TURNS_AT_MOST = 200


class Door(StrEnum):
    """By which kind of platform somebody calls."""

    FASTAGI = "fastagi"
    TWIML = "twiml"
    VOICEXML = "voicexml"
    TURNS = "turns"
    SIMULATOR = "simulator"


class Ending(StrEnum):
    """How a call has ended."""

    THROUGH = "through"
    TO_A_PERSON = "to_a_person"
    GOODBYE = "goodbye"
    HUNG_UP = "hung_up"
    SILENT = "silent"
    """Nothing more came of it, and its time was over."""
    OUT_OF_STEP = "out_of_step"
    """A turn came that was none of this call: an old one, or somebody else's."""


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


TurnJudged: TypeAlias = Next | Resume | Busy | Again | Shut


def digest_of(token: str) -> bytes:
    """Give what a token is known by. It is long and random, so that a plain digest will do."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def judge_turn(call: Call, token: bytes, now: datetime, *, is_poll: bool = False) -> TurnJudged:
    """Say what to do with a turn. `is_poll`: nothing was pressed, the platform asks for news."""
    if call.token_before == token:
        return Again()
    if call.ended_at is not None or call.token != token:
        return Shut()
    if now >= call.started_at + LIFE or call.turn >= TURNS_AT_MOST:
        return Shut()
    if call.working_since is None:
        return Again() if is_poll else Next()
    return Resume() if now >= call.working_since + LEASE else Busy()


def taken(call: Call, now: datetime) -> Call:
    """Begin to work on a turn."""
    return replace(call, working_since=now)


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
