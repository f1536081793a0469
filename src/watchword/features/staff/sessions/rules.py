"""What a session of a member of staff is, and when it is over.

OWASP ASVS 5.0, sections 7.2 to 7.4; NIST SP 800-63B-4, section 5. The secret of a session is 256
random bits in a cookie; we keep its SHA-256.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, TypeAlias
from uuid import UUID

from watchword.features.organisations.rules import Organisation
from watchword.features.staff.rules import Colleague, StaffId, StaffState
from watchword.foundation.secret import Secret

SessionId = NewType("SessionId", UUID)

FRESH_FOR = timedelta(minutes=10)
"""How long after signing in somebody may change what guards the account, without doing it again."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly we note when a session was last used, so that not every page has to be written."""
SEEN_OFTEN = 10
"""How often we note it within the time that may pass without a request, at least."""
KEPT_FOR = timedelta(days=60)
"""How long we know that there was a session: longer than any of them lasts."""


class SignedInBy(StrEnum):
    """What somebody proved who they are with."""

    PASSKEY = "passkey"
    EMAIL = "email"
    SSO = "sso"
    LINK = "link"
    """The link that an installation prints for its first owner."""
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """`idle`: without a request; `whole`: since signing in, however busy."""

    idle: timedelta = timedelta(hours=1)
    whole: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`device` is what a browser says it is, in two words; `address` is where it was last seen."""

    id: SessionId
    staff_id: StaffId
    fingerprint: bytes = field(repr=False)
    signed_in_by: SignedInBy
    device: str
    address: str | None = field(repr=False)
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody is signed in."""

    colleague: Colleague
    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody has just come in. The secret is for their cookie alone."""

    colleague: Colleague
    session: Session
    secret: Secret


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    TOO_LONG = "too_long"
    SIGNED_OUT = "signed_out"
    DISABLED = "disabled"
    STALE = "stale"
    """It holds, but is too old for what was asked: who it is has to be shown once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """There was a session, and it is over."""

    because: Ended
    staff_id: StaffId
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Stranger:
    """There never was such a session, or it is forgotten."""


Recognised: TypeAlias = Visit | Over | Stranger


def fingerprint(secret: Secret) -> bytes:
    return hashlib.sha256(secret.reveal().encode()).digest()


def form_token(secret: Secret) -> str:
    """Give what every form of a session carries, so that no other page can send one."""
    return hashlib.sha256(b"watchword/form/1" + secret.reveal().encode()).hexdigest()[:32]


def judge(visit: Visit, limits: SessionLimits, now: datetime) -> Visit | Over:
    """Decide whether a session still holds. Whoever is shut out hears of that before all else."""
    colleague, session = visit.colleague, visit.session
    because = None
    if colleague.member.state is not StaffState.ACTIVE:
        because = Ended.DISABLED
    elif session.ended_at is not None:
        because = Ended.SIGNED_OUT
    else:
        because = ran_out(session, limits, now)
    if because is None:
        return visit
    return Over(because=because, staff_id=session.staff_id, organisation=colleague.organisation)


def ran_out(session: Session, limits: SessionLimits, now: datetime) -> Ended | None:
    """Say which limit a session has reached, if it has."""
    if now >= session.created_at + limits.whole:
        return Ended.TOO_LONG
    return Ended.IDLE if now >= session.seen_at + limits.idle else None


def is_fresh(session: Session, now: datetime) -> bool:
    """Say whether somebody proved who they are a moment ago.

    A sign-on does not say when that was: the provider may have let them through without a look.
    """
    return session.signed_in_by is not SignedInBy.SSO and now < session.created_at + FRESH_FOR


def is_to_be_seen(session: Session, limits: SessionLimits, now: datetime) -> bool:
    """Say whether it is time to note that a session is used.

    Where little time may pass without a request, it is noted more often: nobody who is at work is
    to be taken for somebody who is away.
    """
    return now >= session.seen_at + min(SEEN_EVERY, limits.idle / SEEN_OFTEN)
