"""What consent is: somebody agreed to advertising, by one way, shown one text, at one moment.

It is a line in a book. What holds is the last line; an opt-out stands above all of them. A line
says nothing of a person by itself: a contact point is known by the digest that opt-outs are known
by. So a line outlives whoever asks to be forgotten, and nobody can read from it who that was.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias, TypeGuard
from uuid import UUID

from watchword.features.audit.rules import Noun
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.contacts.suppressions.rules import OptedOut, Suppression
from watchword.foundation.clock import bare_day

ConsentId = NewType("ConsentId", UUID)

SHOWN_AT_MOST = 2_000
"""Characters of the text that somebody was shown."""


class Scope(StrEnum):
    """What somebody agrees to: advertising, by one way of reaching them."""

    TEXT = "text"
    EMAIL = "email"
    WHATSAPP = "whatsapp"


SCOPES_OF: Mapping[ContactKind, tuple[Scope, ...]] = {
    ContactKind.PHONE: (Scope.TEXT, Scope.WHATSAPP),
    ContactKind.EMAIL: (Scope.EMAIL,),
    ContactKind.POST: (),
}
"""What can be agreed to for a contact point of a kind."""

CHANNEL_OF: Mapping[Scope, Channel] = {
    Scope.TEXT: Channel.SMS,
    Scope.EMAIL: Channel.EMAIL,
    Scope.WHATSAPP: Channel.WHATSAPP,
}
SCOPE_OF: Mapping[Channel, Scope] = {channel: scope for scope, channel in CHANNEL_OF.items()}


class Standing(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Source(StrEnum):
    """How we come to know."""

    FORM = "form"
    """The person said so on a page of ours."""
    MESSAGE = "message"
    """They answered a message."""
    LINK = "link"
    """They followed a link in a message: one click, or a button on a page."""
    STAFF = "staff"
    PROGRAM = "program"
    IMPORT = "import"


SPEAKERS: Mapping[Source, str] = {
    Source.FORM: "consent_form",
    Source.MESSAGE: "incoming_message",
    Source.LINK: "opt_out_link",
}
"""By these the person has spoken, and nobody for them: the name under which it is written down."""

OWN = frozenset(Noun.MACHINE.of(name) for name in SPEAKERS.values())
"""The actors by whom a person has spoken: what these have set, the person takes back."""


def source_of(actor: str) -> Source:
    """Say how we know what somebody has written down who acts for a person."""
    return Source.STAFF if actor.startswith(Noun.STAFF.prefix) else Source.PROGRAM


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody was shown when they agreed, and in which language."""

    locale: str
    text: str

    @property
    def id(self) -> str:
        """Give what it is kept under: the same text is kept once."""
        return hashlib.sha256(f"{self.locale}\n{self.text}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What somebody agrees to, how we know, and what they were shown."""

    scope: Scope
    source: Source
    shown: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the book. `number` counts the lines of a contact point and scope from 1."""

    id: ConsentId
    digest: bytes = field(repr=False)
    scope: Scope
    number: int
    standing: Standing
    source: Source
    shown: Shown | None
    contact_id: ContactId | None
    """Nothing, once the person is forgotten, or if we never knew them."""
    created_at: datetime
    """When they said so. Of a line that came with a file, it is what the file says."""
    created_by: str

    @property
    def day(self) -> date | None:
        """Give the day of a line of which no hour is known: files say days, read as midnight."""
        return bare_day(self.created_at) if self.source is Source.IMPORT else None


@dataclass(frozen=True, slots=True)
class Latest:
    """What the last line about a contact point and scope says."""

    number: int
    standing: Standing
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """They may be written to. `is_new`: not so before."""

    word: ClassVar = "given"

    record: Record
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Withdrawn:
    word: ClassVar = "withdrawn"

    record: Record


@dataclass(frozen=True, slots=True)
class NothingGiven:
    """There was nothing to withdraw."""

    word: ClassVar = "nothing_given"

    scope: Scope


@dataclass(frozen=True, slots=True)
class WrongKind:
    """Nobody gets text messages at an e-mail address."""

    word: ClassVar = "wrong_kind"

    scope: Scope
    kind: ContactKind


@dataclass(frozen=True, slots=True)
class NothingShown:
    """What somebody agreed to is part of it, and there was no text, or far too much of one."""

    word: ClassVar = "nothing_shown"


Giving: TypeAlias = ConsentGiven | OptedOut | WrongKind | NothingShown
Withdrawing: TypeAlias = Withdrawn | NothingGiven


@dataclass(frozen=True, slots=True)
class Stopped:
    """Nothing of the kind that one has to agree to is sent there any more."""

    is_new: bool


@dataclass(frozen=True, slots=True)
class Started:
    """It may go on: what was `given` before the stop is given again."""

    was_stopped: bool
    given: tuple[Record, ...] = ()


def find_fault(kind: ContactKind, agreed: Agreement) -> WrongKind | NothingShown | None:
    if agreed.scope not in SCOPES_OF[kind]:
        return WrongKind(agreed.scope, kind)
    is_fine = agreed.shown.text.strip() and len(agreed.shown.text) <= SHOWN_AT_MOST
    return None if is_fine else NothingShown()


def holds(last: Record | None) -> TypeGuard[Record]:
    """Say whether somebody agrees, by the last line about it."""
    return last is not None and last.standing is Standing.GIVEN


def taken_over(there: Suppression, anew: Suppression) -> Suppression:
    """Give an opt-out as it is once it was set anew. What somebody has set themselves becomes that
    of others who set it, too: from then on no START lifts it."""
    if there.created_by not in OWN or anew.created_by in OWN:
        return there
    return replace(there, created_at=anew.created_at, created_by=anew.created_by)


def taken_up(lines: Sequence[Record]) -> Shown | None:
    """Give what holds again when somebody takes back their stop: what that stop has ended.

    `lines`: the last one about a scope, and the one before it.
    """
    match lines:
        case [Record(standing=Standing.WITHDRAWN, source=Source.MESSAGE | Source.LINK), before]:
            return before.shown if before.standing is Standing.GIVEN else None
        case _:
            return None
