"""What a master PIN is good for: one sale of a customer who is there, at a till of its location.

Who enters it is a named member of staff, at a registered till, with a reason, where the settings
allow it at this moment; and never in a shop on the web.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final, NewType, TypeAlias
from uuid import UUID

from watchword.features.audit.rules import Noun
from watchword.features.idempotency.rules import OtherBody
from watchword.features.limits.rules import (
    HOUR,
    Budget,
    Cap,
    Limits,
    charge_wrong,
    forgive,
    waiting_only,
)
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.redemption import Way, in_store
from watchword.features.organisations.settings.sections import Redemption as Settings
from watchword.features.redemptions.overrides.rules import CapReached, UseId
from watchword.features.rewards.rules import MayNotTake
from watchword.features.staff.permissions import How, Permission, how
from watchword.features.staff.rules import Grant, StaffId, actor_of, may
from watchword.features.tills.rules import (
    Burnt,
    Kind,
    SessionOver,
    Shut,
    Superseded,
    TillSession,
    TillSessionId,
)
from watchword.features.tills.terminals.rules import Terminal, UnknownTerminal
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret

MasterPinId = NewType("MasterPinId", UUID)

LIVES: Final = (timedelta(days=7), timedelta(days=30), timedelta(days=90))
"""How long one may be good for, as whoever sets it chooses."""
USUAL_LIFE = timedelta(days=30)
SOON = timedelta(days=7)
"""So long before its end it is said that another one is needed."""

AT_A_TILL = waiting_only(Limits(sends=(), wrong=Cap(5, HOUR), free_in_a_row=3))
IN_ALL = waiting_only(Limits(sends=(), wrong=Cap(20, HOUR)))
"""Wrong ones, at one till and at all tills of an organisation together. Nobody is shut out for
good by being wrong: it is too long to be guessed, and a stranger could shut every till by that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterPin:
    """One that was set: who asked for it, and who agreed. What it is, nobody can look up."""

    id: MasterPinId
    location_id: LocationId
    sealed_hash: bytes = field(repr=False)
    set_by: str
    agreed_by: str
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewPin:
    """One that was made just now, for the only time that anybody sees it."""

    pin: MasterPin
    content: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class NeedsSecondPerson:
    """Somebody else has to agree first. `subject` is what to propose."""

    word: ClassVar = "needs_second_person"

    subject: str


@dataclass(frozen=True, slots=True)
class BadLife:
    """For so long none may be good."""

    word: ClassVar = "bad_life"


@dataclass(frozen=True, slots=True)
class NothingToEnd:
    """There is none that is good."""

    word: ClassVar = "nothing_to_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """What is said at a till. `staff` is the id of a member of staff, as the console shows it."""

    typed: str = field(repr=False)
    staff: str
    reason: str = field(repr=False)
    credential: Secret = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The customer is asked for nothing: staff are to enter the master PIN."""

    word: ClassVar = "waiting"

    id: TillSessionId
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """The customer's wallet is open for this sale."""

    word: ClassVar = "entered"

    use_id: UseId
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WrongPin:
    """It is not the one of this location."""

    word: ClassVar = "wrong"


@dataclass(frozen=True, slots=True)
class WaitFirst:
    """There were too many wrong ones, at this till or at all of them; again from then on."""

    word: ClassVar = "too_many"

    moment: datetime


@dataclass(frozen=True, slots=True)
class NoneSet:
    """The location has none, or its time is over."""

    word: ClassVar = "no_master_pin"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The sale is not at this till, or was begun by another member of staff."""

    word: ClassVar = "elsewhere"


@dataclass(frozen=True, slots=True)
class NotStaff:
    """Nobody who works here is called so, or they may not enter it at this location."""

    word: ClassVar = "not_staff"


@dataclass(frozen=True, slots=True)
class NoReason:
    """It is said without a reason, or with one that names somebody for good."""

    word: ClassVar = "bad_reason"

    because: str


@dataclass(frozen=True, slots=True)
class OwnWallet:
    """It is their own wallet, or that of somebody they share an account with."""

    word: ClassVar = "own_wallet"


@dataclass(frozen=True, slots=True)
class NobodyThere:
    """No customer is known there."""

    word: ClassVar = "nobody"


@dataclass(frozen=True, slots=True)
class SeveralThere:
    """Several customers share that telephone or mailbox: only a card says which one is meant."""

    word: ClassVar = "several"


Begun: TypeAlias = Waiting | Shut | MayNotTake | UnknownTerminal | OtherBody
NotEntered: TypeAlias = (
    WrongPin
    | WaitFirst
    | NoneSet
    | UnknownTerminal
    | Elsewhere
    | NotStaff
    | NoReason
    | Shut
    | Superseded
    | Burnt
    | SessionOver
    | NobodyThere
    | SeveralThere
    | OwnWallet
    | CapReached
)


@dataclass(frozen=True, slots=True)
class Wrongs:
    """Budgets of wrong ones: of all tills together, which is held first, and of one till."""

    in_all: Budget
    at_till: Budget


def subject_of(location_id: LocationId) -> str:
    """Write for approvals which location is to have another one."""
    return Noun.LOCATION.of(location_id)


def is_good(pin: MasterPin, now: datetime) -> bool:
    return pin.ended_at is None and now < pin.expires_at


def ends_soon(pin: MasterPin, now: datetime) -> bool:
    return is_good(pin, now) and pin.expires_at - now <= SOON


def ended(pin: MasterPin, now: datetime) -> MasterPin:
    return replace(pin, ended_at=now)


def read_staff_id(written: str) -> StaffId | None:
    """Read who enters it: an id, with or without what the ledger writes before it."""
    try:
        return StaffId(Id(written.strip().removeprefix(Noun.STAFF.prefix)))
    except ValueError:
        return None


def may_enter(grants: Iterable[Grant], location: LocationId, settings: Settings) -> bool:
    """Say whether somebody may enter it at a location: clerks, only if the settings let them."""
    held = [*grants]
    if may(held, Permission.MASTER_PIN_ENTER, location):
        return True
    ways = {how(each.role, Permission.MASTER_PIN_ENTER) for each in held if each.reaches(location)}
    return settings.clerks_enter_master_pin and How.IF_ALLOWED in ways


def speaks_for(actor: str, staff: StaffId) -> bool:
    """Say whether whoever calls may name a member of staff: those who are signed in, only
    themselves; and a point of sale, whoever stands at it."""
    return not actor.startswith(Noun.STAFF.prefix) or actor == actor_of(staff)


def is_at(session: TillSession, terminal: Terminal, staff: StaffId) -> bool:
    """Say whether a sale is at a till, and of whoever speaks for it."""
    named = None if session.staff is None else read_staff_id(session.staff)
    return (
        session.location_id == terminal.location_id
        and session.terminal_id in (None, str(terminal.id), terminal.name)
        and named in (None, staff)
    )


def is_let(session: TillSession, settings: Settings) -> bool:
    """Say whether the settings let a master PIN through here: at a till, never on the web."""
    return session.kind is Kind.STORE and Way.MASTER_PIN in in_store(settings)


def wronged(wrongs: Wrongs, now: datetime) -> Wrongs:
    return Wrongs(
        charge_wrong(wrongs.in_all, IN_ALL, now), charge_wrong(wrongs.at_till, AT_A_TILL, now)
    )


def righted(wrongs: Wrongs) -> Wrongs:
    """Forget the wrong ones of a till. Those of all tills stay for their hour: else whoever knows
    one PIN could try as many others as they like."""
    waits = replace(wrongs.in_all, wrong_in_a_row=0, blocked_until=None)
    return Wrongs(waits, forgive(wrongs.at_till))
