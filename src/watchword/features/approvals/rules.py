"""What a request for a second person is, and how it ends.

Nobody decides on what they asked for themselves. What is approved is done at that moment, in the
same transaction; or it is a permit, which whoever asked uses once and within its time.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.audit.reasons import AT_MOST, names_somebody
from watchword.features.organisations.settings.sections import Approvals
from watchword.features.organisations.settings.two_people import wants_any

ApprovalId = NewType("ApprovalId", UUID)

SUBJECT_AT_MOST = 200
PAYLOAD_AT_MOST = 8192  # bytes
OPEN_AT_MOST = 100


class Kind(StrEnum):
    """What can need a second person."""

    SETTINGS = "settings.change"
    ABUSE_RULES = "abuse.rules"
    """Rules against abuse are to be looser than they are."""
    LEDGER_EXPORT = "ledger.export"
    PERSON_EXPORT = "person.export"
    PERSON_ERASURE = "person.erasure"
    BULK = "bulk.act"
    CARD_OVERRIDE = "card.override"
    """A card is to count as verified for a reason of its own."""
    LETTERS = "letters.release"
    MASTER_PIN = "master_pin.set"
    """A location is to have another master PIN. For that there are always two."""
    STAFF_ROLE = "staff.role"
    """Somebody is to get a role that decides on requests."""


PERFORMED = frozenset({Kind.SETTINGS, Kind.ABUSE_RULES})
"""What is done at the moment it is approved. All else is a permit, which whoever asked uses."""


class State(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OVERTAKEN = "overtaken"
    """What it stood on has changed meanwhile, so it could not be done any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody asks for. `subject` says about what, in ids and short words.

    The payload is whatever the act needs, in a form that its own feature reads. Neither says
    anything about a person: such things are sealed before, or named by their id.
    """

    kind: Kind
    subject: str
    payload: bytes = field(default=b"", repr=False)
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A proposal that waits, or what became of it. `because` is what was said at its end."""

    id: ApprovalId
    kind: Kind
    subject: str
    payload: bytes = field(repr=False)
    reason: str
    author: str
    state: State
    created_at: datetime
    expires_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    because: str | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BadReason:
    """Whoever decides has to know why: a few words on one or some lines, that name nobody."""

    word: ClassVar = "bad_reason"

    at_most: int = AT_MOST


@dataclass(frozen=True, slots=True)
class TooManyOpen:
    """So many requests wait that nobody reads them any more."""

    word: ClassVar = "too_many_open"

    at_most: int = OPEN_AT_MOST


@dataclass(frozen=True, slots=True)
class NobodyToDecide:
    """There is nobody besides whoever asks who could decide."""

    word: ClassVar = "nobody_to_decide"


@dataclass(frozen=True, slots=True)
class YourOwn:
    """Somebody else has to decide on what one asked for."""

    word: ClassVar = "your_own"


@dataclass(frozen=True, slots=True)
class NotYours:
    """Only whoever asked for it takes it back."""

    word: ClassVar = "not_yours"


@dataclass(frozen=True, slots=True)
class AlreadyOver:
    """It was decided before, or its time has run out."""

    word: ClassVar = "already_over"

    request: Request


@dataclass(frozen=True, slots=True)
class Overtaken:
    """It could not be done any more, and is over; `because` says why, for people."""

    word: ClassVar = "overtaken"

    request: Request
    because: str


@dataclass(frozen=True, slots=True)
class Approved:
    word: ClassVar = "approved"

    request: Request


@dataclass(frozen=True, slots=True)
class Declined:
    word: ClassVar = "declined"

    request: Request


@dataclass(frozen=True, slots=True)
class Withdrawn:
    word: ClassVar = "withdrawn"

    request: Request


Proposed: TypeAlias = Request | BadReason | TooManyOpen | NobodyToDecide
Decision: TypeAlias = Approved | Declined | Overtaken | YourOwn | AlreadyOver | BadReason


def needs_second_person(approvals: Approvals, kind: Kind) -> bool:
    """Say whether an organisation wants a second person for something."""
    return {
        Kind.SETTINGS: approvals.settings,
        Kind.ABUSE_RULES: approvals.settings,
        Kind.LEDGER_EXPORT: approvals.ledger_export,
        Kind.PERSON_EXPORT: approvals.person_export,
        Kind.PERSON_ERASURE: approvals.person_erasure,
        Kind.BULK: approvals.bulk,
        Kind.LETTERS: approvals.bulk,
        Kind.CARD_OVERRIDE: approvals.card_override,
        Kind.MASTER_PIN: True,
        # Whoever could let a second account of theirs decide would need nobody else for the rest.
        Kind.STAFF_ROLE: wants_any(approvals),
    }[kind]


def is_permit(kind: Kind) -> bool:
    """Say whether approval leaves something to do for whoever asked."""
    return kind not in PERFORMED


def find_fault(reason: str) -> BadReason | None:
    text = reason.replace("\n", " ")
    is_fine = text.strip() and len(text) <= AT_MOST and text.isprintable()
    return None if is_fine and not names_somebody(text) else BadReason()


def proposed(
    id: ApprovalId, proposal: Proposal, author: str, life: timedelta, now: datetime
) -> Request:
    return Request(
        id=id,
        kind=proposal.kind,
        subject=proposal.subject,
        payload=proposal.payload,
        reason=proposal.reason,
        author=author,
        state=State.OPEN,
        created_at=now,
        expires_at=now + life,
    )


def state_at(request: Request, now: datetime) -> State:
    """Give the state as it is, though nobody may have written down yet that time ran out."""
    is_late = request.state is State.OPEN and now >= request.expires_at
    return State.EXPIRED if is_late else request.state


def may_decide(request: Request, actor: str, now: datetime) -> YourOwn | AlreadyOver | None:
    """Decide whether somebody may approve or decline a request."""
    if state_at(request, now) is not State.OPEN:
        return AlreadyOver(replace(request, state=state_at(request, now)))
    return YourOwn() if request.author == actor else None


def may_withdraw(request: Request, actor: str, now: datetime) -> NotYours | AlreadyOver | None:
    if request.author != actor:
        return NotYours()
    if state_at(request, now) is not State.OPEN:
        return AlreadyOver(replace(request, state=state_at(request, now)))
    return None


def decided(
    request: Request, state: State, by: str, now: datetime, because: str | None = None
) -> Request:
    """End a request. An approved one that is a permit lives as long again, to be used."""
    is_to_be_used = state is State.APPROVED and is_permit(request.kind)
    life = request.expires_at - request.created_at
    return replace(
        request,
        state=state,
        decided_by=by,
        decided_at=now,
        because=because or None,
        expires_at=now + life if is_to_be_used else request.expires_at,
    )


def may_use(request: Request, actor: str, now: datetime) -> bool:
    """Say whether somebody has a permit that is still good. It is good once."""
    return (
        is_permit(request.kind)
        and request.state is State.APPROVED
        and request.author == actor
        and request.used_at is None
        and now < request.expires_at
    )
