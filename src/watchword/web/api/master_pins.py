"""The master PIN over HTTP: a sale in which nobody is asked for a code, and the PIN of staff.

Both need the credential of a registered till, in `Watchword-Terminal`. What comes without it is
refused before anything is looked at.
"""

import hashlib
import hmac
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeAlias, assert_never
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from watchword.features.clients.rules import Scope
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.redemptions.master_pins.rules import (
    Elsewhere,
    Entered,
    Entering,
    NobodyThere,
    NoneSet,
    NoReason,
    NotStaff,
    OwnWallet,
    SeveralThere,
    WaitFirst,
    Waiting,
    WrongPin,
)
from watchword.features.redemptions.overrides.rules import CapReached
from watchword.features.rewards.rules import MayNotTake
from watchword.features.tills.rules import Burnt, NewSession, SessionOver, Shut, Superseded
from watchword.features.tills.terminals.rules import LENGTH, UnknownTerminal
from watchword.foundation.secret import Secret
from watchword.web.api.challenges import refused
from watchword.web.api.rewards import Count
from watchword.web.api.till_views import Language, Name, Scanned
from watchword.web.api.tills import (
    ENDED,
    ONCE,
    WRITTEN,
    capped,
    named_customer,
    needed,
    not_available,
    session,
    unusable,
    wanted,
)
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem, until
from watchword.web.requests import Body

TERMINAL = "Watchword-Terminal"
Credential: TypeAlias = Annotated[
    str,
    HeaderParameter(
        name=TERMINAL, max_length=LENGTH + 8, description="The credential of a registered till."
    ),
]
Stopped: TypeAlias = (
    WaitFirst
    | NoneSet
    | UnknownTerminal
    | Elsewhere
    | NotStaff
    | NoReason
    | Shut
    | NobodyThere
    | SeveralThere
    | OwnWallet
    | CapReached
)
NOT_ENTERED = (Kind.NOT_STAFF, Kind.NO_MASTER_PIN, Kind.SEVERAL, Kind.OWN_WALLET)


class NewPinSession(Body, frozen=True, kw_only=True):
    """A sale that begins at the till of the credential: by what its customer is known, and what
    they want. Nobody is asked for a code."""

    phone: Annotated[str, Meta(max_length=40, examples=["+491701234567"])] | None = None
    email: Annotated[str, Meta(max_length=254, examples=["ann@example.org"])] | None = None
    card: Scanned | None = None
    qr: Scanned | None = None
    reward_id: UUID | None = None
    amount: Count | None = None
    locale: Language | None = None


class NewPinEntry(Body, frozen=True, kw_only=True):
    """The master PIN, who enters it, and why. `staff` is an id, as the console shows it."""

    pin: Annotated[str, Meta(max_length=32, examples=["0000 0000 0001"])]
    staff: Name
    reason: Annotated[str, Meta(min_length=3, max_length=200, examples=["no telephone with them"])]

    def __repr__(self) -> str:
        return "NewPinEntry(…)"


class WaitingView(Struct, frozen=True):
    """A sale that waits for the master PIN."""

    id: UUID
    expires_at: datetime


class PinVerdict(StrEnum):
    ENTERED = "entered"
    WRONG = "wrong"


class PinEntryView(Struct, frozen=True):
    """What became of an entry. `use_id` is the exception as reports name it."""

    verdict: PinVerdict
    use_id: UUID | UnsetType = UNSET
    expires_at: datetime | UnsetType = UNSET


@post(
    "/v1/master-pin-sessions",
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="Begin a sale for which staff will enter the master PIN",
    responses=problems(
        *(*WRITTEN, *ONCE, Kind.NOT_FOUND, Kind.UNREACHABLE, Kind.SWITCHED_OFF),
        *(Kind.REWARD_NOT_AVAILABLE, Kind.UNKNOWN_TERMINAL),
    ),
)
async def open_pin_session(
    data: JSONBody[NewPinSession], terminal: Credential, admitted: NamedDependency[Admitted]
) -> WaitingView:
    new = NewSession(
        who=named_customer(data, admitted.client.organisation.country),
        wanted=wanted(data.reward_id, data.amount),
        locale=data.locale,
    )
    begun = await admitted.services.pin_entries.begin(
        admitted.client, new, Secret(terminal), _at_till(needed(admitted), terminal)
    )
    match begun:
        case Waiting():
            return WaitingView(begun.id, begun.expires_at)
        case Shut():
            raise _shut()
        case MayNotTake(why):
            raise not_available(why)
        case UnknownTerminal():
            raise _unknown_terminal()
        case OtherBody():
            raise refused(begun, admitted.services.storage.now())
        case never:
            assert_never(never)


@post(
    "/v1/till-sessions/{session_id:uuid}/master-pin-entries",
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="Let a customer through by the master PIN",
    responses=problems(
        *(*WRITTEN, *ONCE, *ENDED, *NOT_ENTERED, Kind.NOT_FOUND, Kind.SWITCHED_OFF),
        *(Kind.UNKNOWN_TERMINAL, Kind.OTHER_TILL, Kind.CAP_REACHED, Kind.TOO_MANY),
    ),
)
async def enter_master_pin(
    session_id: FromPath[UUID],
    data: JSONBody[NewPinEntry],
    terminal: Credential,
    admitted: NamedDependency[Admitted],
) -> PinEntryView:
    said = f"{session_id} {data.staff} {data.reason}"
    entered = await admitted.services.pin_entries.enter(
        admitted.client,
        session(session_id),
        Entering(typed=data.pin, staff=data.staff, reason=data.reason, credential=Secret(terminal)),
        _at_till(needed(admitted), terminal, said),
    )
    match entered:
        case Entered():
            return PinEntryView(PinVerdict.ENTERED, entered.use_id, entered.expires_at)
        case WrongPin():
            return PinEntryView(PinVerdict.WRONG)
        case OtherBody():
            raise refused(entered, admitted.services.storage.now())
        case Superseded() | Burnt() | SessionOver():
            raise unusable(entered)
        case _:
            raise _not_entered(entered, admitted.services.storage.now())


def _not_entered(  # noqa: C901, PLR0911 - one for each reason
    why: Stopped, now: datetime
) -> Problem:
    match why:
        case UnknownTerminal():
            return _unknown_terminal()
        case Shut():
            return _shut()
        case CapReached(cap, at_most):
            return capped(cap, at_most)
        case WaitFirst(moment):
            detail = "Too many wrong master PINs came from this till, or from all tills together."
            return Problem(Kind.TOO_MANY, detail, until(moment, now))
        case NoneSet():
            detail = "The location has none, or its time is over. An owner sets one in the console."
            return Problem(Kind.NO_MASTER_PIN, detail)
        case Elsewhere():
            detail = "The sale was begun at another till or location, or by somebody else."
            return Problem(Kind.OTHER_TILL, detail)
        case NotStaff():
            detail = "Name somebody who works here, may enter it at this location, and is there."
            return Problem(Kind.NOT_STAFF, detail)
        case NoReason(because):
            return Problem(Kind.MALFORMED, because)
        case NobodyThere():
            return Problem(Kind.NOT_FOUND, "No customer is known by that.")
        case SeveralThere():
            detail = "Several customers are reached there. Begin anew with the card of one of them."
            return Problem(Kind.SEVERAL, detail)
        case OwnWallet():
            detail = "Nobody opens their own wallet, or that of whom they share an account with."
            return Problem(Kind.OWN_WALLET, detail)
        case never:
            assert_never(never)


def _shut() -> Problem:
    detail = "No master PIN is taken here: redemption.master_pin is off, or nobody stands between."
    return Problem(Kind.SWITCHED_OFF, detail)


def _unknown_terminal() -> Problem:
    detail = f"Send the credential of a registered till in {TERMINAL}. Revoked ones are none."
    return Problem(Kind.UNKNOWN_TERMINAL, detail)


def _at_till(once: Once, credential: str, said: str | None = None) -> Once:
    """Name a request by the till as well, and never by a PIN.

    A key under which another PIN were another request would say of each whether it is the right
    one, and nobody would count it.
    """
    body = once.body if said is None else said.encode()
    return Once(once.key, hmac.digest(credential.encode(), body, hashlib.sha256))


routes = [open_pin_session, enter_master_pin]
