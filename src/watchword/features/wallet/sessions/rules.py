"""What a session of a customer is, and when it is over (ASVS 7.3; NIST SP 800-63B-4, section 5).

Its secret is 256 random bits in a cookie; we keep the SHA-256. It is good for itself alone: whoever
has a copy of the cookie comes no further than the session does.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId, target_of
from watchword.features.organisations.rules import Organisation

SessionId = NewType("SessionId", UUID)
DeviceId = NewType("DeviceId", UUID)

IDLE, WHOLE = timedelta(hours=1), timedelta(hours=12)
"""Without a request; and since it began, however busy."""
FRESH_FOR = timedelta(minutes=10)
"""How long after a sign-in somebody may change what guards the wallet."""
SEEN_EVERY = timedelta(minutes=1)
SECRET_BYTES = 32


class SignedInBy(StrEnum):
    """What somebody proved who they are with."""

    CODE = "code"
    PASSKEY = "passkey"
    DEVICE = "device"
    """The key of a trusted device. It shows which device it is, and not who holds it just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`contact_id`: where the code came to; `device_id`: the trusted device that it runs on."""

    id: SessionId
    customer_id: CustomerId
    device_id: DeviceId | None
    signed_in_by: SignedInBy
    contact_id: ContactId | None
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody is signed in to their wallet. It is a `Caller`."""

    organisation: Organisation
    session: Session
    customer_id: CustomerId
    """Who they are by now: whoever was merged is somebody else than when they signed in."""
    person_id: str = field(repr=False)
    locale: str

    @property
    def actor(self) -> str:
        return target_of(self.customer_id)


def holds(session: Session, now: datetime) -> bool:
    """Say whether a session still opens the wallet."""
    if session.ended_at is not None or now >= session.created_at + WHOLE:
        return False
    return now < session.seen_at + IDLE


def is_fresh(session: Session, now: datetime) -> bool:
    """Say whether somebody showed who they are a moment ago, and not only on what device."""
    is_shown = session.signed_in_by is not SignedInBy.DEVICE
    return is_shown and now < session.created_at + FRESH_FOR


def is_to_be_seen(session: Session, now: datetime) -> bool:
    """Say whether it is time to note that a session is used."""
    return now >= session.seen_at + SEEN_EVERY


def on(device_id: DeviceId, session: Session) -> Session:
    return replace(session, device_id=device_id)
