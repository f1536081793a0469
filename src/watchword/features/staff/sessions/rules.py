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

from watchword.features.staff.rules import Colleague, StaffId, StaffState
from watchword.foundation.secret import Secret

SessionId = NewType("SessionId", UUID)

FRESH_FOR = timedelta(minutes=10)
"""How long after signing in somebody may change what guards the account, without doing it again."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly we note when a session was last used, so that not every page has to be written."""


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


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    TOO_LONG = "too_long"
    SIGNED_OUT = "signed_out"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """There was a session, and it is over."""

    because: Ended
    staff_id: StaffId


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
    """Decide whether a session still holds."""
    session, member = visit.session, visit.colleague.member
    because = None
    if session.ended_at is not None:
        because = Ended.SIGNED_OUT
    elif member.state is not StaffState.ACTIVE:
        because = Ended.DISABLED
    elif now >= session.created_at + limits.whole:
        because = Ended.TOO_LONG
    elif now >= session.seen_at + limits.idle:
        because = Ended.IDLE
    return visit if because is None else Over(because=because, staff_id=session.staff_id)


def is_fresh(session: Session, now: datetime) -> bool:
    """Say whether somebody proved who they are a moment ago."""
    return now < session.created_at + FRESH_FOR


def is_to_be_seen(session: Session, now: datetime) -> bool:
    """Say whether it is time to note that a session is used."""
    return now >= session.seen_at + SEEN_EVERY
