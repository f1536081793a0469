"""What is made of a PIN that was sent to a core when nobody saw how that ended.

It is never sent again. It is looked for a few times, and what can be told by then stays. The PIN
rests sealed until then, and no longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from watchword.features.calls.rules import CallId
from watchword.features.calls.secrets import revived, written
from watchword.features.cores.rules import CoreEvent, CoreName, Facts, Member
from watchword.foundation.errors import WatchwordError
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret

LET_BE: Final = timedelta(minutes=5)
"""So long whoever sent it may come back to it. Afterwards no platform waits for that turn."""
LOOKS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=4),
    timedelta(minutes=15),
    timedelta(minutes=40),
)
"""How long it is waited after each look but the last: what is on its way may take its time."""


class WriteState(StrEnum):
    """How it ended that a PIN was sent, and what became of that."""

    BEGUN = "begun"
    SET = "set"
    CONFLICT = "conflict"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNAVAILABLE = "unavailable"
    NOT_SET = "not_set"
    UNRESOLVED = "unresolved"
    """Nobody can tell. A person looks into it."""
    UNTOLD = "untold"
    """It was set, and there is no way to tell its member. A person does."""
    DENIED = "denied"
    """It was set, and somebody who was called about it pressed 9: “not me”. A person looks."""
    SEEN_TO = "seen_to"
    """It was `unresolved`, `untold` or `denied`, and a person has seen to it."""


class Illegible(WatchwordError):
    """What rests of a PIN that was sent was written by another version of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What it takes to look for a PIN, and to tell whose it is: a member's, and that of `others`
    who share it. `event`: what it was set for."""

    core: CoreName
    member: Member = field(repr=False)
    pin: Secret = field(repr=False)
    event: CoreEvent
    language: str
    others: Sequence[Member] = field(default=(), repr=False)

    @property
    def members(self) -> Sequence[Member]:
        return [self.member, *self.others]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A PIN that was sent, and nobody knows what became of it. `looks`: with this one."""

    organisation_id: OrganisationId
    call_id: CallId
    turn: int
    state: WriteState
    begun_at: datetime
    looks: int = 1
    sealed: bytes | None = field(default=None, repr=False)


def judge(looks: int, *, is_there: bool | None) -> WriteState | None:
    """Say how it ended, as far as that can be told; nothing, if it is looked once more.

    That a PIN is not there yet says nothing. After the last look it does.
    """
    if is_there:
        return WriteState.SET
    if looks <= len(LOOKS):
        return None
    return WriteState.UNRESOLVED if is_there is None else WriteState.NOT_SET


def wait_after(looks: int) -> timedelta:
    """Say how long it is waited after so many looks."""
    return LOOKS[min(looks, len(LOOKS)) - 1]


def packed(sent: Sent) -> bytes:
    """Write down what is needed, and of what is known of a member only how they are reached."""
    member, *others = map(_reached, sent.members)
    return msgspec.json.encode(replace(sent, member=member, others=others), enc_hook=written)


def _reached(member: Member) -> Member:
    facts = member.facts
    reached = Facts(
        phones=facts.phones,
        emails=facts.emails,
        former_phones=facts.former_phones,
        former_emails=facts.former_emails,
    )
    return replace(member, facts=reached)


def unpacked(raw: bytes) -> Sent:
    try:
        return msgspec.json.decode(raw, type=Sent, dec_hook=revived)
    except msgspec.DecodeError:
        raise Illegible("A PIN was sent by another version.") from None
